"""SOFTMAX: two classes by table, more by TFLM's algorithm."""

from __future__ import annotations

import functools

from thrum.compiler.fixed_point import Softmax
from thrum.compiler.graph import Graph, ModelError, Operator
from thrum.compiler.kernels import SoftmaxPair, SoftmaxRow
from thrum.compiler.operators.checks import input_activation, int8_tensor

_MAX_CLASSES = 256  # the sum of the exponentials stays within TFLM's fixed point


def softmax(where: str, graph: Graph, op: Operator) -> SoftmaxPair | SoftmaxRow:
    """int8 to int8 over the last axis."""
    source, target = input_activation(where, graph, op), graph.tensors[op.outputs[0]]
    scale, _ = int8_tensor(where, "the input", source)
    if int8_tensor(where, "the output", target) != (1 / 256, -128):
        raise ModelError(f"{where}: the output must have scale 1/256 and zero point -128")
    row = Softmax(float(op.option("beta")), scale)
    if row.shift < 0 or row.multiplier == 0:
        raise ModelError(f"{where}: input scale {scale} is too small for TFLM's softmax")
    classes = source.shape[-1] if source.shape else 1
    if source.size == classes == 2:
        return _softmax_pair(float(op.option("beta")), scale)
    if classes > _MAX_CLASSES:
        raise ModelError(f"{where}: {classes} classes; at most {_MAX_CLASSES} are supported")
    return SoftmaxRow(source.size // classes, classes, row.multiplier, row.shift, row.diff_min)


@functools.cache
def _softmax_pair(beta: float, scale: float) -> SoftmaxPair:
    """The probability of class 0 for every z0 - z1, without the equal values at both ends."""
    row = Softmax(beta, scale)
    full = [row([max(d, 0), max(-d, 0)])[0] for d in range(-255, 256)]
    first, last = 0, len(full) - 1
    while first < last and full[first + 1] == full[0]:
        first += 1
    while last > first and full[last - 1] == full[-1]:
        last -= 1
    return SoftmaxPair(first - 255, tuple(full[first : last + 1]))
