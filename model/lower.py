"""From the graph to integer steps: what each kernel does, every constant worked out on the host.

Standard library only. One function per operator checks what the kernel assumes and derives
multipliers exactly as TFLM's Prepare does; what cannot be exact raises ModelError, named.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from model.fixed import INT32_MAX, INT32_MIN, Softmax, float32, quantize_multiplier, round_away
from model.graph import Graph, ModelError, Operator, Tensor

_MAX_CLASSES = 256  # the sum of the exponentials stays within TFLM's fixed point


@dataclass(frozen=True)
class Dense:
    """output = clamp(requantize(bias + weights . input) + output_zero); zero points are in bias."""

    weights: tuple[tuple[int, ...], ...]
    bias: tuple[int, ...]
    multiplier: tuple[int, ...]
    shift: tuple[int, ...]
    output_zero: int
    low: int
    high: int

    def reach(self, output: int) -> tuple[int, int]:
        """Smallest and largest accumulator that int8 inputs can cause in one output."""
        row = self.weights[output]
        low = sum(-128 * w if w > 0 else 127 * w for w in row)
        high = sum(127 * w if w > 0 else -128 * w for w in row)
        return self.bias[output] + low, self.bias[output] + high


@dataclass(frozen=True)
class SoftmaxPair:
    """Two-class softmax: probability of class 0 = table[z0 - z1 - first], the ends saturate."""

    first: int
    table: tuple[int, ...]


@dataclass(frozen=True)
class SoftmaxRow:
    """n-class softmax by TFLM's fixed-point algorithm, on rows of `classes`."""

    rows: int
    classes: int
    multiplier: int
    shift: int
    diff_min: int


@dataclass(frozen=True)
class Lookup:
    """output = table[input + 128]: any function of one int8."""

    size: int
    table: tuple[int, ...]


@dataclass(frozen=True)
class Alias:
    """The output is the input's bytes under another shape."""


Kernel: TypeAlias = "Dense | SoftmaxPair | SoftmaxRow | Lookup | Alias"


@dataclass(frozen=True)
class Step:
    """One operator of the graph: its kernel and the activation tensors that it reads and writes."""

    index: int
    code: str
    kernel: Kernel
    inputs: tuple[int, ...]
    output: int


def lower(graph: Graph) -> tuple[Step, ...]:
    """All steps in execution order."""
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise ModelError(f"{len(graph.inputs)} inputs and {len(graph.outputs)} outputs; "
                         "the engine takes one of each")
    for index in graph.inputs + graph.outputs:
        _int8("model", "input or output", graph.tensors[index])
    steps = tuple(_step(graph, index, op) for index, op in enumerate(graph.operators))
    if graph.outputs[0] not in (step.output for step in steps):
        raise ModelError("model output: no operator writes it")
    return steps


def _step(graph: Graph, index: int, op: Operator) -> Step:
    where = graph.where(index)
    if op.code not in LOWERINGS:
        raise ModelError(f"{where}: not supported by the ahead-of-time engine")
    if len(op.outputs) != 1:
        raise ModelError(f"{where}: {len(op.outputs)} outputs, expected 1")
    kernel = LOWERINGS[op.code](where, graph, op)
    activations = tuple(i for i in op.inputs if i >= 0 and graph.tensors[i].data is None)
    return Step(index, op.code, kernel, activations, op.outputs[0])


def _operand(where: str, graph: Graph, op: Operator, position: int) -> Tensor:
    if position >= len(op.inputs) or op.inputs[position] < 0:
        raise ModelError(f"{where}: input {position} is missing")
    return graph.tensors[op.inputs[position]]


def _int8(where: str, what: str, tensor: Tensor) -> tuple[float, int]:
    """Scale and zero point of a per-tensor int8 tensor."""
    if tensor.type != "int8" or len(tensor.scale) != 1:
        raise ModelError(f"{where}: {what} must be int8 with one scale, "
                         f"is {tensor.type} with {len(tensor.scale)}")
    if not -128 <= tensor.zero_point[0] <= 127:
        raise ModelError(f"{where}: {what} has zero point {tensor.zero_point[0]}")
    return tensor.scale[0], tensor.zero_point[0]


def _activation(where: str, graph: Graph, op: Operator) -> Tensor:
    tensor = _operand(where, graph, op, 0)
    if tensor.data is not None:
        raise ModelError(f"{where}: its input is a constant")
    return tensor


def _activation_range(where: str, name: object, scale: float, zero: int) -> tuple[int, int]:
    """CalculateActivationRangeQuantized: the clamp of a fused activation, in int8."""
    def quantized(value: float) -> int:
        return zero + round_away(float32(value / scale))

    if name == "NONE":
        return -128, 127
    if name == "RELU":
        return max(-128, quantized(0.0)), 127
    if name == "RELU6":
        return max(-128, quantized(0.0)), min(127, quantized(6.0))
    if name == "RELU_N1_TO_1":
        return max(-128, quantized(-1.0)), min(127, quantized(1.0))
    raise ModelError(f"{where}: fused activation {name} is not supported")


