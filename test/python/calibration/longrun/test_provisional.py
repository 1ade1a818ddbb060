"""A baseline that grows within a simulation: as the device grows it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from plants import CFG, ENGINE

from thrum.calibration.k_of_n import STEPS
from thrum.calibration.longrun.provisional import Draws, grow, highest_levels
from thrum.reference.baseline import Baseline
from thrum.reference.lengths import with_hours

U16 = npt.NDArray[np.uint16]
AT = with_hours(CFG, 1.0)  # 240 averages, 15 s apart


def _draws(moved: int, until: int) -> Draws:
    """A steady machine that is `moved` Q8 louder before minute `until`."""

    def draw(minutes: npt.NDArray[np.intp], block: int) -> U16:
        rng = np.random.default_rng(int(minutes[0]))
        rows = 5000 + 20 * rng.standard_normal((len(minutes), block, CFG.features.bands))
        return np.rint(rows + moved * (minutes < until)[:, None, None]).astype(np.uint16)

    return Draws(draw, draw, draw)


def _first() -> Baseline:
    bands = CFG.features.bands
    return Baseline(np.full(bands, 5000, np.uint16), np.full(bands, 10_000, np.uint16), None, True)


def test_a_quiet_machine_takes_the_hours_asked_for() -> None:
    grown = grow(AT, ENGINE, _first(), _draws(0, 0), 1.0, 180)
    assert grown.minutes == 60
    assert not grown.baseline.provisional and (grown.baseline.scale > 14_000).all()
    assert highest_levels(grown, 32, 32).max() < STEPS // 2


def test_it_does_not_grow_while_the_machine_alarms() -> None:
    quiet, loud = (grow(AT, ENGINE, _first(), _draws(m, 40), 1.0, 999) for m in (0, 800))
    assert 40 <= loud.minutes - quiet.minutes <= 41
    assert np.abs(loud.baseline.mean.astype(int) - 5000).max() < 20
    level = highest_levels(loud, 32, 32)
    assert (level[:40] >= 3072).all() and (level[40:] < 3072).all()


def test_without_hours_it_is_final_at_once() -> None:
    grown = grow(with_hours(CFG, 0.0), ENGINE, _first(), _draws(0, 0), 0.0, 999)
    assert grown.minutes == 0 and not grown.baseline.provisional
    assert highest_levels(grown, 32, 32).shape == (0,)
