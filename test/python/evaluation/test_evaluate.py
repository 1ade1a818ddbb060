"""Protocol, statistics, scorers and table of the evaluation, and that it cannot fool itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from recordings import CFG

from thrum.evaluation import cases, evaluate
from thrum.simulation import synth

SHORT = replace(CFG, baseline=replace(CFG.baseline, windows=64))


def test_synthetic_machines_are_not_those_of_training() -> None:
    """Another seed: no recording of the evaluation is drawn by the training set."""
    (case,) = evaluate.synthetic_cases(SHORT, 1)
    rng = np.random.default_rng(CFG.train.seed)
    trained = synth.machine_set(SHORT, rng, "t", 128, 32)
    cases.check_leak([trained.baseline, *trained.faulty], case.judged)
    assert len(case.same) == 2 and len(case.other) == 1 and len(case.faulty) == 5
