"""ADD and MEAN."""

from __future__ import annotations

from math import prod

from thrum.compiler.fixed_point import float32
from thrum.compiler.graph import Graph, ModelError, Operator
from thrum.compiler.kernels import Add, AddTerm, Mean
from thrum.compiler.operators.checks import (
    activation_range,
    input_activation,
    int8_tensor,
    multiplier,
    operand,
)

_LEFT_SHIFT = 20


def add(where: str, graph: Graph, op: Operator) -> Add:
    """Two activations of the same size, each rescaled, and a fused activation."""
    tensors = [operand(where, graph, op, position) for position in (0, 1)]
    target = graph.tensors[op.outputs[0]]
    if any(tensor.data is not None or tensor.size != target.size for tensor in tensors):
        raise ModelError(f"{where}: both inputs must be activations of the output's size")
    sides = [int8_tensor(where, "an input", tensor) for tensor in tensors]
    scale, zero = int8_tensor(where, "the output", target)
    twice = 2 * max(side[0] for side in sides)
    terms = [AddTerm(z, *_below_one(where, s / twice)) for s, z in sides]
    total = AddTerm(zero, *_below_one(where, twice / ((1 << _LEFT_SHIFT) * scale)))
    low, high = activation_range(where, op.option("activation"), scale, zero)
    return Add(target.size, terms[0], terms[1], total, low, high)


def _below_one(where: str, real: float) -> tuple[int, int]:
    factor, shift = multiplier(where, real)
    if shift > 0:
        raise ModelError(f"{where}: its scales give a multiplier of {real:g}, not below 1")
    return factor, shift


def mean(where: str, graph: Graph, op: Operator) -> Mean:
    """Mean over neighbouring axes, by a multiplier that holds the division."""
    source, axes = input_activation(where, graph, op), operand(where, graph, op, 1)
    scale, zero = int8_tensor(where, "the input", source)
    output_scale, output_zero = int8_tensor(where, "the output", graph.tensors[op.outputs[0]])
    outer, reduced, inner = _view(where, source.shape, axes.data)
    if graph.tensors[op.outputs[0]].size != outer * inner:
        raise ModelError(f"{where}: the output does not have {outer * inner} values")
    factor, shift = multiplier(where, scale / output_scale)
    bits = min(reduced.bit_length() - 1, 32, 31 + shift)
    if bits < 0:
        raise ModelError(f"{where}: its scales give a multiplier of {float32(scale):g}")
    return Mean(
        outer,
        reduced,
        inner,
        zero * reduced,
        (factor << bits) // reduced,
        shift - bits,
        output_zero,
    )


def _view(where: str, shape: tuple[int, ...], axes: tuple[int, ...] | None) -> tuple[int, int, int]:
    """The shape as (outer, reduced, inner)."""
    if not axes or any(not -len(shape) <= axis < len(shape) for axis in axes):
        raise ModelError(f"{where}: the axes must be constant and exist in {shape}")
    chosen = sorted({axis % len(shape) for axis in axes})
    first, last = chosen[0], chosen[-1]
    if last - first + 1 != len(chosen):
        raise ModelError(f"{where}: the axes {chosen} must be neighbours")
    return prod(shape[:first]), prod(shape[first : last + 1]), prod(shape[last + 1 :])
