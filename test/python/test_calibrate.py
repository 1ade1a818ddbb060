"""Poisson bounds, persistence for every threshold, the choice and how it is written."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from model import calibrate, params, persistence, release
from model.budget import Rate, allowed_events, most_likely_at_most
from model.detector import Detector, DetectorConfig, State
from model.integers import Engine
from model.longrun.evidence import Evidence, FaultRun, Votes
from model.params import Config
from model.persistence import STEPS
from model.quantize import int8_outputs

CFG = params.load()


def test_bounds_are_those_of_the_poisson_distribution() -> None:
    """Rule of three; the table of exact one-sided 95 % limits."""
    assert most_likely_at_most(0) == pytest.approx(2.9957, abs=1e-3)
    assert most_likely_at_most(1) == pytest.approx(4.7439, abs=1e-3)
    assert most_likely_at_most(10) == pytest.approx(16.962, abs=1e-2)


def test_a_claim_needs_enough_machine_days() -> None:
    """One alarm per 30 days takes 90 days without any; the rest is extrapolation."""
    assert allowed_events(89.0, 1.0) == -1
    assert allowed_events(90.0, 1.0) == 0
    assert allowed_events(240.0, 1.0) == 3
    assert Rate(0, 60.0).missing_days(1.0) == pytest.approx(29.87, abs=0.01)
    assert Rate(0, 120.0).missing_days(1.0) == 0


def detector_alarms(scores: np.ndarray, cfg: Config) -> int:
    """Alarms that the twin of the firmware raises."""
    detector = Detector(DetectorConfig.of(cfg))
    states = [detector.update(int(score)) for score in scores]
    return sum(b is State.ALARM and a is not State.ALARM for a, b in itertools.pairwise(states))


@pytest.mark.parametrize("k, n", [(1, 1), (4, 6), (20, 24), (32, 32)])
@pytest.mark.parametrize("threshold", [0.4, 0.5, 0.6])
def test_levels_are_the_detectors_votes(k: int, n: int, threshold: float) -> None:
    """The detector alarms if the level reaches the threshold, and never more often than that."""
    rng = np.random.default_rng(k)
    walk = 128 + np.cumsum(rng.normal(0, 6, 4000)) % 100 - 50
    scores = np.clip(walk + rng.normal(0, 30, 4000), 0, 255).astype(np.uint8)
    alarm = replace(CFG.alarm, k=k, n=n, threshold=threshold, dead_band=0.0, hold_windows=0)
    cfg = replace(CFG, alarm=alarm)
    level = persistence.levels(persistence.running_steps(scores, alarm.mean_windows), k, n)
    raise_at = round(threshold * 256) * STEPS // 256
    rises = int(np.sum(np.diff(np.concatenate([[False], level >= raise_at]).astype(int)) == 1))
    counted = persistence.alarms([level])
    assert detector_alarms(scores, cfg) <= rises <= counted[raise_at]
    assert (detector_alarms(scores, cfg) > 0) == (rises > 0)
    assert (np.diff(counted) <= 0).all()


def test_numpy_engine_is_the_reference() -> None:
    """The released network, on random deviations of every size."""
    made = release.load()
    rng = np.random.default_rng(3)
    sigma = rng.uniform(1, 200, (3000, 1))
    z = np.minimum(np.abs(rng.normal(0, sigma, (3000, 32))), 255).astype(np.uint8)
    inputs = (z.astype(np.int16) - 128).astype(np.int8)
    expected = int8_outputs(made.tflite, inputs)[:, 1].astype(np.int16) + 128
    np.testing.assert_array_equal(Engine(made.graph).scores(z), expected)


def evidence(days: float) -> Evidence:
    """Two rules: one quick, which alarms often below 0.6, one slow that needs only 0.45."""
    quick, slow = np.zeros(STEPS + 1, np.int64), np.zeros(STEPS + 1, np.int64)
    quick[: int(0.6 * STEPS)] = 500
    slow[: int(0.45 * STEPS)] = 500
    run = np.full(100, int(0.5 * STEPS))
    faults = [FaultRun("rub", 0.5, [run, run])]
    return Evidence(5.12, [Votes(1, 1), Votes(28, 32)], days, [quick[None], slow[None]], faults)


def test_the_rule_that_finds_more_within_the_budget_is_chosen() -> None:
    choices = calibrate.curve(evidence(120.0), 1.0, 0.3)
    chosen = calibrate.best(choices)
    assert chosen.votes == Votes(28, 32) and chosen.detected == 1
    assert chosen.threshold == pytest.approx(0.45, abs=1e-3)
    assert choices[0].detected == 0 and choices[0].mean_delay_s == 600
    assert "28 of 32" in next(x for x in calibrate.table(choices).splitlines() if "chosen" in x)


def test_too_little_data_is_said() -> None:
    short = calibrate.best(calibrate.curve(evidence(45.0), 1.0, 0.3))
    assert not short.supported and "extrapolated" in calibrate.claim(short, 1.0)
    assert "1,077 more machine-hours" in calibrate.claim(short, 1.0)
    enough = calibrate.best(calibrate.curve(evidence(120.0), 1.0, 0.3))
    assert "extrapolated" not in calibrate.claim(enough, 1.0)


def test_editing_keeps_every_comment() -> None:
    """Only the three values change, in [alarm] alone."""
    text = params.DEFAULT_PATH.read_text(encoding="utf-8")
    new = calibrate.edited(text, {"threshold": 0.61, "k": 9, "n": 14})
    before, after = text.splitlines(), new.splitlines()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert {b.split(" = ")[0] for _, b in changed} <= {"threshold", "k", "n"}
    assert all(a.partition("#")[2] == b.partition("#")[2] for a, b in changed)
    assert "threshold = 0.61" in new and "\nk = 9" in new and "\nn = 14" in new
