"""Functions of one int8 value, as tables of 256 that TFLM's arithmetic fills."""

from __future__ import annotations

import math
from collections.abc import Callable

from thrum.compiler import fixed_point
from thrum.compiler.fixed_point import float32, requantize, round_away
from thrum.compiler.graph import Graph, ModelError, Operator
from thrum.compiler.kernels import Lookup
from thrum.compiler.operators.checks import input_activation, int8_tensor, multiplier

_INTEGER_BITS = 4  # of the argument of LOGISTIC and TANH


def relu(where: str, graph: Graph, op: Operator) -> Lookup:
    """TFLM's ReluQuantized: rescale, then clamp at the output's zero."""
    scale, zero, output_scale, output_zero = _scales(where, graph, op)
    factor, shift = multiplier(where, float32(scale / output_scale))

    def value(x: int) -> int:
        return max(output_zero, output_zero + requantize(x - zero, factor, shift))

    return _lookup(graph, op, value)


def relu6(where: str, graph: Graph, op: Operator) -> Lookup:
    """TFLM's Relu6Quantized: clamp between the input's 0 and 6, without rescaling."""
    scale, zero, _, _ = _scales(where, graph, op)
    six = zero + round_away(min(1e6, float32(6.0 / scale)))
    return _lookup(graph, op, lambda x: max(zero, min(six, x)))


def quantize(where: str, graph: Graph, op: Operator) -> Lookup:
    """int8 to int8 of another scale."""
    scale, zero, output_scale, output_zero = _scales(where, graph, op)
    factor, shift = multiplier(where, float32(scale / output_scale))
    return _lookup(graph, op, lambda x: output_zero + requantize(x - zero, factor, shift))


def logistic(where: str, graph: Graph, op: Operator) -> Lookup:
    """Sigmoid to scale 1/256 and zero point -128."""
    return _sigmoidal(
        where,
        graph,
        op,
        (1 / 256, -128),
        lambda raw: fixed_point.divide_by_power_of_two(fixed_point.logistic(raw), 23) - 128,
    )


def tanh(where: str, graph: Graph, op: Operator) -> Lookup:
    """Hyperbolic tangent to scale 1/128 and zero point 0."""
    return _sigmoidal(
        where,
        graph,
        op,
        (1 / 128, 0),
        lambda raw: fixed_point.divide_by_power_of_two(fixed_point.tanh(raw), 24),
    )


def _sigmoidal(
    where: str,
    graph: Graph,
    op: Operator,
    expected: tuple[float, int],
    function: Callable[[int], int],
) -> Lookup:
    scale, zero, *output = _scales(where, graph, op)
    if tuple(output) != expected:
        raise ModelError(f"{where}: the output must have scale and zero point {expected}")
    fraction, shift = math.frexp(scale * (1 << (31 - _INTEGER_BITS)))
    if not 0 <= shift <= 31:
        raise ModelError(f"{where}: input scale {scale:g} is outside what TFLM computes exactly")
    factor = round_away(fraction * (1 << 31))
    radius = (((1 << _INTEGER_BITS) - 1) << (31 - _INTEGER_BITS)) >> shift

    def value(x: int) -> int:
        if abs(x - zero) >= radius:
            return -128 if x - zero <= -radius else 127
        return function(requantize(x - zero, factor, shift))

    return _lookup(graph, op, value)


def _scales(where: str, graph: Graph, op: Operator) -> tuple[float, int, float, int]:
    """Scale and zero point of input and output, which must have the same size."""
    source, target = input_activation(where, graph, op), graph.tensors[op.outputs[0]]
    if source.size != target.size:
        raise ModelError(f"{where}: {source.shape} cannot become {target.shape}")
    return (*int8_tensor(where, "the input", source), *int8_tensor(where, "the output", target))


def _lookup(graph: Graph, op: Operator, value: Callable[[int], int]) -> Lookup:
    table = tuple(max(-128, min(127, value(x))) for x in range(-128, 128))
    return Lookup(graph.tensors[op.outputs[0]].size, table)
