"""Which dense layers the AVR kernel can compute: the rules of lib/.../nn/avr/fully_connected.h.

There they decide in constant expressions; here for plans and for the note in the generated header.
test_avr.py compares both.
"""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.fixed_point import requantize
from thrum.compiler.operators.fully_connected import Dense

MOST_INPUTS, MOST_OUTPUTS = 510, 255  # counts of one byte, of pairs and of outputs
_ONE = 1 << 32


@dataclass(frozen=True)
class _Rule:
    """AvrOutputRule: what decides an output of a layer."""

    multiplier: int
    shift: int
    zero: int
    low: int
    high: int

    def output(self, accumulator: int) -> int:
        value = requantize(accumulator, self.multiplier, self.shift) + self.zero
        return max(self.low, min(self.high, value))

    def threshold(self, output: int) -> int:
        """The smallest accumulator whose output is at least this one, which is above `low`."""
        at = (2 * (output - self.zero) - 1) * (1 << (30 - self.shift)) // self.multiplier
        while self.output(at) >= output:
            at -= 1
        while self.output(at) < output:
            at += 1
        return at


def fallback(kernel: Dense) -> str:
    """Why a layer runs the portable loops on an AVR; "" where its kernel is exact."""
    if len(kernel.weights[0]) > MOST_INPUTS or len(kernel.weights) > MOST_OUTPUTS:
        return f"its kernel takes {MOST_INPUTS} inputs and {MOST_OUTPUTS} outputs"
    scales: dict[tuple[int, int], int | None] = {}
    for output in range(len(kernel.weights)):
        at = output % len(kernel.multiplier)
        scale = kernel.multiplier[at], kernel.shift[at]
        if scale not in scales:
            scales[scale] = _base(_Rule(*scale, kernel.output_zero, kernel.low, kernel.high))
        base = scales[scale]
        if base is None:
            return "no multiplier of 24 bits is exact for its scale"
        low, high = kernel.reach(output)
        if low - base < -(1 << 23) or high - base >= 1 << 23:
            return "a sum takes more than 24 bits"
    return ""


def _base(rule: _Rule) -> int | None:
    """FitScale(): the accumulator that counts as 0, None where nothing fits."""
    if not -12 <= rule.shift <= -1 or rule.low >= rule.high or rule.zero >= rule.high:
        return None
    right = -rule.shift
    shift = max(8 - right, 0)
    drop = right - 1 + shift
    nearest = (rule.multiplier + (1 << (drop - 1) if drop else 0)) >> drop
    for multiplier in (nearest, nearest - 1, nearest + 1):
        if multiplier < 1 << 24:
            base = _fit_offsets(rule, multiplier, shift)
            if base is not None:
                return base
    return None


def _fit_offsets(rule: _Rule, multiplier: int, shift: int) -> int | None:
    """FitOffsets(), with its base alone."""
    zero = max(rule.zero, rule.low)
    base = rule.threshold(rule.low + 1) - 1
    limit = rule.threshold(rule.high) - base
    slope = multiplier << shift
    above = _interval(rule, slope, base, zero, rule.high)
    below = above if zero == rule.low else _interval(rule, slope, base, rule.low, zero - 1)
    lower = 0
    while below[1] >= lower * slope:
        least = max(below[0] - lower * slope, 0)
        first = (least + 0xFFFF) & ~0xFFFF
        second = (above[0] - lower * slope + 0xFFFF) & ~0xFFFF
        if first <= below[1] - lower * slope and second <= above[1] - lower * slope:
            fits = ((limit + lower) << shift) & 0xFFFFFFFF < 1 << 24
            return base - lower if fits else None
        lower += 1
    return None


def _interval(rule: _Rule, slope: int, base: int, first: int, last: int) -> tuple[int, int]:
    """OffsetInterval(): the offsets with which these outputs are exact."""
    thresholds = {k: rule.threshold(k) for k in range(first, last + 2) if rule.low < k <= rule.high}
    start = 0 if first == rule.low else thresholds[first] - base
    end = thresholds[last] - base if last == rule.high else thresholds[last + 1] - base - 1
    least = (first - rule.low) * _ONE - start * slope
    most = (last + 1 - rule.low) * _ONE - 1 - end * slope
    for output in range(first + 1, last + 1):
        before = (output - rule.low) * _ONE - 1 - (thresholds[output] - base - 1) * slope
        least, most = max(least, before + 1 - slope), min(most, before)
    return least, most
