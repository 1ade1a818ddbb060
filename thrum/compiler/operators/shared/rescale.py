"""Integers of one width to those of another: thrum::RescaleLayer."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.cpp_text import listed
from thrum.compiler.graph import Tensor
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import multiplier

LIMITS = {
    "int8": (-128, 127),
    "int16": (-32768, 32767),
    "int32": (-(1 << 31), (1 << 31) - 1),
}


@dataclass(frozen=True)
class Rescale(Kernel):
    """output = clamp(requantize(input - zero) + zero)."""

    template = "RescaleKernel"
    header = "rescale"

    types: tuple[str, str]
    size: int
    zeros: tuple[int, int]
    multiplier: int
    shift: int

    def describe(self) -> str:
        """Number of values and their types."""
        return f"{self.size} values, {self.types[0]} to {self.types[1]}"

    def emit(self) -> Constants:
        """Zeros, factor and clamp."""
        names = ", ".join(f"{kind}_t" for kind in self.types)
        low, high = LIMITS[self.types[1]]
        lowest = low + 1 if self.types[1] == "int32" else low  # -2^31 is no literal in C++
        scale = self.multiplier, self.shift, lowest, high
        return f"RescaleLayer<{names}, {self.size}>", [listed(*self.zeros, *scale)]


def rescale(node: Node) -> Rescale:
    """ModelError where a shift to the left could leave int32, or a zero point its type."""
    (scale, zero), (output_scale, output_zero) = (
        _one_scale(node, tensor) for tensor in (node.source, node.target)
    )
    factor, shift = multiplier(node, scale / output_scale)
    low, high = LIMITS[node.source.type]
    ends = [(value - zero) << max(shift, 0) for value in (low, high)]
    largest = max(abs(value - zero) for value in (low, high)) * scale / output_scale
    least, most = LIMITS["int32"]
    if ends[0] < least or ends[1] > most or largest + abs(output_zero) > most:
        raise node.error(f"scales {scale:g} and {output_scale:g} leave int32")
    types = node.source.type, node.target.type
    return Rescale(types, node.target.size, (zero, output_zero), factor, shift)


def _one_scale(node: Node, tensor: Tensor) -> tuple[float, int]:
    if len(tensor.scale) != 1:
        raise node.error(f"{len(tensor.scale)} scales of one tensor, expected 1")
    low, high = LIMITS[tensor.type]
    if not low <= tensor.zero_point[0] <= high:
        raise node.error(f"zero point {tensor.zero_point[0]} of {tensor.type}")
    return tensor.per_tensor
