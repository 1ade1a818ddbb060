"""Zones by velocity, window by window: the twin of lib/vibration's zone.cpp."""

from __future__ import annotations

from dataclasses import dataclass

WINDOWS = 32  # that must pass a limit, more than do not


@dataclass
class _Limit:
    """One limit, Q8 mm/s: how often it was passed, and whether that counts."""

    at: int
    count: int = 0
    passed: bool = False

    def take(self, velocity: int) -> bool:
        above = velocity > self.at
        self.count = min(self.count + 1, WINDOWS) if above else max(self.count - 1, 0)
        entered = above and self.count == WINDOWS
        self.passed = entered or (self.passed and self.count != 0)
        return self.passed


class ZoneWatch:
    """Feed the velocity of every window that was sampled."""

    def __init__(self, b: int, c: int) -> None:
        """Upper limits of the zones B and C, Q8 mm/s; see thrum/plant/zones.py."""
        self._b, self._c = _Limit(b), _Limit(c)

    def take(self, velocity: int) -> str:
        """Take a velocity RMS, Q8 mm/s; the zone after it: "B" (or better), "C" or "D"."""
        beyond_b, beyond_c = self._b.take(velocity), self._c.take(velocity)
        return "D" if beyond_c else "C" if beyond_b else "B"
