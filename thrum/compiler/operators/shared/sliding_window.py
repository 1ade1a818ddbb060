"""Geometry of a window that slides over one image: what convolutions and pools have in common.

Images are (1, y, x, channels).
"""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.definition import Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.graph import ModelError
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.activation import activation_range
from thrum.compiler.operators.shared.checks import check_int8_to_int8
from thrum.compiler.schema import PADDINGS

_MAX_SIDE = 1 << 24  # as many values as a tensor may have: products stay in int32


@dataclass(frozen=True)
class WindowShape:
    """thrum::WindowShape; pairs are (y, x), input and output are (y, x, channels)."""

    input: tuple[int, int, int]
    output: tuple[int, int, int]
    window: tuple[int, int]
    stride: tuple[int, int]
    step: tuple[int, int]
    pad: tuple[int, int]
    input_zero: int
    output_zero: int
    low: int
    high: int

    def numbers(self) -> tuple[int, ...]:
        """The fields in the order of the C++ struct."""
        return (
            *self.input,
            *self.output,
            *self.window,
            *self.stride,
            *self.step,
            *self.pad,
            self.input_zero,
            self.output_zero,
            self.low,
            self.high,
        )

    def describe(self) -> str:
        """Sides of input, output and window."""
        source, target, window = (
            " x ".join(map(str, part)) for part in (self.input, self.output, self.window)
        )
        return f"{source} -> {target}, window {window}"


def parse_window(where: str, table: Table) -> Options:
    """Padding and strides, which all four operators have in the same fields."""
    padding = table.scalar(0, "int8", 0)
    if padding not in PADDINGS:
        raise ModelError(
            f"{where}: padding {padding} is not supported, only {list(PADDINGS.values())}"
        )
    return (
        ("padding", PADDINGS[padding]),
        ("stride_w", table.scalar(1, "int32", 0)),
        ("stride_h", table.scalar(2, "int32", 0)),
    )


def check_image(node: Node) -> None:
    """ModelError unless the input is one int8 image and the output int8."""
    check_int8_to_int8(node)
    shape = node.source.shape
    if len(shape) != 4 or shape[0] != 1:
        raise node.error(f"the input must be one image (1, y, x, channels), is {shape}")


def window_shape(
    node: Node, window: tuple[int, int], channels: int, step: tuple[int, int] = (1, 1)
) -> WindowShape:
    """The geometry of a node that check_image has seen; ModelError if the output has another.

    window: height and width. channels: of the output. step: distance of the window's values.
    """
    _, in_y, in_x, in_c = node.source.shape
    stride = int(node.option("stride_h")), int(node.option("stride_w"))
    out_y, top = _side(node, in_y, window[0], stride[0], step[0])
    out_x, left = _side(node, in_x, window[1], stride[1], step[1])
    expected = (1, out_y, out_x, channels)
    if node.target.shape != expected:
        raise node.error(f"output {node.target.shape}, expected {expected}")
    return WindowShape(
        (in_y, in_x, in_c),
        (out_y, out_x, channels),
        window,
        stride,
        step,
        (top, left),
        node.source.per_tensor[1],
        node.target.per_tensor[1],
        *activation_range(node),
    )


def check_sides(node: Node, length: int, window: int, stride: int, step: int) -> None:
    """ModelError unless all four, along one axis, are positive and stay in int32 in products."""
    if not all(1 <= value <= _MAX_SIDE for value in (length, window, stride, step)):
        raise node.error(
            f"window {window}, stride {stride} and dilation {step} on "
            f"{length} values; each must be 1 to {_MAX_SIDE}"
        )


def _side(node: Node, length: int, window: int, stride: int, step: int) -> tuple[int, int]:
    """Output length and padding before the first value, along one axis."""
    check_sides(node, length, window, stride, step)
    reach = (window - 1) * step + 1
    if node.option("padding") == "VALID":
        return (length - reach) // stride + 1, 0
    output = -(-length // stride)
    return output, max(0, (output - 1) * stride + reach - length) // 2
