"""Rate of the samples that a board sends, by this computer's clock."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

TOLERANCE = 0.02  # of the rate that the board says
FEWEST = 8  # arrivals: fewer may be the rest of a buffer, which comes at once
SHORTEST = 1.0  # seconds
_LATENCY = 0.02  # seconds that the promptest may differ: a USB adapter holds back for 16 ms

Floats = npt.NDArray[np.float64]


@dataclass
class Pace:
    """Samples and times of arrival.

    What arrives is late, never early: a busy computer or a buffer delays some, and the promptest of
    the first third and of the last third say the rate.
    """

    samples: array[float] = field(default_factory=lambda: array("d"))
    times: array[float] = field(default_factory=lambda: array("d"))

    def take(self, samples: int, now: float) -> None:
        """So many samples have come until now, in seconds."""
        self.samples.append(samples)
        self.times.append(now)

    @property
    def seconds(self) -> float:
        """Time between the first arrival and the last."""
        return self.times[-1] - self.times[0] if self.times else 0.0

    @property
    def rate_hz(self) -> float:
        """Samples a second between the first arrival and the last; 0 when unknown."""
        seconds = self.seconds
        return (self.samples[-1] - self.samples[0]) / seconds if seconds > 0 else 0.0

    def off(self, said_hz: float) -> float:
        """How far the rate surely is from what the board says, as a share; 0 if it may be right."""
        if len(self.times) < FEWEST:
            return 0.0
        samples, times = (np.array(values) for values in (self.samples, self.times))
        first, last = _promptest(samples / said_hz, times)
        said = (samples[last] - samples[first]) / said_hz
        took = times[last] - times[first]
        if max(self.seconds, (samples[-1] - samples[0]) / said_hz) < SHORTEST:
            return 0.0
        return float(max(0.0, abs(said - took) - _LATENCY) / max(took, 1e-9))


def _promptest(due: Floats, times: Floats) -> tuple[int, int]:
    """The arrivals of the first and of the last third that are late the least."""
    late, third = times - due, len(times) // 3
    return int(np.argmin(late[:third])), len(late) - third + int(np.argmin(late[-third:]))
