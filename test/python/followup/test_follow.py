from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bearings import Rig, recording

from thrum.diagnosis.command import Request
from thrum.diagnosis.geometry import known
from thrum.followup.follow import follow, told
from thrum.followup.log import Alarm, AlarmLog

RIG = Rig(known("6205"), rpm=1797, rate_hz=12_000, seconds=4)
ALARM = Alarm("20261201-101500", "4300-4400 Hz +9.10 sigma", "pump 7")


def _take(folder: Path) -> list[Path]:
    """Two pieces: the recording had a gap."""
    folder.mkdir(exist_ok=True)
    samples = recording(RIG, "outer race")
    paths = [folder / "a.npz", folder / "b.npz"]
    np.savez(paths[0], DE=samples[:6000], fs=RIG.rate_hz)
    np.savez(paths[1], DE=samples, fs=RIG.rate_hz)
    return paths


def test_the_cause_stays_with_the_alarm(tmp_path: Path) -> None:
    log = AlarmLog(tmp_path)
    made = follow(ALARM, lambda: _take(tmp_path), Request(1797, "6205"), log)
    assert made.first_cause == "outer race"
    again = AlarmLog(tmp_path).entries()[ALARM.key]
    assert again == made
    assert again.recordings == [str(tmp_path / name) for name in ("a.npz", "b.npz")]
    assert again.diagnosis is not None
    assert again.diagnosis["file"] == str(tmp_path / "b.npz"), "the longest piece"
    assert "pump 7 4300-4400 Hz" in told(again)
    assert "cause 1     outer race: BPFO at" in told(again)


def test_a_board_that_is_gone_leaves_the_alarm_and_the_reason(tmp_path: Path) -> None:
    def gone() -> list[Path]:
        raise OSError("no such\n device")

    made = follow(ALARM, gone, Request(), AlarmLog(tmp_path))
    assert made.problems == ["not recorded: no such device"]
    assert made.alarm["detail"] == ALARM.detail
    assert follow(ALARM, list, Request(), AlarmLog(tmp_path)).problems[-1].endswith("was kept")


@pytest.mark.parametrize("request_", [Request(1797, "9999"), Request(1797)])
def test_a_recording_that_cannot_be_judged_stays(tmp_path: Path, request_: Request) -> None:
    damaged = tmp_path / "a.npz"
    damaged.write_bytes(b"PK damaged")
    made = follow(ALARM, lambda: [damaged], request_, AlarmLog(tmp_path))
    assert made.recordings == [str(damaged)]
    assert made.diagnosis is None
    assert made.problems[0].startswith("not diagnosed: ")
