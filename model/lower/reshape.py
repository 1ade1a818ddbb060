"""RESHAPE: the same bytes under another shape."""

from __future__ import annotations

from model.graph import Graph, ModelError, Operator
from model.lower.checks import input_activation
from model.lower.kernels import Alias


def reshape(where: str, graph: Graph, op: Operator) -> Alias:
    """Any shape with as many values."""
    source, target = input_activation(where, graph, op), graph.tensors[op.outputs[0]]
    if source.size != target.size or source.type != target.type:
        raise ModelError(f"{where}: {source.shape} cannot become {target.shape}")
    return Alias()
