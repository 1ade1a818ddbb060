"""Bounds of a rate from counted events (Poisson), and how much more must be watched."""

from __future__ import annotations

import math
from dataclasses import dataclass

DAYS = 30.0  # of one machine: the unit of an alarm budget
_TAIL = 0.05


@dataclass(frozen=True)
class Rate:
    """Events observed over machine-days, and what they say about 30 days of one machine."""

    events: int
    machine_days: float

    @property
    def per_30_days(self) -> float:
        """The observed rate."""
        return self.events * DAYS / self.machine_days

    @property
    def at_most(self) -> float:
        """One-sided 95 % Poisson bound of the rate."""
        return most_likely_at_most(self.events) * DAYS / self.machine_days

    def missing_days(self, budget: float) -> float:
        """Further machine-days, without any further event, until the bound meets the budget."""
        return max(0.0, most_likely_at_most(self.events) * DAYS / budget - self.machine_days)


def most_likely_at_most(events: int) -> float:
    """The mean at which so few events have a probability of 5 %; 3.0 for none (rule of three)."""
    low, high = 0.0, 10.0 + 3.0 * events
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(events, middle) > _TAIL else (low, middle)
    return high


def _at_most(events: int, mean: float) -> float:
    """Probability of at most `events` events."""
    log = [k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(events + 1)]
    return math.fsum(math.exp(value) for value in log)


def allowed_events(machine_days: float, budget: float) -> int:
    """Most events whose bound meets the budget; -1 where not even none would do."""
    events = -1
    while Rate(events + 1, machine_days).at_most <= budget:
        events += 1
    return events
