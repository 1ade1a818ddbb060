"""The recorder: against QEMU's board, and against a board that loses, damages and disappears."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shaker
from boards import firmware
from fake_board import fake_board
from scipy.io import wavfile

from thrum import config
from thrum.cli import main as command_line
from thrum.paths import ROOT
from thrum.recordings.dataset import at_rate, load_manifest
from thrum.recordings.manifest import read_manifest

RUN = "os.execv(sys.argv[1], sys.argv[1:])"  # what `python -c` goes on with


def _record(tmp_path: Path, *more: str) -> int:
    return command_line.main(
        ["record", "--label", "healthy", "--machine", "fan 1", "--out", str(tmp_path), *more]
    )


def _board(**differently: Any) -> list[str]:
    return ["--", *fake_board(**differently)]


def test_keeps_what_it_has_when_the_board_disappears(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _record(tmp_path, "--seconds", "9", *_board(damaged="(21,)", after="sys.exit(3)")) == 1
    out, err = capsys.readouterr()
    assert "ended early" in err and "exit code 3" in err
    assert "519 samples lost" in out  # 7 in the board, its window, and one for a damaged line
    wavs = list(tmp_path.glob("*.wav"))
    assert len(wavs) == 2
    assert all(b"firmware 0b7c61f2, model 0123456789ab" in wav.read_bytes() for wav in wavs)
    for entry in read_manifest(tmp_path / "manifest.toml"):
        facts = entry.board, entry.sensor, entry.firmware, entry.model, entry.lost
        assert facts == ("fake", "unknown", "0b7c61f2", "0123456789ab", 519)
    assert "warning: too short to be trained on: 40 windows without a gap are needed, 3.2 s" in out


def test_a_board_that_falls_silent_is_told_to_judge_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("thrum.recorder.record.SILENCE", 0.5)
    heard = tmp_path / "heard"
    board = _board(after=f"open({str(heard)!r}, 'a').write(word + ';')")
    assert _record(tmp_path / "out", "--seconds", "9", *board) == 1
    assert "ended early: no samples for 0.5 s" in capsys.readouterr().err
    assert heard.read_text(encoding="utf-8") == "raw 1;raw 0;"


def test_windows_may_be_longer_than_the_patience(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thrum.recorder.record.SILENCE", 0.1)
    assert _record(tmp_path, "--seconds", "2", *_board(rate=256, pause=0.5)) == 0


def test_whatever_is_typed_the_manifest_can_be_read(tmp_path: Path) -> None:
    words = ["--sensor", 'ADXL\n[[345]] "left"\\', "--condition", "a\tb\r"]
    assert (
        _record(tmp_path, "--seconds", "0.05", *words, "--machine", "x" * 300, *_board(windows=1))
        == 0
    )
    [entry] = read_manifest(tmp_path / "manifest.toml")
    assert (entry.sensor, entry.condition) == ('ADXL [[345]] "left"\\', "a b ")
    assert entry.machine == "x" * 300 and entry.path.exists()


def test_recordings_of_the_same_second_have_their_own_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thrum.recorder.record.time.strftime", lambda _: "20261128-101500")
    for _ in range(3):
        assert _record(tmp_path, "--seconds", "0.05", *_board(windows=1)) == 0
    entries = read_manifest(tmp_path / "manifest.toml")
    assert len({entry.path for entry in entries}) == len({e.session for e in entries}) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of POSIX")
def test_a_full_disk_ends_a_recording_and_keeps_it(tmp_path: Path) -> None:
    """Full: no file may grow beyond 3,000 bytes."""
    heard, out = tmp_path / "heard", tmp_path / "out"
    command = [sys.executable, "-m", "thrum", "record", "--label", "healthy", "--machine", "x"]
    board = _board(windows=20, gap=False, after=f"open({str(heard)!r}, 'a').write(word + ';')")
    command += ["--out", str(out), "--seconds", "9", *board]
    limit = (
        "import resource, os, sys; sys.dont_write_bytecode = True; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)); {RUN}"
    )
    result = subprocess.run(
        [sys.executable, "-c", limit, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert "ended early: [Errno" in result.stderr, result.stderr
    assert heard.read_text(encoding="utf-8") == "raw 1;raw 0;"
    [entry] = read_manifest(out / "manifest.toml")
    assert len(wavfile.read(entry.path)[1]) in (1024, 1280)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "thrum", "record", "--label", "healthy", "--machine", "x"]
    command += ["--out", str(tmp_path), "--seconds", "0.3", *_board(rate=1000, pause=0.5)]
    ignoring = f"import signal, os, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); {RUN}"
    record = subprocess.Popen(
        [sys.executable, "-c", ignoring, *command], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert record.stdout is not None
    assert record.stdout.readline().startswith(b"Recording")
    record.send_signal(signal.SIGHUP)
    assert b"wrote" in record.communicate(timeout=20)[0] and record.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_who_is_killed_leaves_a_file_that_can_be_read(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "thrum", "record", "--label", "healthy", "--machine", "x"]
    command += ["--out", str(tmp_path), "--seconds", "9", *_board(windows=9, pause=0.2)]
    record = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    for _ in range(200):
        time.sleep(0.1)
        found = list(tmp_path.glob("*.wav"))
        if any(path.stat().st_size > 256 * 2 * 4 for path in found):
            break
    record.kill()
    record.wait()
    longest = max(len(wavfile.read(path)[1]) for path in found)
    assert longest >= 512 and longest % 256 == 0


def test_refuses_another_rate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _record(tmp_path, "--seconds", "0.2", *_board(windows=5)) in (0, 1)
    assert _record(tmp_path, "--seconds", "0.2", *_board(rate=1600)) == 1
    assert "choose another --out" in capsys.readouterr().err


def test_no_device_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _record(tmp_path, "--port", str(tmp_path / "nothing")) == 1
    assert "cannot open" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["foo://x", "socket://x", "socket://127.0.0.1:1"])
def test_a_url_that_cannot_be_opened_is_said(
    port: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _record(tmp_path, "--port", port) == 1
    assert f"cannot open {port}" in capsys.readouterr().err


@pytest.mark.parametrize("baud", ["0", "-5", "fast"])
def test_a_line_has_a_rate(baud: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        _record(tmp_path, "--port", "none", "--baud", baud)


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert _record(tmp_path / "file", "--seconds", "9", *_board()) == 1
    out, err = capsys.readouterr()
    assert f"cannot write to {tmp_path / 'file'}" in err and "Recording" not in out


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_what_arrived_is_kept_when_the_user_ends_it(name: str, tmp_path: Path) -> None:
    """And impatiently: the board has gone, and the signal comes three times."""
    command = [sys.executable, "-m", "thrum", "record", "--label", "healthy", "--machine", "x"]
    gone = "import time; time.sleep(0.5); import os; os.close(0); time.sleep(60)"
    command += ["--out", str(tmp_path), "--seconds", "9", *_board(after=gone)]
    record = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert record.stdout is not None
    assert record.stdout.readline().startswith(b"Recording")
    time.sleep(1.5)
    for _ in range(3):
        record.send_signal(getattr(signal, name))
        time.sleep(0.02)
    said = record.communicate(timeout=20)[0].decode()
    assert record.returncode == 1 and "ended early: stopped by hand" in said, said
    assert list(tmp_path.glob("*.wav")) and (tmp_path / "manifest.toml").exists()


@pytest.mark.skipif(
    not (shutil.which("qemu-system-arm") and shutil.which("arm-none-eabi-g++")),
    reason="needs qemu-system-arm and arm-none-eabi-g++",
)
def test_records_every_sample_of_qemus_board(tmp_path: Path) -> None:
    elf = firmware("cortexm_sim", tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = f"tcp:127.0.0.1:{port},server=on,wait=on,nodelay=on"
    board = [
        "qemu-system-arm",
        "-machine",
        "mps2-an386",
        "-display",
        "none",
        "-monitor",
        "none",
        "-serial",
        line,
        "-kernel",
        str(elf),
    ]
    start = time.monotonic()
    assert (
        _record(
            tmp_path / "data",
            "--seconds",
            "4",
            "--port",
            f"socket://127.0.0.1:{port}",
            "--",
            *board,
        )
        == 0
    )
    assert time.monotonic() - start < 20
    cfg = at_rate(config.load(), 3200)
    [recording] = load_manifest(tmp_path / "data" / "manifest.toml", cfg)
    assert (recording.machine, recording.label, recording.rate_hz) == ("fan 1", 0, 3200.0)
    got = recording.samples[:, 0]
    assert len(got) == 4 * 3200
    sent = shaker.samples(len(got) + 4 * 256)  # the board judged a window or so before
    start_at = next(
        k for k in range(0, 4 * 256, 256) if np.array_equal(got[:256], sent[k : k + 256])
    )
    np.testing.assert_array_equal(got, sent[start_at : start_at + len(got)])
