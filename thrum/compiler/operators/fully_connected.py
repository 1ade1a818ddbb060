"""FULLY_CONNECTED."""

from __future__ import annotations

from thrum.compiler.graph import Graph, ModelError, Operator
from thrum.compiler.kernels import Dense
from thrum.compiler.operators.checks import (
    activation_range,
    check_reach,
    constant_bias,
    constant_weights,
    input_activation,
    int8_tensor,
    multipliers,
    operand,
)


def fully_connected(where: str, graph: Graph, op: Operator) -> Dense:
    """One row of int8 inputs, per tensor or per channel, with a fused activation."""
    source, weights = input_activation(where, graph, op), operand(where, graph, op, 1)
    target = graph.tensors[op.outputs[0]]
    scale, zero = int8_tensor(where, "the input", source)
    output_scale, output_zero = int8_tensor(where, "the output", target)
    if len(weights.shape) != 2 or source.size != weights.shape[1]:
        raise ModelError(
            f"{where}: weights {weights.shape} for an input of {source.size} values; "
            "one row at a time is supported"
        )
    outputs, inputs = weights.shape
    data = constant_weights(where, weights, outputs, 0)
    rows = tuple(data[k * inputs : (k + 1) * inputs] for k in range(outputs))
    bias = constant_bias(where, graph, op, outputs)
    multiplier, shift = multipliers(where, scale, weights, output_scale)
    low, high = activation_range(where, op.option("activation"), output_scale, output_zero)
    kernel = Dense(
        rows,
        tuple(b - zero * sum(row) for b, row in zip(bias, rows, strict=True)),
        multiplier,
        shift,
        output_zero,
        low,
        high,
    )
    check_reach(where, kernel)
    return kernel
