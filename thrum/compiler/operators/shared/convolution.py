"""Constants of CONV_2D and DEPTHWISE_CONV_2D: thrum::ConvLayer."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.cpp_text import braced
from thrum.compiler.definition import Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.kernel import Constants
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.sliding_window import WindowShape, window_shape
from thrum.compiler.operators.shared.weighted import Weighted


@dataclass(frozen=True)
class Convolution(Weighted):
    """Weighted sums over a window that slides over an image."""

    shape: WindowShape

    def describe(self) -> str:
        """Sides of the images and the window, and whether the outputs share one scale."""
        return f"{self.shape.describe()}, {self.granularity()}"

    def emit_layer(self, weights: list[int]) -> Constants:
        """The layer with its weights in the order in which the kernel reads them."""
        counts = f"{len(weights)}, {len(self.bias)}, {len(self.multiplier)}"
        shape = braced(self.shape.numbers())
        return f"ConvLayer<{counts}>", [*shape, *braced(weights), *self.emit_scales()]


def parse_dilation(table: Table, slot: int) -> Options:
    """Dilation along x and y, from two neighbouring fields."""
    return (
        ("dilation_w", table.scalar(slot, "int32", 1)),
        ("dilation_h", table.scalar(slot + 1, "int32", 1)),
    )


def convolution_shape(node: Node, channels: int) -> WindowShape:
    """Geometry of a convolution whose weights are (_, y, x, _)."""
    _, height, width, _ = node.operand(1).shape
    step = int(node.option("dilation_h")), int(node.option("dilation_w"))
    return window_shape(node, (height, width), channels, step)
