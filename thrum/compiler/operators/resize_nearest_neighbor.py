"""RESIZE_NEAREST_NEIGHBOR: every output pixel is a copy of one input pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass

from thrum.compiler.cpp_text import braced, listed
from thrum.compiler.definition import Definition, Options
from thrum.compiler.fixed_point import float32, round_away
from thrum.compiler.flatbuffer import Table
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8_to_int8


@dataclass(frozen=True)
class ResizeNearest(Kernel):
    """input: (images, y, x, channels); rows and columns: the input's, for each of the output's."""

    template = "ResizeNearestKernel"
    header = "resize_nearest_neighbor"

    input: tuple[int, int, int, int]
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    def describe(self) -> str:
        """Sides of both images."""
        sides = " x ".join(map(str, self.input[1:3]))
        return f"{sides} -> {len(self.rows)} x {len(self.columns)}, {self.input[3]} channels"

    def emit(self) -> Constants:
        """Sides, and both lists."""
        layer = f"ResizeNearestLayer<{len(self.rows)}, {len(self.columns)}>"
        return layer, [listed(*self.input), *braced(self.rows), *braced(self.columns)]


def parse(where: str, table: Table) -> Options:
    """Where pixels lie (ResizeNearestNeighborOptions)."""
    return (
        ("align_corners", bool(table.scalar(0, "bool", False))),
        ("half_pixel_centers", bool(table.scalar(1, "bool", False))),
    )


def check(node: Node) -> None:
    """int8 images, and the constant height and width that the output has."""
    check_int8_to_int8(node)
    size = node.operand(1)
    if size.type != "int32" or size.data is None or len(size.data) != 2:
        raise node.error("the size must be two constant int32: height and width")
    shape = node.source.shape
    if len(shape) != 4 or node.target.shape != (shape[0], *size.data, shape[3]):
        raise node.error(f"{shape} does not become {node.target.shape} by a size of {size.data}")


def lower(node: Node) -> ResizeNearest:
    """The neighbours in float32, as TFLM finds them."""
    images, height, width, channels = node.source.shape
    _, rows, columns, _ = node.target.shape
    return ResizeNearest(
        (images, height, width, channels),
        tuple(_nearest(node, at, height, rows) for at in range(rows)),
        tuple(_nearest(node, at, width, columns) for at in range(columns)),
    )


def _nearest(node: Node, at: int, inputs: int, outputs: int) -> int:
    """GetNearestNeighbor() of TensorFlow Lite."""
    aligned, half = bool(node.option("align_corners")), bool(node.option("half_pixel_centers"))
    if aligned and outputs > 1:
        scale = float32((inputs - 1) / float32(outputs - 1))
    else:
        scale = float32(inputs / float32(outputs))
    place = float32(float32(at + (0.5 if half else 0.0)) * scale)
    return min(round_away(place) if aligned else math.floor(place), inputs - 1)


OPERATOR = Definition(
    name="RESIZE_NEAREST_NEIGHBOR",
    version=3,
    inputs=2,
    add_call="AddResizeNearestNeighbor",
    limits="a constant size; every option",
    check=check,
    lower=lower,
    parse=parse,
)
