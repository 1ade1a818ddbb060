"""Votes for every threshold at once."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from thrum import config as params
from thrum.calibration import k_of_n
from thrum.calibration.k_of_n import STEPS
from thrum.config import Config
from thrum.reference.detector import Detector, DetectorConfig
from thrum.states import State

CFG = params.load()


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
    level = k_of_n.levels(k_of_n.in_steps(scores), k, n)
    raise_at = round(threshold * 256) * STEPS // 256
    rises = int(np.sum(np.diff(np.concatenate([[False], level >= raise_at]).astype(int)) == 1))
    counted = k_of_n.alarms([level])
    assert detector_alarms(scores, cfg) <= rises <= counted[raise_at]
    assert (detector_alarms(scores, cfg) > 0) == (rises > 0)
    assert (np.diff(counted) <= 0).all()


def test_alarms_counted_by_bursts_are_those_of_the_device() -> None:
    """Slow swings around both thresholds: votes for an alarm, and for its end."""
    decision = DetectorConfig.of(CFG)
    rng = np.random.default_rng(12)
    swing = np.repeat(rng.choice([120, 175, 185, 215, 240], 300), 160)
    scores = np.clip(swing + rng.normal(0, 6, len(swing)), 0, 255).astype(np.uint8)
    steps = k_of_n.in_steps(scores)
    up, down = (value * STEPS // 256 for value in (decision.raise_q8, decision.clear_q8))
    raised = k_of_n.levels(steps, decision.k, decision.n) >= up
    ended = k_of_n.cleared(steps, decision.k, decision.n, down)
    count, _ = k_of_n.device_alarms(raised, ended)
    assert count == detector_alarms(scores, CFG) and count > 20
    assert k_of_n.alarms([np.where(raised, STEPS, 0)])[up] > count