def _multipliers(
    where: str, source: float, weights: Tensor, target: float
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Per tensor from a float32 product of the scales, per channel from a double product."""
    if len(weights.scale) == 1:
        reals = [float32(source * weights.scale[0]) / target]
    else:
        reals = [source * scale / target for scale in weights.scale]
    pairs = [quantize_multiplier(real) for real in reals]
    return tuple(m for m, _ in pairs), tuple(s for _, s in pairs)


def _weights(where: str, tensor: Tensor, channels: int, axis: int) -> tuple[int, ...]:
    """Checked integers of a weight tensor whose output channels lie on `axis`."""
    if tensor.type != "int8" or tensor.data is None:
        raise ModelError(f"{where}: weights must be constant int8, are {tensor.type}")
    if any(tensor.zero_point):
        raise ModelError(f"{where}: weights must have zero point 0")
    if len(tensor.scale) not in (1, channels) or (len(tensor.scale) > 1 and tensor.axis != axis):
        raise ModelError(f"{where}: {len(tensor.scale)} weight scales for {channels} outputs")
    return tensor.data


def _bias(where: str, graph: Graph, op: Operator, channels: int) -> tuple[int, ...]:
    if len(op.inputs) < 3 or op.inputs[2] < 0:
        return (0,) * channels
    tensor = graph.tensors[op.inputs[2]]
    if tensor.type != "int32" or tensor.data is None or tensor.size != channels:
        raise ModelError(f"{where}: the bias must be {channels} constant int32")
    return tensor.data


def _check_reach(where: str, kernel: Dense) -> None:
    """Neither the accumulator nor its left shift may leave int32."""
    for output in range(len(kernel.weights)):
        left = max(kernel.shift[output % len(kernel.shift)], 0)
        low, high = kernel.reach(output)
        if low << left < INT32_MIN or high << left > INT32_MAX:
            raise ModelError(f"{where}: the accumulator of output {output} can leave int32")


def _fully_connected(where: str, graph: Graph, op: Operator) -> Dense:
    source, weights = _activation(where, graph, op), _operand(where, graph, op, 1)
    target = graph.tensors[op.outputs[0]]
    scale, zero = _int8(where, "the input", source)
    output_scale, output_zero = _int8(where, "the output", target)
    if len(weights.shape) != 2 or source.size != weights.shape[1]:
        raise ModelError(f"{where}: weights {weights.shape} for an input of {source.size} values; "
                         "one row at a time is supported")
    outputs, inputs = weights.shape
    data = _weights(where, weights, outputs, 0)
    rows = tuple(data[k * inputs:(k + 1) * inputs] for k in range(outputs))
    bias = _bias(where, graph, op, outputs)
    multiplier, shift = _multipliers(where, scale, weights, output_scale)
    low, high = _activation_range(where, op.option("activation"), output_scale, output_zero)
    kernel = Dense(rows, tuple(b - zero * sum(row) for b, row in zip(bias, rows, strict=True)),
                   multiplier, shift, output_zero, low, high)
    _check_reach(where, kernel)
    return kernel


def _softmax(where: str, graph: Graph, op: Operator) -> SoftmaxPair | SoftmaxRow:
    source, target = _activation(where, graph, op), graph.tensors[op.outputs[0]]
    scale, _ = _int8(where, "the input", source)
    if _int8(where, "the output", target) != (1 / 256, -128):
        raise ModelError(f"{where}: the output must have scale 1/256 and zero point -128")
    softmax = Softmax(float(op.option("beta")), scale)
    if softmax.shift < 0 or softmax.multiplier == 0:
        raise ModelError(f"{where}: input scale {scale} is too small for TFLM's softmax")
    classes = source.shape[-1] if source.shape else 1
    if source.size == classes == 2:
        return _softmax_pair(float(op.option("beta")), scale)
    if classes > _MAX_CLASSES:
        raise ModelError(f"{where}: {classes} classes; at most {_MAX_CLASSES} are supported")
    return SoftmaxRow(source.size // classes, classes, softmax.multiplier, softmax.shift,
                      softmax.diff_min)


@functools.cache
def _softmax_pair(beta: float, scale: float) -> SoftmaxPair:
    """The probability of class 0 for every z0 - z1, without the equal values at both ends."""
    softmax = Softmax(beta, scale)
    full = [softmax([max(d, 0), max(-d, 0)])[0] for d in range(-255, 256)]
    first, last = 0, len(full) - 1
    while first < last and full[first + 1] == full[0]:
        first += 1
    while last > first and full[last - 1] == full[-1]:
        last -= 1
    return SoftmaxPair(first - 255, tuple(full[first:last + 1]))


def _reshape(where: str, graph: Graph, op: Operator) -> Alias:
    source, target = _activation(where, graph, op), graph.tensors[op.outputs[0]]
    if source.size != target.size or source.type != target.type:
        raise ModelError(f"{where}: {source.shape} cannot become {target.shape}")
    return Alias()


Lowering = Callable[[str, Graph, Operator], Kernel]
LOWERINGS: dict[str, Lowering] = {
    "FULLY_CONNECTED": _fully_connected,
    "RESHAPE": _reshape,
    "SOFTMAX": _softmax,
}
