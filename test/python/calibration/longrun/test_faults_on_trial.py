"""A fault that grows while the machine is learned or on trial is told, not learned."""

from __future__ import annotations

import pytest

from thrum import config
from thrum.artifacts import release
from thrum.calibration.longrun import faults_on_trial
from thrum.calibration.longrun.faults_on_trial import LATEST, Outcome
from thrum.calibration.longrun.faulty_machine import Growth
from thrum.reference.network import Engine
from thrum.simulation.machine import FAULTS

CFG = config.load()
ENGINE = Engine(release.load().graph)


def test_every_kind_rate_and_beginning_is_drawn() -> None:
    growths = faults_on_trial.draw_growths(1, 200)
    assert {growth.kind for growth in growths} == set(FAULTS)
    assert {growth.rate_hz for growth in growths} == {200, 3200}
    assert {growth.days for growth in growths} == {2.0, 5.0, 20.0, 60.0}
    begins = {growth.begins for growth in growths}
    assert {0.0, 1 / 24, 0.5} < begins and max(begins) > 9


@pytest.mark.parametrize("days", [2.0, 5.0])
def test_what_grows_within_days_is_told_in_time(days: float) -> None:
    """Without a bound of what is eased, 5 of these 8 never alarmed, 2 at a severity above 1.5."""
    growths = [
        Growth("unbalance", days, 1.8, 3200),
        Growth("looseness", days, 0.0, 3200),
        Growth("rub", days, 1 / 24, 3200),
        Growth("bearing", days, 0.5, 200),
    ]
    for outcome in faults_on_trial.run(CFG, ENGINE, 14, growths):
        assert outcome.alarm is not None and outcome.alarm < LATEST, outcome


def test_the_report_counts_what_must_not_be() -> None:
    growth = Growth("rub", 2.0, 1.0, 3200)
    seen = [(0.1, 1), (1.6, 0), (None, 0)]
    outcomes = [Outcome(growth, alarm, false, 3.0) for alarm, false in seen]
    text = faults_on_trial.report(outcomes)
    assert "1 without an alarm, 1 with one later than severity 1.5" in text
    assert "1 false alarms in 9 machine-days" in text
