"""The live page as a command: what it refuses, and how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_board import fake_board
from terminals import Board

from thrum.cli import main as command_line
from thrum.dashboard.hub import Hub
from thrum.dashboard.panel import Panel
from thrum.dashboard.server import Server
from thrum.paths import ROOT


@pytest.fixture
def page() -> Iterator[Server]:
    """A server without a device."""
    with Server([Panel(Hub())], 0) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


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
    two = ("--port", "a=/dev/null", "--port", "b=/dev/zero", "--replay", __file__)
    assert "leave out --port" in _fails(capsys, *two)
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
    command += ["--log", str(tmp_path / "log")]
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
