"""The native firmware keeps what it learned in a file, and says why it does not take one."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import numpy as np
import pytest
from vibration import native_firmware

RATE, WINDOW, LEARN = 3200, 256, 32


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Raw int16 of a steady machine: 48 windows of noise."""
    path = tmp_path_factory.mktemp("recording") / "steady.raw"
    noise = np.random.default_rng(1).normal(0, 800, 48 * WINDOW)
    noise.astype("<i2").tofile(path)
    return path


def _run(recording: Path, *options: object, axes: int = 1) -> list[str]:
    command = [native_firmware(), "--raw", axes, "--learn", LEARN, *options, recording]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def _remarks(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("# baseline: ")]


def test_restores_what_it_stored(recording: Path, tmp_path: Path) -> None:
    kept = tmp_path / "a machine.bin"
    first = _run(recording, "--baseline", kept)
    assert _remarks(first) == ["# baseline: nothing stored"]
    assert "# operating state 0 learned:16/32" in first
    assert sum(line.endswith("state:0") for line in first) == LEARN
    again = _run(recording, "--baseline", kept)
    assert _remarks(again) == ["# baseline: restored"]
    assert not any(line.endswith("state:0") for line in again)
    judged = [line for line in first if line.endswith("state:1")]
    assert [line.split(",")[1] for line in judged] == [
        line.split(",")[1] for line in again if line.startswith("anomaly:")
    ][LEARN:]
    assert list(tmp_path.iterdir()) == [kept]


@pytest.mark.parametrize(
    "options, axes, reason",
    [
        (("--rate", 1600), 1, "for another rate"),
        ((), 2, "for another sensor"),
    ],
)
def test_is_refused_to_others(
    recording: Path, tmp_path: Path, options: tuple[object, ...], axes: int, reason: str
) -> None:
    kept = tmp_path / "baseline.bin"
    _run(recording, "--baseline", kept)
    lines = _run(recording, "--baseline", kept, *options, axes=axes)
    assert _remarks(lines) == [f"# baseline: {reason}"]
    assert any(line.endswith("state:0") for line in lines)


def test_damage_is_noticed(recording: Path, tmp_path: Path) -> None:
    kept = tmp_path / "baseline.bin"
    _run(recording, "--baseline", kept)
    data = bytearray(kept.read_bytes())
    data[70] ^= 4
    kept.write_bytes(data)
    assert _remarks(_run(recording, "--baseline", kept)) == ["# baseline: damaged"]
    kept.write_bytes(b"")
    assert _remarks(_run(recording, "--baseline", kept)) == ["# baseline: nothing stored"]


def test_says_that_it_is_volatile(recording: Path) -> None:
    assert _remarks(_run(recording)) == ["# baseline: nothing stored; storage is volatile"]


def test_a_device_is_never_replaced(recording: Path, tmp_path: Path) -> None:
    """Whoever is root would have made a file of /dev/null. A node of its own stands for it."""
    device = tmp_path / "null"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        device.write_bytes(b"")
    except OSError:  # not root: it cannot be replaced
        device = Path("/dev/null")
    before = list(tmp_path.iterdir())
    _run(recording, "--baseline", device)
    assert device.is_char_device() and list(tmp_path.iterdir()) == before
