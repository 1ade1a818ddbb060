"""One operating state from its first window to the end of its trial."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thrum import config
from thrum.reference.baseline import Learner
from thrum.reference.learned_state import LearnedState
from thrum.reference.lengths import grow_averages, trial_windows

CFG = config.load()
SHORT = replace(CFG, baseline=replace(CFG.baseline, windows=16, averages=16, trial=2))


def _state(cfg: config.Config) -> LearnedState:
    return LearnedState(Learner(cfg, cfg.baseline.windows), cfg)


def test_it_is_learned_then_grows_then_is_tried() -> None:
    state, row = _state(SHORT), np.full(32, 5000, np.uint16)
    phases, stored = [], []
    for count in range(16 + 16 + 32 + 5):
        phases.append((state.ready is not None, state.growing(), state.grown(), state.tried()))
        if not state.tried() and state.take(row, 7):
            stored.append(count + 1)
    assert phases[15] == (False, False, False, False) and phases[16] == (True, True, False, False)
    assert phases[31] == (True, True, False, False) and phases[32] == (True, False, True, False)
    assert phases[63] == (True, False, True, False) and phases[64] == (True, False, True, True)
    assert stored == [16, 20, 24, 28, 32, 48, 64]  # what a loss of power leaves
    assert grow_averages(SHORT) == 16 and trial_windows(SHORT) == 32


def test_its_level_is_known_after_eight_windows_and_settled_after_its_run_in() -> None:
    state, row = _state(CFG), np.full(32, 5000, np.uint16)
    known, settled = [], []
    for _ in range(80):
        known.append(state.known())
        settled.append(state.settled())
        state.take(row, 0)
    assert known.index(True) == 8 and settled.index(True) == CFG.baseline.windows // 4
    assert state.level == 5000
