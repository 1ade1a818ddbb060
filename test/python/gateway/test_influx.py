"""InfluxDB's line protocol, and a server that is away for a while."""

from __future__ import annotations

import http.server
import json
import re
import threading
import time
from pathlib import Path

import pytest

from thrum.gateway.influx import InfluxServer, influx_sink, line_of
from thrum.gateway.sinks import Happening, Reading, SinkError
from thrum.paths import ROOT
from thrum.states import WORDS

READING = Reading("main pump,2", 1.5, "ok", 0.06, 0.16, 26)


def test_names_and_texts_are_escaped() -> None:
    assert line_of(READING) == (
        r'thrum,board=main\ pump\,2 score=0.06,z=0.16,rms_mg=26i,state="ok" 1500'
    )
    event = Happening("a=b", 2.0, "alarm", 7, 'said "x" \\ y\nz')
    assert line_of(event) == (
        r'thrum_event,board=a\=b,kind=alarm seq=7i,words="said \"x\" \\ y z" 2000'
    )


def test_a_file_is_appended_to(tmp_path: Path) -> None:
    for _ in range(2):
        sink = influx_sink(str(tmp_path / "a.txt"), "")
        sink.reading(READING)
        sink.close()
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == 2 * (line_of(READING) + "\n")


@pytest.mark.parametrize("target", ["ftp://host/x", "http:///x"])
def test_an_address_that_is_none_is_refused(target: str) -> None:
    with pytest.raises(SinkError, match="--influx"):
        influx_sink(target, "")


def test_lines_wait_while_the_server_fails_and_come_in_their_order() -> None:
    got: list[str] = []
    failing = threading.Event()
    failing.set()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if not failing.is_set():
                got.extend(body.split("\n"))
                assert self.headers["Authorization"] == "Token secret"
                assert self.path.endswith("?bucket=b&precision=ms")
            self.send_response(500 if failing.is_set() else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/write?bucket=b"
    sink = InfluxServer(url, "secret", most_lines=100, retry=0.02)
    readings = [Reading("a", float(number), "ok", 0.0, 0.0, number) for number in range(120)]
    for reading in readings:
        sink.reading(reading)
    time.sleep(0.2)
    assert got == []
    failing.clear()
    end = time.monotonic() + 10
    while len(got) < 100 and time.monotonic() < end:
        time.sleep(0.01)
    sink.close()
    server.shutdown()
    assert got == [line_of(reading) for reading in readings[20:]], "the newest were kept"
    assert sink.dropped == 20


def test_the_dashboard_of_grafana_asks_for_what_is_written() -> None:
    board = json.loads((ROOT / "docs" / "grafana.json").read_text(encoding="utf-8"))
    queries = " ".join(target["query"] for panel in board["panels"] for target in panel["targets"])
    asked = set(re.findall(r'r\._(?:measurement|field) == "(\w+)"', queries))
    written = f"{line_of(READING)} {line_of(Happening('a', 0.0, 'alarm', 1, 'x'))}"
    assert asked == {"thrum", "thrum_event", "state", "score", "rms_mg", "words"}
    assert all(re.search(rf"\b{name}[,=]", written) for name in asked)
    [mapping] = board["panels"][0]["fieldConfig"]["defaults"]["mappings"]
    assert set(mapping["options"]) == set(WORDS), "every state has a colour"
