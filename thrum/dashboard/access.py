"""Who may see the page: this computer's browsers, or with --host whoever has the token."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

LOOPBACK = "127.0.0.1"
TOKEN_BYTES = 24  # 192 bits


@dataclass(frozen=True)
class Access:
    """host: the address that the server listens at; token: empty on the loopback."""

    host: str = LOOPBACK
    token: str = ""

    def __post_init__(self) -> None:
        if not self.token and not is_loopback(self.host):
            raise ValueError(f"a page at {self.host} needs a token")

    @classmethod
    def at(cls, host: str) -> Access:
        """With a new token where others can reach the address."""
        return cls(host, "" if is_loopback(host) else secrets.token_urlsafe(TOKEN_BYTES))

    def names_this(self, host: str) -> bool:
        """Whether a Host header names this computer; other names could be DNS rebinding.

        An address cannot be rebound; of names only those that this computer has.
        """
        name = _name(host)
        if name in (LOOPBACK, "localhost", "::1"):
            return True
        if is_loopback(self.host):
            return False
        own = socket.gethostname().lower()
        return _is_address(name) or name in (self.host.lower(), own, f"{own}.local")

    def same_origin(self, headers: Mapping[str, str]) -> bool:
        """Whether the page itself asks. Browsers leave Sec-Fetch-Site out where there is no TLS."""
        site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
        if origin is not None and origin != f"http://{headers.get('Host', '')}":
            return False
        return site == "same-origin" or (site is None and origin is not None)

    def knows(self, given: str, cookies: str) -> bool:
        """Whether the address' or the cookie's token is right, in constant time."""
        if not self.token:
            return True
        try:
            morsel = SimpleCookie(cookies).get(self.name)
        except CookieError:
            morsel = None
        kept = morsel.value if morsel else ""
        right = self.token.encode()
        by_address = hmac.compare_digest(given.encode("utf-8", "replace"), right)
        by_cookie = hmac.compare_digest(kept.encode("utf-8", "replace"), right)
        return by_address or by_cookie

    @property
    def name(self) -> str:
        """Of the cookie: browsers share cookies between the ports of a computer, pages do not."""
        return f"thrum_{hashlib.sha256(self.token.encode()).hexdigest()[:8]}"

    @property
    def cookie(self) -> str:
        """The header that keeps the token in the browser; empty where there is none."""
        return f"{self.name}={self.token}; HttpOnly; SameSite=Strict; Path=/" if self.token else ""

    def url(self, port: int) -> str:
        """What is printed once; for all addresses of this computer, the one of its own network."""
        host = _own_address(self.host) if _is_any(self.host) else self.host
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{port}/" + (f"?token={self.token}" if self.token else "")


def is_loopback(host: str) -> bool:
    """Whether only this computer reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_any(host: str) -> bool:
    return _is_address(host) and ipaddress.ip_address(host).is_unspecified


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _name(host: str) -> str:
    """A Host header without its port, in lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.rsplit(":", 1)[0].lower()


def _own_address(host: str) -> str:
    """This computer's address towards others; nothing is sent to find it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    far = "2001:db8::1" if ":" in host else "192.0.2.1"
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((far, 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
