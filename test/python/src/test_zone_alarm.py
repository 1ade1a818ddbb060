"""Zone D is an alarm by itself, whatever was learned; zone C is told. Only where a group is set."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from vibration import native_firmware

from thrum.artifacts import release
from thrum.paths import ARTIFACTS

RATE, WINDOW, LEARN = 3200, 256, 32


@functools.cache
def _program(group: str) -> Path:
    """The native firmware for a machine of this group."""
    made = release.load()
    machine = {**made.parameters["machine"], "group": group}
    made = replace(made, parameters={**made.parameters, "machine": machine})
    folder = Path(tempfile.mkdtemp(prefix="thrum-"))
    release.save(made, folder, release.read_json(ARTIFACTS / release.GOLDEN))
    return native_firmware(folder)


def _run(group: str, mm_s: list[float], folder: Path) -> list[str]:
    """What the firmware says of 100 Hz at these velocities, 100 windows each."""
    at = np.arange(100 * WINDOW * len(mm_s)) / RATE
    g = np.repeat(mm_s, 100 * WINDOW) * np.sqrt(2) * 2 * np.pi * 100 / 1000 / 9.80665
    noise = np.random.default_rng(1).normal(0, 0.02, len(at))
    counts = (g * np.sin(2 * np.pi * 100 * at) + noise) / 16 * 32768
    raw = folder / "machine.raw"
    counts.round().astype("<i2").tofile(raw)
    command = [str(_program(group)), "--raw", "1", "--learn", str(LEARN), str(raw)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_zone_d_alarms_from_the_first_seconds_on_and_is_never_learned(tmp_path: Path) -> None:
    lines = _run("medium", [6.0], tmp_path)
    assert "# alarm at window 32: vibration in zone D" in lines
    assert any(
        line.startswith("# zone D, the machine may be damaged: mm_s:6.0")
        and line.endswith(" limits:2.80/4.50")
        for line in lines
    )
    states = [line[-1] for line in lines if line.startswith("anomaly:")]
    assert states[:31] == ["0"] * 31 and set(states[31:]) == {"2"}


def test_zone_c_is_told_and_is_no_alarm(tmp_path: Path) -> None:
    lines = _run("medium", [3.5], tmp_path)
    assert sum(line.startswith("# zone C, plan a repair: mm_s:3.5") for line in lines) == 1
    assert not any(line.endswith("state:2") for line in lines)


def test_the_alarm_ends_when_the_machine_is_back(tmp_path: Path) -> None:
    lines = _run("medium", [6.0, 1.0], tmp_path)
    assert any("zone B or better: mm_s:1.0" in line for line in lines)
    ended = [line for line in lines if line.startswith(("# ok at window", "# idle at window"))]
    assert ended and lines[-1].endswith(("state:1", "state:4"))


@pytest.mark.parametrize("group", ["large", ""])
def test_the_same_velocity_is_no_alarm_of_a_large_machine_or_without_a_group(
    group: str, tmp_path: Path
) -> None:
    lines = _run(group, [6.0], tmp_path)
    assert not any(line.endswith("state:2") for line in lines)
    assert any(line.startswith("# zone C") for line in lines) is (group == "large")
