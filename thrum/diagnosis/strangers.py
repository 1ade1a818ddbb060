"""Lines of the envelope that stand far out and are no line of the bearing and none of the shaft.

They are worth a question where nothing is named: is another bearing in there, or a belt?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thrum.diagnosis.envelope import EnvelopeSpectrum
from thrum.diagnosis.families import SLIP
from thrum.diagnosis.geometry import Bearing

STANDS, DEPTH = 20.0, 0.08  # decades above the noise, and share of the envelope
MOST = 2  # that are named
_TURNS = 48.0
_ORDERS = 5  # harmonics that belong to a line
_HIGHEST = 9.0  # orders: above, lines are harmonics of others
_LOWEST, _BINS = 8, 2  # bins: of drift at the left end, and around a line


def strangers(bearing: Bearing, spectra: Sequence[EnvelopeSpectrum]) -> list[float]:
    """Their orders, the deepest first; none where no spectrum is fine enough."""
    spectrum = next((each for each in spectra if each.turns == _TURNS), None)
    if spectrum is None:
        return []
    orders, depth = spectrum.orders, spectrum.depth
    strong = (spectrum.decades >= STANDS) & (depth >= DEPTH) & (orders < _HIGHEST)
    strong[:_LOWEST] = False
    strong &= np.abs(orders - np.rint(orders)) > _BINS * spectrum.step
    strong &= ~_of_bearing(bearing, orders)
    found = [at for at in np.flatnonzero(strong) if depth[at] == depth[at - 2 : at + 3].max()]
    return [float(orders[at]) for at in sorted(found, key=lambda at: -float(depth[at]))[:MOST]]


def _of_bearing(bearing: Bearing, orders: np.ndarray) -> np.ndarray:
    """Whether an order is a line of the bearing, slip included; the cage also against the shaft."""
    firsts = (bearing.bpfo, bearing.bpfi, 2 * bearing.bsf, bearing.bsf, bearing.ftf)
    own = [n * first for first in firsts for n in range(1, _ORDERS + 1)]
    own += [1 - bearing.ftf, 2 - bearing.ftf]
    off = np.abs(orders[:, np.newaxis] / np.array(own) - 1)
    return np.asarray((off <= SLIP).any(axis=1))
