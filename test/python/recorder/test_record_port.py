"""The recorder on a serial port: the host's firmware behind a pseudo terminal.

The firmware replays a recording in real time. THRUM_RECORD_SECONDS=60 makes the run over a line of
115,200 baud as long as a user's; the others send as many samples fifteen times as fast.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from terminals import Board
from vibration import native_firmware

from thrum import config
from thrum.cli import main as command_line
from thrum.device.client import Device, LineError
from thrum.device.transport import SerialTransport
from thrum.paths import ROOT
from thrum.recordings.dataset import at_rate, load_manifest
from thrum.recordings.manifest import read_manifest
from thrum.recordings.wav import write_wav

SECONDS = float(os.environ.get("THRUM_RECORD_SECONDS", "3"))
FAST_HZ, FAST_BAUD = 48_000, 4_000_000
SAMPLES = 192_000  # one axis for 60 s at 3.2 kHz

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo terminals")
I16 = npt.NDArray[np.int16]
Boards = Callable[..., Board]


@pytest.fixture
def boards(tmp_path: Path) -> Iterator[Boards]:
    """Starts boards that replay samples (n,) at a rate, and ends them."""
    started: list[Board] = []

    def start(samples: I16, rate_hz: int, baud: int = 0) -> Board:
        path = tmp_path / f"board-{len(started)}.wav"
        write_wav(path, samples[:, None], rate_hz, {})
        program = [str(native_firmware()), "--serve", "--realtime", "--rate", str(rate_hz)]
        started.append(Board([*program, str(path)], baud))
        return started[-1]

    yield start
    for board in started:
        board.close()


def _samples(count: int) -> I16:
    return np.random.default_rng(8).integers(-20_000, 20_000, count, dtype=np.int16)


def _record(folder: Path, board: Board, seconds: float, baud: int = 115_200) -> int:
    words = ["record", "--label", "healthy", "--machine", "fan 1", "--out", str(folder)]
    words += ["--port", board.port, "--baud", str(baud), "--seconds", f"{seconds:g}"]
    return command_line.main(words)


def _assert_a_part(got: I16, sent: I16) -> None:
    """Every sample, from some window of the recording on."""
    start = next(
        k for k in range(0, len(sent), 256) if np.array_equal(got[:256], sent[k : k + 256])
    )
    np.testing.assert_array_equal(got, sent[start : start + len(got)])


def test_no_sample_is_lost_at_115200_baud(
    tmp_path: Path, boards: Boards, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = _samples(round(3200 * (SECONDS + 5)))
    board = boards(sent, 3200, baud=115_200)
    start = time.monotonic()
    assert _record(tmp_path, board, SECONDS) == 0
    taken = time.monotonic() - start
    out = capsys.readouterr().out
    with capsys.disabled():
        print(f"\n{taken:.1f} s: {[line for line in out.splitlines() if 'samples lost' in line]}")
    assert " 0 samples lost" in out and "warning: the board says" not in out
    assert taken < SECONDS + 3
    [recording] = load_manifest(tmp_path / "manifest.toml", at_rate(config.load(), 3200))
    assert (recording.machine, recording.label, recording.rate_hz) == ("fan 1", 0, 3200.0)
    assert len(recording.samples) >= round(SECONDS * 3200)
    _assert_a_part(recording.samples[:, 0], sent)


def test_a_minute_of_samples_fifteen_times_as_fast(tmp_path: Path, boards: Boards) -> None:
    sent = _samples(SAMPLES + 2 * FAST_HZ)
    board = boards(sent, FAST_HZ)
    assert _record(tmp_path, board, SAMPLES / FAST_HZ, FAST_BAUD) == 0
    [recording] = load_manifest(tmp_path / "manifest.toml", at_rate(config.load(), FAST_HZ))
    assert len(recording.samples) >= SAMPLES
    _assert_a_part(recording.samples[:, 0], sent)


def test_an_unplugged_board_leaves_what_it_sent(
    tmp_path: Path, boards: Boards, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = _samples(SAMPLES)
    board = boards(sent, FAST_HZ)
    accident = threading.Timer(1.5, board.unplug)
    accident.start()
    assert _record(tmp_path, board, 60, FAST_BAUD) == 1
    accident.join()
    assert "ended early: the connection is gone" in capsys.readouterr().err
    [recording] = load_manifest(tmp_path / "manifest.toml", at_rate(config.load(), FAST_HZ))
    assert 256 <= len(recording.samples) < SAMPLES
    _assert_a_part(recording.samples[:, 0], sent)


def test_a_port_that_another_program_has_is_said(
    tmp_path: Path, boards: Boards, capsys: pytest.CaptureFixture[str]
) -> None:
    board = boards(_samples(9600), 3200)
    other = SerialTransport(board.port, 115_200)
    assert _record(tmp_path, board, 1) == 1
    other.close()
    assert "another program has it" in capsys.readouterr().err


def test_a_board_that_takes_nothing_any_more_is_given_up() -> None:
    board, port = pty.openpty()
    tty.setraw(port)
    transport = SerialTransport(os.ttyname(port), 115_200)
    start = time.monotonic()
    with pytest.raises(LineError, match="the connection is gone"):
        for _ in range(100):
            transport.write(bytes(4096))
    assert time.monotonic() - start < 10
    transport.close()
    os.close(board)
    os.close(port)


def test_another_rate_is_refused(
    tmp_path: Path, boards: Boards, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _record(tmp_path, boards(_samples(9600), 3200), 0.3) == 0
    before = (tmp_path / "manifest.toml").read_bytes()
    assert _record(tmp_path, boards(_samples(9600), 1600), 0.3) == 1
    assert "choose another --out" in capsys.readouterr().err
    assert (tmp_path / "manifest.toml").read_bytes() == before


def test_a_line_that_is_too_slow_is_refused_before_anything_is_sent(
    tmp_path: Path, boards: Boards, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "recorded"
    assert _record(folder, boards(_samples(9600), 3200), 1, baud=57_600) == 1
    assert "57600 baud carry at most 1852 Hz" in capsys.readouterr().err
    assert not folder.exists()


def test_a_killed_recorder_costs_seconds_of_monitoring(tmp_path: Path, boards: Boards) -> None:
    """And nothing of what it had recorded."""
    board = boards(_samples(3200 * 30), 3200)
    out = tmp_path / "out"
    words = ["--label", "healthy", "--machine", "x", "--out", str(out), "--port", board.port]
    record = subprocess.Popen([sys.executable, "-m", "thrum", "record", *words], cwd=ROOT)
    _wait_until(lambda: any(path.stat().st_size > 5000 for path in out.glob("*.wav")))
    record.kill()
    record.wait()
    killed = time.monotonic()
    device = Device(SerialTransport(board.port, 115_200))
    while not (device.next_line(1.0) or "").startswith("anomaly:"):
        assert time.monotonic() - killed < 10
    device.close()
    assert command_line.main(["record", "--recover", str(out)]) == 0
    [entry] = read_manifest(out / "manifest.toml")
    assert (entry.machine, entry.rate_hz, entry.lost) == ("x", 3200, 0)


@pytest.mark.parametrize(("factor", "refused"), [(0.96, True), (1.01, False), (1.04, True)])
def test_a_board_that_measures_another_rate_is_refused(
    factor: float,
    refused: bool,
    tmp_path: Path,
    boards: Boards,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its samples are kept, but nothing takes them for a recording. Here the clock is off."""
    clock = "thrum.recorder.record.time.monotonic"
    monkeypatch.setattr(clock, lambda: time.perf_counter() / factor)
    out = tmp_path / "out"
    code = _record(out, boards(_samples(9600 * 2), 3200), 2)
    err = capsys.readouterr().err
    assert code == int(refused)
    assert ("every frequency would be wrong" in err) == refused
    assert ("THRUM_RATE_HZ" in err) == refused
    assert (out / "manifest.toml").exists() != refused
    assert len(list(out.glob("*.refused"))) == refused == (not list(out.glob("*.wav")))


def _wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
