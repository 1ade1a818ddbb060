"""Scores of an installed machine, looked up in a table."""

from __future__ import annotations

import numpy as np
from plants import ENGINE, plant

from thrum.calibration.k_of_n import highest, in_steps, levels
from thrum.calibration.longrun import installed, simulate


def test_bursts_of_the_table_are_those_of_the_windows() -> None:
    """The table holds, for each burst, the highest level of the detector on the same windows."""
    mine, rng = plant(0), np.random.default_rng(1)
    unit = installed.install(mine, ENGINE, rng, 0.2, 1.0, 160)
    seen = simulate.decisions(unit, ENGINE)
    table = highest(levels(seen.scores, 4, 6), 20)
    cell = int(seen.cell[unit.since])
    bands = unit.library.everything(seen.weight[cell : cell + 1])[0, 3]
    scores = in_steps(ENGINE.scores(unit.baseline.deviation(bands)))
    assert table[cell, 3, 7] == max(np.sort(scores[7 + i : 13 + i])[2] for i in range(20))
