"""Checks of tensors and scales that most operators make; each error names its operator."""

from __future__ import annotations

from thrum.compiler.fixed_point import quantize_multiplier
from thrum.compiler.graph import ModelError, Tensor
from thrum.compiler.node import Node

_LARGEST_MULTIPLIER = 2.0**30


def check_int8(where: str, role: str, tensor: Tensor) -> None:
    """ModelError unless the tensor is int8 with one scale and a zero point from -128 to 127."""
    if tensor.type != "int8" or len(tensor.scale) != 1:
        raise ModelError(
            f"{where}: {role} must be int8 with one scale, "
            f"is {tensor.type} with {len(tensor.scale)}"
        )
    if not -128 <= tensor.zero_point[0] <= 127:
        raise ModelError(f"{where}: {role} has zero point {tensor.zero_point[0]}")


def check_int8_to_int8(node: Node) -> None:
    """check_int8 of the first input, which is no constant, and of the output."""
    check_int8(node.where, "the input", node.source)
    check_int8(node.where, "the output", node.target)


def check_same_size(node: Node) -> None:
    """ModelError unless the output has as many values as the first input."""
    if node.source.size != node.target.size:
        raise node.error(f"{node.source.shape} cannot become {node.target.shape}")


def check_same_quantization(node: Node, tensor: Tensor) -> None:
    """ModelError unless the output has the zero point of an input and its scale, to a millionth."""
    (scale, zero), (output_scale, output_zero) = tensor.per_tensor, node.target.per_tensor
    if abs(scale - output_scale) > 1e-6 or zero != output_zero:
        raise node.error(
            f"input scale {scale:g}, zero point {zero}, but output scale {output_scale:g}, zero "
            f"point {output_zero}: both must be the same"
        )


def multiplier(node: Node, real: float) -> tuple[int, int]:
    """(Q31, exponent) as TFLM's QuantizeMultiplier; ModelError beyond what TFLM allows."""
    if not real < _LARGEST_MULTIPLIER:
        raise node.error(f"its scales give a multiplier of {real:g}")
    return quantize_multiplier(real)
