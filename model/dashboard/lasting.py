"""How long a change had lasted when it raised an alarm, as Detector::Lasted of detector.h says."""

from __future__ import annotations

from model.detector import Detector, State


class LastingDetector(Detector):
    """A detector that keeps this of its latest alarm."""

    lasted = 0  # windows, from the first of its votes to the last

    def update(self, score: int | None) -> State:
        """Take a score (0 to 255, Q8) or a fault (None); return the new state."""
        votes, quiet = [*self._votes, True], not self._raised
        state = super().update(score)
        if quiet and self._raised:  # so this window voted
            counted = votes[-self._config.n :]
            self.lasted = len(counted) - counted.index(True)
        return state
