"""Whether a machine is at rest: the twin of lib/vibration's operating_rest.cpp."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

U16 = npt.NDArray[np.uint16]

WAKE = 256  # Q8, hysteresis of the machine at rest
FLAT = 640  # Q8, how much louder a band of a silent machine is than the mean of all
QUIET = 128  # windows of a machine that is neither silent nor running down


class Rest:
    """Feed every window of a machine; the rules are at the top of operating_state.h."""

    def __init__(self, idle_drop: int) -> None:
        """idle_drop: Q8, by which rest is quieter than the quietest state."""
        self._idle_drop = idle_drop
        self._lowest = self._quiet = 0
        self.low = False  # the level is that of a machine at rest

    def take(self, level: int, recent: U16, known: Sequence[int], ready: bool) -> bool:
        """Whether a window of this level is one at rest.

        recent: average of the last windows (bands,). known: levels of the settled states. ready:
        the present state is judged. All levels are Q8.
        """
        quietest = min(known, default=0)
        wakes = quietest + WAKE
        limit = wakes if self.low else quietest
        self.low = bool(known) and level + self._idle_drop < limit
        if not self.low and int(recent.max()) + self._idle_drop >= wakes:
            self._quiet = 0
        return self.low and self._silent(recent, ready)

    def _silent(self, recent: U16, ready: bool) -> bool:
        """Whether a quiet machine stands still or runs down."""
        loudest = int(recent.max())
        flat = loudest <= int(recent.sum(dtype=np.int64)) // len(recent) + FLAT
        if self._quiet == 0 or (not flat and loudest + WAKE < self._lowest):
            self._lowest, self._quiet = loudest, 1
        else:
            self._quiet = max(self._quiet - 1, 1) if flat else min(self._quiet + 1, QUIET)
        return flat or self._quiet != QUIET or not ready
