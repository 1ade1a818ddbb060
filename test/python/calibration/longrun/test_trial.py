"""The trial of a baseline in a long run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from plants import CFG, ENGINE

from thrum.calibration.longrun.trial import BURST, try_baseline
from thrum.reference.baseline import Baseline
from thrum.reference.operating_state import Operation
from thrum.reference.pipeline import Judge
from thrum.states import State


def test_a_trial_is_the_firmwares() -> None:
    """Scores and baseline of trial.py against Judge, window by window, an alarm among them."""
    rng = np.random.default_rng(4)
    cfg = replace(CFG, alarm=replace(CFG.alarm, mean_windows=1, most_windows=1))
    cfg = replace(cfg, baseline=replace(cfg.baseline, windows=64, trial=14))
    rows = np.rint(5000 + 100 * rng.standard_normal((64 + 9 * BURST, 32)))
    rows[64 + 2 * BURST : -2 * BURST, :4] += 350  # eased
    rows[64 + 5 * BURST : 64 + 6 * BURST, 4:16] += 9000  # an alarm
    rows[-BURST:, 8:10] += 350  # eased after it
    bands = rows.astype(np.uint16)
    operation = Operation(cfg, 64)
    judge = Judge(cfg, operation, ENGINE.outputs)
    wanted = [judge.take(row) for row in bands][64:]
    learned = Baseline.learn(bands[:64], cfg)
    got, scores = try_baseline(cfg, ENGINE, learned, bands[64:].reshape(9, BURST, 32))
    assert [judged.score for judged in wanted] == (scores.reshape(-1) // 16).tolist()
    assert operation.baseline is not None and operation.eased > 3
    np.testing.assert_array_equal(got.scale, operation.baseline.scale)
    alarms_in = {n // BURST for n, w in enumerate(wanted) if w.state is State.ALARM}
    assert 5 in alarms_in and not alarms_in & {0, 1, 2, 3, 4, 8}
