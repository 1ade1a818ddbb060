"""The choice of persistence and threshold within a budget of alarms."""

from __future__ import annotations

import pytest
from counted import evidence, heard

from thrum.calibration import calibrate
from thrum.calibration import threshold as choice
from thrum.calibration.k_of_n import STEPS
from thrum.calibration.longrun.evidence import Votes


def test_the_rule_that_finds_more_within_the_budget_is_chosen() -> None:
    choices = choice.curve(evidence(120.0), 1.0, 0.3)
    chosen = choice.best(choices)
    assert chosen.votes == Votes(28, 32) and chosen.detected == 1
    assert chosen.threshold == pytest.approx(0.45, abs=1e-3)
    assert choices[0].detected == 0 and choices[0].mean_delay_s == 600
    assert "28 of 32" in next(x for x in calibrate.table(choices).splitlines() if "chosen" in x)


def test_too_little_data_is_said() -> None:
    short = choice.best(choice.curve(evidence(45.0), 1.0, 0.3))
    assert not short.supported and "extrapolated" in calibrate.claim(short, 1.0)
    assert "1,077 more machine-hours" in calibrate.claim(short, 1.0)
    enough = choice.best(choice.curve(evidence(120.0), 1.0, 0.3))
    assert "extrapolated" not in calibrate.claim(enough, 1.0)


def test_recordings_raise_the_threshold() -> None:
    """The slow rule needs 0.45 on simulated machines and more on this one."""
    recorded = heard(0.5, 600)
    [_, slow] = choice.curve(evidence(120.0), 1.0, 0.3, recorded)
    assert slow.threshold == pytest.approx(0.5 + 1 / STEPS)
    assert slow.recorded is not None and slow.recorded.events == 0
    assert slow.recorded.machine_days == pytest.approx((600 - 31) / 86_400)
    text = calibrate.recorded_claim(slow, recorded, 1.0)
    assert "a.wav: 0 of 600 votes" in text and "0 alarms in 9.5 minutes" in text
    assert "2,157 more hours" in text  # 3.0 months of 720 hours, for none in that time
