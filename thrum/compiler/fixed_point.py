"""TensorFlow Lite's fixed-point arithmetic in Python integers: the reference of every kernel.

Standard library only. Names and rounding follow gemmlowp's fixedpoint.h and TFLM's common.cc; raw
values are int32 unless a docstring says otherwise.
"""

from __future__ import annotations

import math
import struct

INT32_MIN, INT32_MAX = -(1 << 31), (1 << 31) - 1


def float32(value: float) -> float:
    """Round to the nearest float32, as C does when it stores a float."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def round_away(value: float) -> int:
    """C's round(): halves away from zero."""
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


def quantize_multiplier(real: float) -> tuple[int, int]:
    """(multiplier in Q31, exponent) with real = multiplier * 2^(exponent - 31)."""
    if real == 0.0:
        return 0, 0
    fraction, exponent = math.frexp(real)
    multiplier = round_away(fraction * (1 << 31))
    if multiplier == 1 << 31:
        multiplier, exponent = multiplier // 2, exponent + 1
    if exponent < -31:
        return 0, 0
    return multiplier, exponent


def doubling_high_multiply(a: int, b: int) -> int:
    """round(a * b / 2^31), halves towards plus infinity, saturated."""
    if a == b == INT32_MIN:
        return INT32_MAX
    return (a * b + (1 << 30)) >> 31


def divide_by_power_of_two(value: int, exponent: int) -> int:
    """round(value / 2^exponent), halves away from zero."""
    mask = (1 << exponent) - 1
    threshold = (mask >> 1) + (1 if value < 0 else 0)
    return (value >> exponent) + (1 if value & mask > threshold else 0)


def requantize(value: int, multiplier: int, exponent: int) -> int:
    """MultiplyByQuantizedMultiplier with TFLM's double rounding."""
    left, right = max(exponent, 0), max(-exponent, 0)
    return divide_by_power_of_two(doubling_high_multiply(value << left, multiplier), right)


def saturating_shift_left(value: int, exponent: int) -> int:
    """value * 2^exponent, saturated to int32."""
    return max(INT32_MIN, min(INT32_MAX, value << exponent))


def exp_on_negative(value: int, integer_bits: int = 5) -> int:
    """exp of a number that is at most 0 as Q0.31 (gemmlowp exp_on_negative_values)."""
    fraction = 31 - integer_bits
    quarter = 1 << (fraction - 2)
    mod = (value & (quarter - 1)) - quarter
    result = _exp_between_minus_quarter_and_zero(mod << integer_bits)
    remainder = mod - value
    for exponent, factor in enumerate(
        (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242), start=-2
    ):
        if exponent < integer_bits and remainder & (1 << (fraction + exponent)):
            result = doubling_high_multiply(result, factor)
    return INT32_MAX if value == 0 else result


def _exp_between_minus_quarter_and_zero(value: int) -> int:
    x = value + (1 << 28)
    x2 = doubling_high_multiply(x, x)
    x3 = doubling_high_multiply(x2, x)
    x4_over_4 = divide_by_power_of_two(doubling_high_multiply(x2, x2), 2)
    x4_over_24 = doubling_high_multiply(x4_over_4 + x3, 715827883)
    poly = divide_by_power_of_two(x4_over_24 + x2, 1)
    return 1895147668 + doubling_high_multiply(1895147668, x + poly)


def _reciprocal(value: int) -> int:
    """2 / (1 + x) for x in [0, 1] in Q0.31, as Q2.29: three Newton steps from 48/17 - 32/17 d."""
    half_denominator = (value + INT32_MAX + 1) >> 1
    x = 1515870810 + doubling_high_multiply(half_denominator, -1010580540)
    for _ in range(3):
        one_minus = (1 << 29) - doubling_high_multiply(half_denominator, x)
        x += saturating_shift_left(doubling_high_multiply(x, one_minus), 2)
    return x


def one_over_one_plus(value: int) -> int:
    """1 / (1 + x) for x in [0, 1), both Q0.31."""
    return saturating_shift_left(_reciprocal(value), 1)


def logistic(value: int) -> int:
    """1 / (1 + exp(-x)) of a Q4.27 number as Q0.31."""
    if value == 0:
        return 1 << 30
    positive = one_over_one_plus(exp_on_negative(-abs(value), 4))
    return positive if value > 0 else INT32_MAX - positive


def tanh(value: int) -> int:
    """Hyperbolic tangent of a Q4.27 number as Q0.31."""
    if value == 0:
        return 0
    x = _reciprocal(exp_on_negative(-abs(value), 5))  # twice the argument: Q5.26
    positive = saturating_shift_left(x - (1 << 29), 2)
    return positive if value > 0 else -positive


class Softmax:
    """TFLM's int8 softmax of one row: input scale and beta fixed at construction."""

    def __init__(self, beta: float, scale: float) -> None:
        real = min(beta * scale * (1 << 26), float(INT32_MAX))
        self.multiplier, self.shift = quantize_multiplier(real)
        self.diff_min = -math.floor(31.0 * (1 << 26) / (1 << self.shift)) if self.shift >= 0 else 0

    def _scaled(self, difference: int) -> int:
        return doubling_high_multiply(difference << self.shift, self.multiplier)

    def __call__(self, row: list[int]) -> list[int]:
        """int8 logits to int8 probabilities with scale 1/256 and zero point -128."""
        differences = [value - max(row) for value in row]
        total = sum(
            divide_by_power_of_two(exp_on_negative(self._scaled(d)), 12)
            for d in differences
            if d >= self.diff_min
        )
        headroom = 32 - total.bit_length()
        reciprocal = one_over_one_plus(((total << headroom) & 0xFFFFFFFF) - (1 << 31))
        return [self._probability(d, reciprocal, 12 - headroom) for d in differences]

    def _probability(self, difference: int, reciprocal: int, bits_over_unit: int) -> int:
        if difference < self.diff_min:
            return -128
        product = doubling_high_multiply(reciprocal, exp_on_negative(self._scaled(difference)))
        return max(-128, min(127, divide_by_power_of_two(product, bits_over_unit + 23) - 128))
