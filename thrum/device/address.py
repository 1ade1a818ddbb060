"""Several boards as the user names them: `--port [NAME=]PORT`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


class AddressError(ValueError):
    """Ports or names that cannot be used; the message says which and what to do."""


@dataclass(frozen=True)
class Address:
    """A board: its name for people, its id in topics, its port."""

    name: str
    id: str
    port: str


def addresses(texts: Iterable[str]) -> list[Address]:
    """The boards of all --port options; AddressError if two would share a name or a port."""
    found = [_address(text) for text in texts]
    for kind in ("id", "port"):
        seen: set[str] = set()
        for address in found:
            value = getattr(address, kind)
            if value in seen:
                raise AddressError(
                    f"--port: two boards have the {'name' if kind == 'id' else 'port'} {value!r}; "
                    "give each a name of its own, as in --port pump=/dev/ttyUSB0"
                )
            seen.add(value)
    return found


def _address(text: str) -> Address:
    name, equals, port = text.partition("=")
    # A URL of pyserial may hold '=' behind its '?'; a name holds neither ':' nor '/'.
    if not equals or ":" in name or "/" in name:
        name, port = "", text
    if not port:
        raise AddressError(f"--port {text!r}: names no port; write NAME=PORT, such as pump=COM3")
    shown = name or port.rstrip("/").rpartition("/")[2]
    slug = re.sub(r"[^a-z0-9]+", "_", shown.lower()).strip("_")
    if not slug:
        raise AddressError(f"--port {text!r}: the name needs a letter or digit of a to z, 0 to 9")
    return Address(shown, slug, port)
