"""The live page's server, its command line, and a line that goes and comes back."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fake_board import fake_board
from terminals import Board
from vibration import native_firmware

from thrum import config
from thrum.artifacts import release
from thrum.cli import main as command_line
from thrum.dashboard import server
from thrum.dashboard.hub import Hub
from thrum.dashboard.records import Record
from thrum.dashboard.server import Server
from thrum.dashboard.source import DeviceThread, Wanted
from thrum.device.samples import Source
from thrum.device.transport import ProgramTransport
from thrum.paths import ROOT
from tools.demos.monitor_demo import serve

CFG = config.from_tables(release.load().parameters)


@pytest.fixture
def page() -> Iterator[Server]:
    """A server without a device."""
    with Server(Hub(), 0) as made:
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


def _fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert command_line.main(["dashboard", "--http", "0", *arguments]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ") and said.count("\n") == 1
    return said


def test_one_sentence_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], page: Server
) -> None:
    assert "pass --port" in _fails(capsys)
    said = _fails(capsys, "--port", str(tmp_path / "nothing"))
    assert "cannot open" in said and "`pio device list` shows the ports" in said
    assert "cannot start" in _fails(capsys, "--", str(tmp_path / "nothing"))
    assert "not a WAV file" in _fails(capsys, "--replay", __file__)
    busy = ("--http", str(page.server_port), "--", "true")
    assert "choose another --http" in _fails(capsys, *busy)


def test_a_port_in_use_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    import os
    import pty

    import serial

    board, port = pty.openpty()
    with serial.serial_for_url(os.ttyname(port), exclusive=True):
        assert "cannot open" in _fails(capsys, "--port", os.ttyname(port))
    os.close(board)
    os.close(port)


def test_without_plotly_the_remedy_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install '.[live]'" in _fails(capsys, "--", "true")


def _wait(hub: Hub, wanted: str, after: int = 0, seconds: float = 20.0) -> Record:
    """The first record of a kind, or a link in a state, after a number."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for record in hub.since(hub.session, after)["records"]:
            if wanted in (record["kind"], record["kind"] == "link" and record["state"]):
                return record
        time.sleep(0.02)
    raise AssertionError(f"no {wanted}: {hub.since('', 0)['records'][-3:]}")


def test_connects_again_after_the_board_was_unplugged(tmp_path: Path) -> None:
    raw = tmp_path / "noise.raw"
    np.random.default_rng(2).normal(0, 500, 20 * 256).astype("<i2").tofile(raw)
    board = [str(native_firmware()), "--serve", "--realtime", "--raw", "1", str(raw)]
    hub = Hub()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"socket://127.0.0.1:{listening.getsockname()[1]}"

        def plug_in_twice() -> None:
            for _ in range(2):
                serve(listening, board)

        threading.Thread(target=plug_in_twice, daemon=True).start()
        wanted = Wanted(url, 115_200, (), "the board", False, None, CFG)
        device = DeviceThread(wanted, hub, wanted.open())
        device.start()
        first = _wait(hub, "frame")
        lost = _wait(hub, "lost", first["n"])
        assert "trying again" in lost["words"]
        again = _wait(hub, "live", lost["n"])
        _wait(hub, "frame", again["n"])
        device.stop()
    assert not device.is_alive()


def test_a_line_too_slow_for_the_samples_shows_the_boards_judgement() -> None:
    about = {"rate_hz": "12000", "hop": "256", "window": "256", "bands": "32"}
    wanted = Wanted("/dev/ttyUSB0", 115_200, (), "", True, None, CFG)
    board = DeviceThread(wanted, Hub(), ProgramTransport(["true"]))
    words = board._too_slow(Source.of(about | {"axes": "1", "mg_q12": "2000"}))
    assert "115200 baud carry 3704 Hz, the board samples at 12000 Hz" in words


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no WAV at all" * 10,
        b"RIFF\x32\0\0\0WAVEjunk\x04\0\0\0abcd",
        b"RIFF\xff\0\0\0WAVEfmt \x10\0",
    ],
)
def test_a_damaged_recording_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "damaged.wav"
    path.write_bytes(content)
    assert f"{path}: damaged, or not a WAV file" in _fails(capsys, "--replay", str(path))
    assert "no such file" in _fails(capsys, "--replay", str(tmp_path / "missing.wav"))


@pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo terminals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGHUP"])
def test_however_it_ends_the_board_judges_again(tmp_path: Path, name: str) -> None:
    """A terminal that is closed sends SIGHUP twice: the kernel's and the shell's."""
    heard = tmp_path / "heard"
    after = f"open({str(heard)!r}, 'a').write(word + ';')"
    board = Board(fake_board(after=after))
    command = [sys.executable, "-m", "thrum", "dashboard", "--http", "0", "--spectrum"]
    page = subprocess.Popen([*command, "--port", board.port], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        _wait_until(lambda: heard.exists() and "raw 1;" in heard.read_text(encoding="utf-8"))
        page.send_signal(getattr(signal, name))
        time.sleep(0.02)
        page.send_signal(getattr(signal, name))
        assert page.wait(20) == 0
        _wait_until(lambda: heard.read_text(encoding="utf-8").endswith("raw 0;"))
    finally:
        page.kill()
        board.close()


def _wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
