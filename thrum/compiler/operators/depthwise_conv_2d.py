"""DEPTHWISE_CONV_2D: every output channel sums over one input channel in a sliding window."""

from __future__ import annotations

from itertools import chain

from thrum.compiler.definition import Definition, Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.kernel import Constants
from thrum.compiler.node import Node
from thrum.compiler.operators.conv_2d import Conv
from thrum.compiler.operators.shared.activation import parse_activation
from thrum.compiler.operators.shared.convolution import (
    Convolution,
    convolution_shape,
    parse_dilation,
)
from thrum.compiler.operators.shared.sliding_window import check_image, parse_window
from thrum.compiler.operators.shared.weighted import (
    check_bias,
    check_reach,
    check_weights,
    weighted_scales,
)


class Depthwise(Convolution):
    """Each row of weights: y, x of one output channel."""

    template = "DepthwiseKernel"
    header = "depthwise_conv_2d"

    def emit(self) -> Constants:
        """Weights of all channels for each place in the window."""
        return self.emit_layer(list(chain(*zip(*self.weights, strict=True))))


def parse(where: str, table: Table) -> Options:
    """Strides, padding, multiplier, dilation and fused activation (DepthwiseConv2DOptions)."""
    return (
        *parse_window(where, table),
        ("depth_multiplier", table.scalar(3, "int32", 0)),
        parse_activation(where, table, 4),
        *parse_dilation(table, 5),
    )


def check(node: Node) -> None:
    """One image, and weights (1, y, x, outputs); output k sees input k // depth_multiplier."""
    check_image(node)
    shape = node.operand(1).shape
    if len(shape) != 4 or shape[0] != 1:
        raise node.error(f"weights {shape} are not (1, y, x, channels)")
    if shape[3] % node.source.shape[3]:
        raise node.error(f"{shape[3]} outputs are no multiple of the input channels")
    check_weights(node, shape[3], axis=3)
    check_bias(node, shape[3])


def lower(node: Node) -> Depthwise | Conv:
    """One row for each output channel; over one input channel it is an ordinary convolution."""
    weights = node.operand(1)
    data, outputs = weights.data or (), weights.shape[3]
    rows = tuple(data[k::outputs] for k in range(outputs))
    form = Conv if node.source.shape[3] == 1 else Depthwise
    kernel = form(rows, *weighted_scales(node, rows), convolution_shape(node, outputs))
    check_reach(node, kernel)
    return kernel


OPERATOR = Definition(
    name="DEPTHWISE_CONV_2D",
    version=3,
    inputs=3,
    add_call="AddDepthwiseConv2D",
    limits="one image; any depth multiplier, strides, dilation",
    kernels=("Cortex-M4",),
    check=check,
    lower=lower,
    parse=parse,
)
