"""What an alarm says, in words for people: monitor, report and live page use them.

Standard library only, as lines.py. A band is named by how many times the learned level it is where
that is known, else by its direction with its sigma; bands within the usual spread are not named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from thrum.device.lines import EVENT, EVIDENCE
from thrum.states import State

USUAL = 3.0  # sigma that a band may be off without having moved
# Frequencies in Hz, deviation in sigma, and times the learned level where the sender knows it.
BAND = re.compile(
    r"(\d{1,6})-(\d{1,6}) Hz ([+-]?\d{1,4}\.\d\d) sigma(?: x(\d{1,5}\.\d\d))?", re.ASCII
)


@dataclass(frozen=True)
class Band:
    """One band of an alarm; times is the level over the learned one, None where unknown."""

    low_hz: int
    high_hz: int
    sigma: float
    times: float | None = None

    def __str__(self) -> str:
        where = f"at {self.low_hz} to {self.high_hz} Hz"
        if self.times is not None:
            return f"{self.times:.2g} times the learned level {where}"
        return f"{'weaker' if self.sigma < 0 else 'stronger'} {where} ({abs(self.sigma):.1f} sigma)"


def bands(detail: str) -> list[Band]:
    """Every band that an alarm names."""
    return [
        Band(int(low), int(high), float(sigma), float(times) if times else None)
        for low, high, sigma, times in BAND.findall(detail)
    ]


def alarm(detail: str) -> str:
    """The bands that moved; a detail without bands stays as it is."""
    named = bands(detail)
    if not named:
        return detail
    moved = [str(band) for band in named if abs(band.sigma) >= USUAL]
    return ", ".join(moved) or "no band stands out by itself: many have moved a little"


def evidence(rms_mg: int, learned_mg: int, z: float, bound: float, lasted: str) -> str:
    """What plain deviations say of an alarm. lasted: such as "32 windows, 40 s"."""
    level = f"{rms_mg} mg"
    if learned_mg > 0:
        times = f"{rms_mg / learned_mg:.2g} times the learned vibration"
        level = f"{times} ({rms_mg} of {learned_mg} mg)"
    agree = "agree" if z >= bound else "alone would not have raised it"
    over = f"{z / max(bound, 0.01):.2g} times their bound"
    return f"{level}; plain deviations {agree} ({over}); lasted {lasted}"


def explained(line: str) -> tuple[State, str] | None:
    """A change of state or the evidence of an alarm, with its colour's state; None for others."""
    if event := EVENT.fullmatch(line):
        state, number, detail = event.groups()
        what = f": {alarm(detail)}" if detail else ""
        return State[state.upper()], f"{state} at window {number}{what}"
    if found := EVIDENCE.fullmatch(line):
        now, learned, z, bound, _, windows, seconds = found.groups()
        lasted = f"{windows} windows, {seconds} s"
        return State.ALARM, evidence(int(now), int(learned), float(z), float(bound), lasted)
    return None
