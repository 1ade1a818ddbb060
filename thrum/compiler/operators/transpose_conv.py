"""TRANSPOSE_CONV: every input pixel adds a window to a larger image."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from thrum.compiler.definition import Definition, Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.kernel import Constants
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.activation import activation_range, parse_activation
from thrum.compiler.operators.shared.checks import check_int8
from thrum.compiler.operators.shared.convolution import Convolution
from thrum.compiler.operators.shared.folded import constant
from thrum.compiler.operators.shared.sliding_window import (
    WindowShape,
    check_image,
    check_sides,
    parse_window,
)
from thrum.compiler.operators.shared.weighted import (
    check_bias,
    check_reach,
    check_weights,
    weighted_scales,
)


class TransposeConv(Convolution):
    """Each row of weights: y, x, input channel. Strides and padding are the output's."""

    template = "TransposeConvKernel"
    header = "transpose_conv"

    def emit(self) -> Constants:
        """Weights row after row."""
        return self.emit_layer(list(chain(*self.weights)))


def parse(where: str, table: Table) -> Options:
    """Strides, padding and fused activation (TransposeConvOptions)."""
    return *parse_window(where, table), parse_activation(where, table, 3)


def _as_convolution(node: Node) -> Node:
    """The same operator with its inputs in the order of CONV_2D: image, weights, bias."""
    inputs = node.operator.inputs
    if not 3 <= len(inputs) <= 4:
        raise node.error(f"{len(inputs)} inputs, expected 3 or 4")
    operator = replace(node.operator, inputs=(inputs[2], inputs[1], *inputs[3:]))
    operators = list(node.graph.operators)
    operators[node.index] = operator
    return Node(replace(node.graph, operators=tuple(operators)), node.index)


def check(node: Node) -> None:
    """A constant output shape, one image, and weights (outputs, y, x, inputs)."""
    if constant(node, 0) != node.target.shape:
        raise node.error(
            f"its output shape must be known at compile time, {node.target.shape}: "
            "give the model a fixed input shape"
        )
    node = _as_convolution(node)
    check_image(node)
    shape = node.operand(1).shape
    if len(shape) != 4 or shape[3] != node.source.shape[3]:
        raise node.error(f"weights {shape} do not fit the input {node.source.shape}")
    if len(node.target.shape) != 4 or node.target.shape[::3] != (1, shape[0]):
        raise node.error(f"output {node.target.shape} is no image of {shape[0]} channels")
    check_int8(node.where, "the output", node.target)
    check_weights(node, shape[0], axis=0)
    check_bias(node, shape[0])


def lower(node: Node) -> TransposeConv:
    """One row for each output channel."""
    node = _as_convolution(node)
    weights = node.operand(1)
    data, outputs = weights.data or (), weights.shape[0]
    size = weights.size // outputs
    rows = tuple(data[k * size : (k + 1) * size] for k in range(outputs))
    kernel = TransposeConv(rows, *weighted_scales(node, rows), _shape(node))
    check_reach(node, kernel)
    # The kernel takes off the zero point itself: how much of a window is used differs by pixel.
    zero = kernel.shape.input_zero
    plain = (b + zero * sum(row) for b, row in zip(kernel.bias, rows, strict=True))
    return replace(kernel, bias=tuple(plain))


def _shape(node: Node) -> WindowShape:
    """Padding as of the convolution whose input is this output."""
    _, height, width, _ = node.operand(1).shape
    stride = int(node.option("stride_h")), int(node.option("stride_w"))
    _, in_y, in_x, channels = node.source.shape
    _, out_y, out_x, outputs = node.target.shape
    pads = [_pad(node, *sides) for sides in ((out_y, height, stride[0]), (out_x, width, stride[1]))]
    return WindowShape(
        (in_y, in_x, channels),
        (out_y, out_x, outputs),
        (height, width),
        stride,
        (1, 1),
        (pads[0], pads[1]),
        node.source.per_tensor[1],
        node.target.per_tensor[1],
        *activation_range(node),
    )


def _pad(node: Node, length: int, window: int, stride: int) -> int:
    check_sides(node, length, window, stride, 1)
    valid = node.option("padding") == "VALID"
    count = (length + stride - (window if valid else 1)) // stride
    return max(0, (count - 1) * stride + window - length) // 2


OPERATOR = Definition(
    name="TRANSPOSE_CONV",
    version=4,
    inputs=4,
    add_call="AddTransposeConv",
    limits="one image; a constant output shape",
    check=check,
    lower=lower,
    parse=parse,
)
