"""FULLY_CONNECTED: a dense layer on one or more rows of inputs, with a fused activation."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.cpp_text import LAYER_INDENT, braced, listed
from thrum.compiler.definition import Definition, Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.kernel import Constants
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.activation import activation_range, parse_activation
from thrum.compiler.operators.shared.checks import check_int8_to_int8
from thrum.compiler.operators.shared.weighted import (
    Weighted,
    check_bias,
    check_bias_scale,
    check_reach,
    check_weights,
    weighted_scales,
)


@dataclass(frozen=True)
class Dense(Weighted):
    """output = clamp(requantize(...) + output_zero)."""

    template = "DenseKernel"
    header = "fully_connected"

    output_zero: int
    low: int
    high: int
    batch: int = 1  # rows of inputs

    def describe(self) -> str:
        """Inputs, outputs, and whether the outputs share one scale."""
        rows = f"{self.batch} x " if self.batch > 1 else ""
        return f"{rows}{len(self.weights[0])} -> {len(self.weights)}, {self.granularity()}"

    def emit(self) -> Constants:
        """One row of weights for each output, then scales and clamp."""
        shape = f"{len(self.weights[0])}, {len(self.weights)}, {len(self.multiplier)}"
        rows = [line for row in self.weights for line in braced(row, LAYER_INDENT + " ")]
        rows[0] = LAYER_INDENT + "{" + rows[0].lstrip()
        rows[-1] = rows[-1][:-1] + "},"
        clamp = listed(self.output_zero, self.low, self.high)
        return f"DenseLayer<{shape}>", [*rows, *self.emit_scales(), clamp]


class DenseBatch(Dense):
    """The same weights for every row."""

    template = "DenseBatchKernel"

    def emit(self) -> Constants:
        """The layer of one row, in braces."""
        kind, lines = super().emit()
        batch = kind.replace("DenseLayer<", f"DenseBatchLayer<{self.batch}, ")
        return batch, [LAYER_INDENT + "{", *lines, LAYER_INDENT + "},"]


def parse(where: str, table: Table) -> Options:
    """The fused activation (FullyConnectedOptions)."""
    if table.scalar(1, "int8", 0) != 0:
        raise ModelError(f"{where}: shuffled weights are not supported")
    return (parse_activation(where, table, 0),)


def check(node: Node) -> None:
    """int8 inputs in whole rows, and weights (outputs, inputs)."""
    check_int8_to_int8(node)
    shape, inputs = node.operand(1).shape, node.source.size
    if len(shape) != 2 or inputs % shape[1]:
        raise node.error(f"weights {shape} for an input of {inputs} values")
    values = inputs // shape[1] * shape[0]
    if node.target.size != values or node.target.shape[-1:] != shape[:1]:
        raise node.error(
            f"output {node.target.shape}, expected {values} values in rows of {shape[0]}"
        )
    check_weights(node, shape[0], axis=0)
    check_bias(node, shape[0])
    check_bias_scale(node)


def lower(node: Node) -> Dense:
    """One row of weights for each output, per tensor or per channel."""
    weights = node.operand(1)
    data, (outputs, inputs) = weights.data or (), weights.shape
    rows = tuple(data[k * inputs : (k + 1) * inputs] for k in range(outputs))
    scales = weighted_scales(node, rows)
    batch = node.source.size // inputs
    form = Dense if batch == 1 else DenseBatch
    kernel = form(rows, *scales, node.target.per_tensor[1], *activation_range(node), batch)
    check_reach(node, kernel)
    return kernel


OPERATOR = Definition(
    name="FULLY_CONNECTED",
    version=12,  # per channel; the converter gives per-tensor layers 4 or 5
    inputs=3,
    add_call="AddFullyConnected",
    limits="any number of rows; constant int8 weights per tensor or per channel, zero point 0",
    kernels=("Cortex-M4", "AVR"),
    check=check,
    lower=lower,
    parse=parse,
)


def per_channel_layers(graph: Graph) -> list[int]:
    """Indices of the dense layers with a scale for each output, which some ports get wrong."""
    return [
        index
        for index, op in enumerate(graph.operators)
        if op.code == OPERATOR.name and len(Node(graph, index).operand(1).scale) > 1
    ]
