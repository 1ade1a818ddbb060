"""CONV_2D: every output channel sums over all input channels in a sliding window."""

from __future__ import annotations

from itertools import chain

from thrum.compiler.definition import Definition, Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.kernel import Constants
from thrum.compiler.node import Node
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


class Conv(Convolution):
    """Each row of weights: y, x, input channel."""

    template = "ConvKernel"
    header = "conv_2d"

    def emit(self) -> Constants:
        """Weights row after row."""
        return self.emit_layer(list(chain(*self.weights)))


def parse(where: str, table: Table) -> Options:
    """Strides, padding, dilation and fused activation (Conv2DOptions)."""
    return (
        *parse_window(where, table),
        parse_activation(where, table, 3),
        *parse_dilation(table, 4),
    )


def check(node: Node) -> None:
    """One image, and weights (outputs, y, x, inputs) that see all of its channels."""
    check_image(node)
    shape = node.operand(1).shape
    if len(shape) != 4 or shape[3] != node.source.shape[3]:
        raise node.error(
            f"weights {shape} do not fit the input; grouped convolutions are not supported"
        )
    check_weights(node, shape[0], axis=0)
    check_bias(node, shape[0])


def lower(node: Node) -> Conv:
    """One row for each output channel."""
    weights = node.operand(1)
    data, outputs = weights.data or (), weights.shape[0]
    size = weights.size // outputs
    rows = tuple(data[k * size : (k + 1) * size] for k in range(outputs))
    kernel = Conv(rows, *weighted_scales(node, rows), convolution_shape(node, outputs))
    check_reach(node, kernel)
    return kernel


OPERATOR = Definition(
    name="CONV_2D",
    version=3,
    inputs=3,
    add_call="AddConv2D",
    limits="one image; weights per tensor or per channel; any stride and dilation; no groups",
    kernels=("Cortex-M4",),
    check=check,
    lower=lower,
    parse=parse,
)
