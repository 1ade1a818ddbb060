"""Answers of one connection: the buttons' sentences, the table as a download, several boards."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator

import pytest

from thrum.dashboard import records
from thrum.dashboard.hub import Hub
from thrum.dashboard.panel import Panel
from thrum.dashboard.server import Server

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def page() -> Iterator[Server]:
    """A server of two boards that are away; the second has had an alarm."""
    second = Panel(Hub(), "fan", "the fan")
    second.hub.publish(records.of_event("alarm", 525, "", 1_700_000_000_000))
    with Server([Panel(Hub(), "pump"), second], 0) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def _ask(page: Server, method: str, path: str, **more: str) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", page.server_port, timeout=10)
    connection.request(method, path, headers={"Host": "localhost:1", **OWN, **more})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body, dict(answer.headers)


def test_a_button_gets_a_sentence(page: Server) -> None:
    assert _ask(page, "POST", "/command?name=learn")[:2] == (409, "The board is not connected.")
    status, words, _ = _ask(page, "POST", "/command?board=fan&name=acknowledge&value=1")
    assert status == 200 and words.startswith("Acknowledged.")
    assert _ask(page, "POST", "/command?board=none&name=learn")[0] == 404
    assert _ask(page, "POST", "/command?name=learn", **{"Sec-Fetch-Site": "same-site"})[0] == 403


def test_the_table_is_a_download_of_one_board(page: Server) -> None:
    status, text, headers = _ask(page, "GET", "/export.csv?board=fan")
    assert status == 200 and headers["Content-Disposition"].endswith('"thrum-fan.csv"')
    assert text.splitlines()[0].startswith("time,kind,state,score") and "alarm" in text
    assert len(_ask(page, "GET", "/export.csv")[1].splitlines()) == 1, "the pump has no rows"
    assert _ask(page, "GET", "/export.csv?board=none")[0] == 404
