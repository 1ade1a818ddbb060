"""model verify against devices that are silent, hang, reset, babble, or sit on a noisy line."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest
from recordings import public_data
from vibration import native_firmware

from thrum.artifacts import release
from thrum.cli import main as command_line
from thrum.device.client import (
    Device,
    LineError,
)
from thrum.device.transport import ProgramTransport
from thrum.reference import tflm

ANSWER = 'print(seal("!id engine:aot model:1 board:x arena:0")); print(seal("!source mg_q12:1"))'

HEAD = (
    "import sys, time, binascii\n"
    "def seal(t): return t + '*%04x' % binascii.crc_hqx(t.encode(), 0)\n"
    "def say(*t): print(*t, flush=True)\n"
)

MODEL = f"model:{release.load().model_hash}"

NO_SCALE = ANSWER.replace("model:1", MODEL).replace("mg_q12:1", "window:256 hop:256 bands:32")

BAD = {
    "silent": ("time.sleep(60)", "no answer to '?' within 0.3 s; is the board powered"),
    "hung": (f"{ANSWER}; sys.stdout.flush(); time.sleep(60)", "the board runs model 1"),
    "ended": ("sys.exit(9)", "exit code 9"),
    "babbling": ("while True: say('x' * 5000)", "babbles"),
    "babbling_without_ends_of_lines": ("while True: sys.stdout.write('x' * 5000)", "babbles"),
    "chatty": ("while True: say('anomaly:0.00'); time.sleep(0.01)", "other characters"),
    "no_ends_of_lines": ("while True: print(end='y', flush=True); time.sleep(0.01)", "other"),
    "error_without_a_code": ("while True: say(seal('!error')); time.sleep(0.01)", "not an answer"),
    "no_scale": (f"for l in sys.stdin: {NO_SCALE}; sys.stdout.flush()", "does not describe its"),
    "damaging": ("while True: say('!id engine:aot*0000'); time.sleep(0.01)", "damaged answer"),
}


def _verify(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = command_line.main(["verify", "--unity", *words])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_device_fails_clearly_and_soon(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, message = BAD[kind]
    start = time.monotonic()
    code, out = _verify(capsys, "--seconds", "0.3", "--", sys.executable, "-c", HEAD + program)
    assert code == 1
    assert message in out
    assert "1 Failures" in out
    assert time.monotonic() - start < 15


def test_a_reset_is_noticed() -> None:
    program = (
        f"{ANSWER}\nsys.stdout.flush()\nfor line in sys.stdin:\n"
        "  say('# thrum engine:aot model:1 rate_hz:1 arena:0')"
    )
    device = Device(ProgramTransport([sys.executable, "-c", HEAD + program]), 1.0)
    device.connect()
    with pytest.raises(LineError, match="has reset"):
        device.ask("status", "status")
    device.close()


def test_a_simulator_that_is_missing_is_ignored(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = _verify(capsys, "--", sys.executable, "-c", "raise SystemExit(77)")
    assert code == 0
    assert "the_line:IGNORE" in out and "1 Tests 0 Failures 1 Ignored" in out


def test_without_recordings_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THRUM_DATA", str(tmp_path))
    code, out = _verify(capsys, "--windows", "20", "--", str(native_firmware()), "--serve")
    assert code == 0 and " Tests 0 Failures 1 Ignored" in out
    assert "recorded_windows:IGNORE: no window of a recording is among them: set THRUM_DATA" in out


def test_a_seed_gives_the_same_windows_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THRUM_DATA", str(public_data(tmp_path)))
    runs = []
    for seed in "3", "3", "4":
        words = "--windows", "40", "--seed", seed, "--", str(native_firmware()), "--serve"
        code, out = _verify(capsys, *words)
        assert code == 0
        runs.append([line for line in out.splitlines() if ":window_" in line])
    assert runs[0] == runs[1] != runs[2]


def test_without_the_wheel_the_numpy_engine_is_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As on every system but Linux on x86-64; the wheel, where there is one, is not asked."""
    monkeypatch.setattr(tflm, "available", lambda: False)
    monkeypatch.setattr(tflm, "network", lambda tflite: pytest.fail("was asked"))
    code, out = _verify(capsys, "--windows", "40", "--", str(native_firmware()), "--serve")
    assert code == 0 and "the NumPy engine (reference/network.py) is compared" in out
    assert out.count(":engine_") == 24 and out.count(":window_") == 16 + 40


def test_without_options_one_line_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--windows", "40", "--", str(native_firmware()), "--serve"]
    assert command_line.main(["verify", *words]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if "recorded_windows" not in line]
    assert len(told) == 1 and "comparisons equal this computer's" in told[0]
    assert command_line.main(["verify", "--json", *words]) == 0
    assert json.loads(capsys.readouterr().out)["failed"] == 0
