"""Options and constants of MAX_POOL_2D and AVERAGE_POOL_2D: thrum::PoolLayer."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.cpp_text import braced
from thrum.compiler.definition import Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.activation import parse_activation
from thrum.compiler.operators.shared.checks import check_same_quantization
from thrum.compiler.operators.shared.sliding_window import (
    WindowShape,
    check_image,
    parse_window,
    window_shape,
)


@dataclass(frozen=True)
class Pool(Kernel):
    """One value from each channel of a window that slides over an image."""

    shape: WindowShape

    def describe(self) -> str:
        """Sides of the images and the window."""
        return self.shape.describe()

    def emit(self) -> Constants:
        """The geometry alone."""
        return "PoolLayer", braced(self.shape.numbers())


def parse_pool(where: str, table: Table) -> Options:
    """Window, strides, padding and fused activation (Pool2DOptions)."""
    return (
        *parse_window(where, table),
        ("filter_w", table.scalar(3, "int32", 0)),
        ("filter_h", table.scalar(4, "int32", 0)),
        parse_activation(where, table, 5),
    )


def check_pool(node: Node) -> None:
    """One image, whose scale and zero point the output keeps, as TFLM's Prepare asks."""
    check_image(node)
    check_same_quantization(node, node.source)


def pool_shape(node: Node) -> WindowShape:
    """Geometry of a pool: as many channels as the input."""
    window = int(node.option("filter_h")), int(node.option("filter_w"))
    return window_shape(node, window, node.source.shape[3])
