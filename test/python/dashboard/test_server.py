"""The live page's server, its command line, and a line that goes and comes back."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator

import pytest

from thrum.dashboard import server
from thrum.dashboard.hub import Hub
from thrum.dashboard.panel import Panel
from thrum.dashboard.server import Server


@pytest.fixture
def page() -> Iterator[Server]:
    """A server without a device."""
    with Server([Panel(Hub())], 0) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def _get(page: Server, path: str, host: str = "localhost:1") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", page.server_port, timeout=10)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_serves_its_files_and_news_and_nothing_else(page: Server) -> None:
    assert page.server_address[0] == "127.0.0.1"
    for path in server.files():
        assert _get(page, path)[0] == 200, path
    assert b"<title>Thrum" in _get(page, "/")[1]
    for path in ("/server.py", "/../server.py", "/%2e%2e/hub.py", "//etc/passwd", "/page/"):
        assert _get(page, path)[0] == 404, path
    for query in ("", "?after=x", "?after=-1", "?after=" + "9" * 5000, "?session=%ff&after=1"):
        status, body = _get(page, f"/news{query}")
        assert status == 200 and json.loads(body)["reset"] is True


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "", "127.0.0.1.evil.example"])
def test_refuses_other_names(page: Server, host: str) -> None:
    assert _get(page, "/news", host)[0] == 403
    assert _get(page, "/favicon.ico", host) == (204, b"")  # nothing, so that no console complains


def _post(page: Server, path: str, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", page.server_port, timeout=10)
    connection.request("POST", path, headers={"Host": "localhost:1", **headers})
    status = connection.getresponse().status
    connection.close()
    return status


class _Followups:
    def __init__(self) -> None:
        self.asked: list[int] = []

    def start(self, number: int) -> tuple[int, str]:
        self.asked.append(number)
        return 202, "Recording."


def test_only_the_page_itself_may_follow_an_alarm(page: Server) -> None:
    own = {"Sec-Fetch-Site": "same-origin"}
    assert _post(page, "/follow?n=1", **own) == 404, "no followups: no such page"
    followups = _Followups()
    with Server([Panel(Hub(), followups=followups)], 0) as made:  # type: ignore[arg-type]
        threading.Thread(target=made.serve_forever, daemon=True).start()
        assert _post(made, "/follow?n=12", **own) == 202
        assert _post(made, "/follow?n=x", **own) == 202
        assert _post(made, "/news", **own) == 404
        for wrong in ({}, {"Sec-Fetch-Site": "cross-site"}, {**own, "Host": "evil.example"}):
            assert _post(made, "/follow?n=12", **wrong) == 403
        made.shutdown()
    assert followups.asked == [12, -1]
