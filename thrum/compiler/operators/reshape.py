"""RESHAPE: the same bytes under another shape."""

from __future__ import annotations

from thrum.compiler.graph import Graph, ModelError, Operator
from thrum.compiler.kernels import Alias
from thrum.compiler.operators.checks import input_activation


def reshape(where: str, graph: Graph, op: Operator) -> Alias:
    """Any shape with as many values."""
    source, target = input_activation(where, graph, op), graph.tensors[op.outputs[0]]
    if source.size != target.size or source.type != target.type:
        raise ModelError(f"{where}: {source.shape} cannot become {target.shape}")
    return Alias()
