"""Tables of LOGISTIC and TANH: TFLM computes both on a fixed-point argument with 4 integer bits."""

from __future__ import annotations

import math
from collections.abc import Callable

from thrum.compiler.fixed_point import divide_by_power_of_two, requantize, round_away
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.lookup import Lookup, lookup

_INTEGER_BITS = 4
_FRACTION_BITS = 31 - _INTEGER_BITS


def sigmoid_table(
    node: Node, function: Callable[[int], int], bits: int, expected: tuple[float, int]
) -> Lookup:
    """The table of a function from Q4.27 to Q0.31 whose results TFLM scales by 2^-bits.

    expected: scale and zero point that the output must have; ModelError otherwise, and where TFLM
    would not compute the argument exactly.
    """
    scale, zero = node.source.per_tensor
    if node.target.per_tensor != expected:
        raise node.error(f"the output must have scale and zero point {expected}")
    fraction, shift = math.frexp(scale * (1 << _FRACTION_BITS))
    if not 0 <= shift <= 31:
        raise node.error(f"input scale {scale:g} is outside what TFLM computes exactly")
    factor = round_away(fraction * (1 << 31))
    radius = (((1 << _INTEGER_BITS) - 1) << _FRACTION_BITS) >> shift  # saturated beyond

    def value(x: int) -> int:
        if abs(x - zero) >= radius:
            return -128 if x - zero <= -radius else 127
        exact = function(requantize(x - zero, factor, shift))
        return divide_by_power_of_two(exact, bits) + expected[1]

    return lookup(node, value)
