from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from bearings import Rig, recording

from thrum.dashboard import records
from thrum.dashboard.followups import Followups
from thrum.dashboard.hub import Hub
from thrum.diagnosis.command import Request
from thrum.diagnosis.geometry import known
from thrum.followup.log import AlarmLog

RIG = Rig(known("6205"), rpm=1797, rate_hz=12_000, seconds=4)


class Lender:
    """Keeps an errand until it is run."""

    def __init__(self, has_port: bool = True) -> None:
        self.has_port = has_port
        self.errands: list[Callable[[], None]] = []

    def lend(self, errand: Callable[[], None]) -> bool:
        self.errands += [errand] if self.has_port else []
        return self.has_port


@pytest.fixture
def hub() -> Hub:
    """With an alarm, number 1, and a return to health, number 2."""
    made = Hub()
    made.publish(records.of_event("alarm", 525, "4300-4400 Hz +9.10 sigma", 1_700_000_000_000))
    made.publish(records.of_event("ok", 700, "", 1_700_000_100_000))
    return made


def _followups(hub: Hub, folder: Path, record: Callable[[], list[Path]]) -> Followups:
    return Followups(hub, record, Request(1797, "6205"), AlarmLog(folder))


def _said(hub: Hub) -> list[str]:
    news = hub.since("", 0)["records"]
    return [record["words"] for record in news if record["kind"] == "followup"]


def test_the_cause_joins_the_alarm_and_the_log(hub: Hub, tmp_path: Path) -> None:
    def record() -> list[Path]:
        np.savez(tmp_path / "a.npz", DE=recording(RIG, "inner race"), fs=RIG.rate_hz)
        return [tmp_path / "a.npz"]

    lender, followups = Lender(), _followups(hub, tmp_path, record)
    followups.attach(lender)
    assert followups.start(1) == (202, "Recording.")
    assert followups.start(1)[0] == 409, "one at a time"
    lender.errands.pop()()
    first, last = _said(hub)
    assert first.startswith("Recording")
    assert last.startswith("cause 1     inner race: BPFI at")
    [entry] = AlarmLog(tmp_path).entries().values()
    assert entry.first_cause == "inner race"
    assert entry.alarm["detail"] == "stronger at 4300 to 4400 Hz (9.1 sigma)"
    assert followups.start(1)[0] == 202, "and again"


@pytest.mark.parametrize("number", [0, 2, 3, -1])
def test_only_an_alarm_can_be_followed(hub: Hub, tmp_path: Path, number: int) -> None:
    followups = _followups(hub, tmp_path, list)
    followups.attach(Lender())
    assert followups.start(number)[0] == 404
    assert _said(hub) == []


def test_what_cannot_be_recorded_is_said(hub: Hub, tmp_path: Path) -> None:
    followups = _followups(hub, tmp_path, list)
    followups.attach(Lender(has_port=False))
    assert followups.start(1) == (409, "Only a board at a port can be recorded.")
    lender = Lender()
    followups.attach(lender)
    assert followups.start(1)[0] == 202
    lender.errands.pop()()
    assert "nothing was kept" in _said(hub)[-1]


def test_a_log_that_cannot_be_written_is_said(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lender, followups = Lender(), _followups(hub, tmp_path / "file", list)
    followups.attach(lender)
    assert followups.start(1)[0] == 202
    lender.errands.pop()()
    assert "cannot be written" in _said(hub)[-1]
    assert followups.start(1)[0] == 202
