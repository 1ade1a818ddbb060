"""Healthy recordings replayed: what they say about alarms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from counted import evidence, heard
from own_recordings import Folder

from thrum import config as params
from thrum.artifacts import release
from thrum.calibration import calibrate
from thrum.calibration import threshold as choice
from thrum.calibration.k_of_n import STEPS
from thrum.calibration.recorded import Recorded, replayed
from thrum.evaluation.evaluate import manifest_cases
from thrum.recordings.dataset import load_manifest, windows
from thrum.reference.baseline import Baseline
from thrum.reference.features import log_bands
from thrum.reference.network import Engine
from thrum.reference.smoothing import smoothed

CFG = params.load()


def test_long_recordings_may_hold_what_the_budget_allows() -> None:
    """A year with 3 alarms keeps 1 per 30 days: its bound is 7.75 in 365 days."""
    level = np.zeros(365 * 24, np.int64)
    level[[100, 3000, 6000]] = round(0.9 * STEPS)
    recorded = Recorded(["year"], [level], [3600.0])
    [quick, _] = choice.curve(evidence(120.0), 1.0, 0.3, recorded)
    assert quick.threshold == pytest.approx(0.6, abs=1e-3)
    assert quick.recorded is not None and quick.recorded.events == 3
    assert "more hours" not in calibrate.recorded_claim(quick, recorded, 1.0)


def test_a_recording_shorter_than_the_votes_says_nothing() -> None:
    recorded = heard(0.9, 31)
    quick, slow = choice.curve(evidence(120.0), 1.0, 0.3, recorded)
    assert quick.threshold > 0.9 and slow.threshold == pytest.approx(0.45, abs=1e-3)
    assert slow.recorded is None
    text = calibrate.recorded_claim(slow, recorded, 1.0)
    assert "say nothing about 28 of 32" in text and "2,157 hours" in text
    rows = calibrate.table([quick, slow]).splitlines()
    assert "0 alarms" in rows[1] and rows[2].split("s  ")[1].startswith("-")


def test_replay_is_the_firmwares_decision(tmp_path: Path) -> None:
    """Half is learned, the rest judged: one vote per window from the mean_windows-th on."""
    own = Folder(tmp_path)
    own.add("a.wav", windows=200)
    own.add("fault.wav", label="anomalous", level=4000)
    recorded = replayed(Engine(release.load().graph), manifest_cases(CFG, own.manifest))
    assert [len(scores) for scores in recorded.scores] == [100 - CFG.alarm.mean_windows + 1]
    assert recorded.step_s == [CFG.window.hop / CFG.sample.rate_hz]
    bands = log_bands(windows(load_manifest(own.manifest, CFG)[0], CFG), CFG)
    scores = Engine(release.load().graph).scores(
        Baseline.learn(bands[:100], CFG).deviation(smoothed(bands[100:], CFG))
    )
    assert (recorded.scores[0] == 16 * scores.astype(int)).all()
