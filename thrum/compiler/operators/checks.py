"""Checks and derivations that the operators share; each error names its operator."""

from __future__ import annotations

from thrum.compiler.fixed_point import (
    INT32_MAX,
    INT32_MIN,
    float32,
    quantize_multiplier,
    round_away,
)
from thrum.compiler.graph import Graph, ModelError, Operator, Tensor
from thrum.compiler.kernels import Weighted

_LARGEST_MULTIPLIER = 2.0**30


def operand(where: str, graph: Graph, op: Operator, position: int) -> Tensor:
    """An input of the operator that must be there."""
    if position >= len(op.inputs) or op.inputs[position] < 0:
        raise ModelError(f"{where}: input {position} is missing")
    return graph.tensors[op.inputs[position]]


def int8_tensor(where: str, what: str, tensor: Tensor) -> tuple[float, int]:
    """Scale and zero point of a per-tensor int8 tensor."""
    if tensor.type != "int8" or len(tensor.scale) != 1:
        raise ModelError(
            f"{where}: {what} must be int8 with one scale, "
            f"is {tensor.type} with {len(tensor.scale)}"
        )
    if not -128 <= tensor.zero_point[0] <= 127:
        raise ModelError(f"{where}: {what} has zero point {tensor.zero_point[0]}")
    return tensor.scale[0], tensor.zero_point[0]


def input_activation(where: str, graph: Graph, op: Operator) -> Tensor:
    """The first input, which must not be a constant."""
    tensor = operand(where, graph, op, 0)
    if tensor.data is not None:
        raise ModelError(f"{where}: its input is a constant")
    return tensor


def activation_range(where: str, name: object, scale: float, zero: int) -> tuple[int, int]:
    """CalculateActivationRangeQuantized: the clamp of a fused activation, in int8."""

    def quantized(value: float) -> int:
        return zero + round_away(max(-1e6, min(1e6, float32(value / scale))))

    if name == "NONE":
        return -128, 127
    if name == "RELU":
        return max(-128, quantized(0.0)), 127
    if name == "RELU6":
        return max(-128, quantized(0.0)), min(127, quantized(6.0))
    if name == "RELU_N1_TO_1":
        return max(-128, quantized(-1.0)), min(127, quantized(1.0))
    raise ModelError(f"{where}: fused activation {name} is not supported")


def multipliers(
    where: str, source: float, weights: Tensor, target: float
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """One per scale of the weights, from a double product of the three float32 scales.

    Older interpreters multiply the first two in float32 where there is one scale; the released one
    does not, and test_aot.py has a network on which that shows.
    """
    pairs = [multiplier(where, source * scale / target) for scale in weights.scale]
    return tuple(m for m, _ in pairs), tuple(s for _, s in pairs)


def multiplier(where: str, real: float) -> tuple[int, int]:
    """QuantizeMultiplier, within what TFLM's arithmetic allows."""
    if not real < _LARGEST_MULTIPLIER:
        raise ModelError(f"{where}: its scales give a multiplier of {real:g}")
    return quantize_multiplier(real)


def constant_weights(where: str, tensor: Tensor, channels: int, axis: int) -> tuple[int, ...]:
    """Checked integers of a weight tensor whose output channels lie on `axis`."""
    if tensor.type != "int8" or tensor.data is None:
        raise ModelError(f"{where}: weights must be constant int8, are {tensor.type}")
    if any(tensor.zero_point):
        raise ModelError(f"{where}: weights must have zero point 0")
    if len(tensor.scale) not in (1, channels) or (len(tensor.scale) > 1 and tensor.axis != axis):
        raise ModelError(f"{where}: {len(tensor.scale)} weight scales for {channels} outputs")
    return tensor.data


def constant_bias(where: str, graph: Graph, op: Operator, channels: int) -> tuple[int, ...]:
    """Checked integers of the third input, zeros where it is absent."""
    if len(op.inputs) < 3 or op.inputs[2] < 0:
        return (0,) * channels
    tensor = graph.tensors[op.inputs[2]]
    if tensor.type != "int32" or tensor.data is None or tensor.size != channels:
        raise ModelError(f"{where}: the bias must be {channels} constant int32")
    return tensor.data


def check_reach(where: str, kernel: Weighted) -> None:
    """Neither the accumulator nor its left shift may leave int32."""
    for output in range(len(kernel.weights)):
        left = max(kernel.shift[output % len(kernel.shift)], 0)
        low, high = kernel.reach(output)
        if low << left < INT32_MIN or high << left > INT32_MAX:
            raise ModelError(f"{where}: the accumulator of output {output} can leave int32")
