"""HARD_SWISH: x * relu6(x + 3) / 6: a table, see shared/lookup.py."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.fixed_point import divide_by_power_of_two
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import multiplier
from thrum.compiler.operators.shared.lookup import Lookup, check_lookup, lookup

_MIN, _MAX = -(1 << 15), (1 << 15) - 1


def lower(node: Node) -> Lookup:
    """TFLM's arithmetic in 16 bits: the input 128 times finer, the gate in Q15."""
    scale, zero = node.source.per_tensor
    output_scale, output_zero = node.target.per_tensor
    fine = scale / 128
    factor, exponent = multiplier(node, fine / output_scale)
    gate, gate_exponent = multiplier(node, fine / (3.0 / 32768.0))
    if exponent > 0:
        raise node.error(f"scales {scale:g} and {output_scale:g}: the output's is too small")
    factor, gate = _to_16_bits(factor), _to_16_bits(gate)

    def value(x: int) -> int:
        raw = (x - zero) * 128
        product = _truncated(_gate(raw, gate, gate_exponent) * _rounded(raw, factor))
        return divide_by_power_of_two(product, -exponent) + output_zero

    return lookup(node, value)


def _gate(raw: int, factor: int, exponent: int) -> int:
    """relu6(x + 3) / 6 in Q15."""
    if exponent > 0:
        raw = _saturated(raw << (exponent - 1))
    raw = _rounded(raw, factor)
    if exponent > 0:
        raw = _saturated(raw << 1)
    if exponent < 0:
        raw = divide_by_power_of_two(raw, -exponent)
    return (raw + (1 << 15)) >> 1


def _to_16_bits(factor: int) -> int:
    return _MAX if factor >= (1 << 31) - 1 - (1 << 15) else (factor + (1 << 15)) >> 16


def _saturated(value: int) -> int:
    return max(_MIN, min(_MAX, value))


def _truncated(product: int) -> int:
    """Q15 product, towards zero, saturated."""
    return _saturated(product // (1 << 15) if product >= 0 else -(-product // (1 << 15)))


def _rounded(a: int, b: int) -> int:
    """gemmlowp's doubling high product of int16."""
    product = a * b
    return _truncated(product + ((1 << 14) if product >= 0 else 1 - (1 << 14)))


OPERATOR = Definition(
    name="HARD_SWISH",
    version=1,
    inputs=1,
    add_call="AddHardSwish",
    limits="a table of 256",
    check=check_lookup,
    lower=lower,
)
