"""QUANTIZE and DEQUANTIZE: where a network with a float32 interface meets its int8 interior."""

from __future__ import annotations

from thrum.compiler.graph import Graph, ModelError, Operator, Tensor
from thrum.compiler.kernels import DequantizeOutput, Lookup, QuantizeInput
from thrum.compiler.operators import lookup
from thrum.compiler.operators.checks import input_activation, int8_tensor


def quantize(where: str, graph: Graph, op: Operator) -> QuantizeInput | Lookup:
    """float32 to int8, or int8 to int8 of another scale."""
    source, target = input_activation(where, graph, op), graph.tensors[op.outputs[0]]
    if source.type != "float32":
        return lookup.quantize(where, graph, op)
    _same_size(where, source, target)
    return QuantizeInput(target.size, *int8_tensor(where, "the output", target))


def dequantize(where: str, graph: Graph, op: Operator) -> DequantizeOutput:
    """int8 to float32."""
    source, target = input_activation(where, graph, op), graph.tensors[op.outputs[0]]
    if target.type != "float32":
        raise ModelError(f"{where}: the output must be float32, is {target.type}")
    _same_size(where, source, target)
    return DequantizeOutput(target.size, *int8_tensor(where, "the input", source))


def _same_size(where: str, source: Tensor, target: Tensor) -> None:
    if source.size != target.size:
        raise ModelError(f"{where}: {source.shape} cannot become {target.shape}")
