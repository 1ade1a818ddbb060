"""Who sees the page: the loopback without a token, every other address only with it."""

from __future__ import annotations

import hmac
import http.client
import socket
import threading
from collections.abc import Iterator

import pytest

from thrum.dashboard import access
from thrum.dashboard.access import Access
from thrum.dashboard.hub import Hub
from thrum.dashboard.panel import Panel
from thrum.dashboard.server import DashboardError, Server


@pytest.fixture
def page() -> Iterator[Server]:
    """A page for the whole network."""
    with Server([Panel(Hub())], 0, Access.at("0.0.0.0")) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def _ask(
    page: Server, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", page.server_port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers={"Host": "192.168.1.5:8010", **named})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, dict(answer.headers)


def test_the_printed_address_opens_the_page_and_the_cookie_keeps_it_open(page: Server) -> None:
    token = page.access.token
    assert page.url.endswith(f":{page.server_port}/?token={token}") and len(token) >= 32
    status, headers = _ask(page, f"/?token={token}")
    kept = headers["Set-Cookie"]
    assert status == 200 and "HttpOnly" in kept and "SameSite=Strict" in kept
    cookie = kept.split(";")[0]
    for path in ("/", "/app.js", "/news", "/export.csv"):
        assert _ask(page, path, Cookie=cookie)[0] == 200, path


def test_nothing_is_served_without_the_token(page: Server) -> None:
    right = page.access.token
    for path in ("/", "/app.js", "/news", "/export.csv", "/?token=", f"/?token={right[:-1]}"):
        status, headers = _ask(page, path)
        assert status == 403 and "Set-Cookie" not in headers, path
    for cookie in ("", f"{page.access.name}=", f"{page.access.name}={right}x", "=;=", "\xff"):
        assert _ask(page, "/news", Cookie=cookie)[0] == 403
    assert _ask(page, "/command?name=learn", "POST", Origin="http://192.168.1.5:8010")[0] == 403


def test_the_token_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []

    def digest(given: bytes, right: bytes) -> bool:
        compared.append(given)
        return given == right

    monkeypatch.setattr(hmac, "compare_digest", digest)
    guarded = Access("0.0.0.0", "secret")
    assert not guarded.knows("guess", f"{guarded.name}=other")
    assert compared == [b"guess", b"other"]


def test_a_wrong_host_or_origin_is_refused_even_with_the_token(page: Server) -> None:
    cookie = f"{page.access.name}={page.access.token}"
    for host in ("evil.example", "192.168.1.5.evil.example:80", "", "a@b"):
        assert _ask(page, "/news", Cookie=cookie, Host=host)[0] == 403, host
    for host in (f"{socket.gethostname()}:8010", "localhost:1", "[fe80::1]:8010"):
        assert _ask(page, "/news", Cookie=cookie, Host=host)[0] == 200, host
    button = "/command?name=learn"
    assert _ask(page, button, "POST", Cookie=cookie)[0] == 403, "no origin"
    own = "http://192.168.1.5:8010"
    for wrong in ("http://evil.example", "null", "https://192.168.1.5:8010", f"{own}.evil"):
        assert _ask(page, button, "POST", Cookie=cookie, Origin=wrong)[0] == 403, wrong
    cross = {"Sec_Fetch_Site": "cross-site", "Origin": own}
    assert _ask(page, button, "POST", Cookie=cookie, **cross)[0] == 403
    assert _ask(page, button, "POST", Cookie=cookie, Origin=own)[0] == 409, "no board"


def test_only_the_loopback_needs_no_token() -> None:
    for host in ("127.0.0.1", "::1", "localhost"):
        assert Access.at(host).token == ""
    for host in ("0.0.0.0", "::", "192.168.1.5", "pump.local"):
        assert Access.at(host).token != Access.at(host).token, "a new one each time"
        with pytest.raises(ValueError, match="needs a token"):
            Access(host)


def test_the_address_that_is_printed_can_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_own_address", lambda host: "10.0.0.7")
    assert Access.at("127.0.0.1").url(80) == "http://127.0.0.1:80/"
    assert Access("0.0.0.0", "t").url(80) == "http://10.0.0.7:80/?token=t"
    assert Access("fe80::1", "t").url(80) == "http://[fe80::1]:80/?token=t"


def test_two_pages_of_one_computer_do_not_share_a_cookie() -> None:
    first, second = Access("0.0.0.0", "one"), Access("0.0.0.0", "two")
    both = f"{first.cookie.split(';')[0]}; {second.cookie.split(';')[0]}"
    assert first.knows("", both) and second.knows("", both)


def test_an_address_of_another_computer_is_one_sentence() -> None:
    with pytest.raises(DashboardError, match="--host an address of this computer"):
        Server([Panel(Hub())], 0, Access.at("192.0.2.1"))
