"""include/model_aot.h: the network compiled ahead of time."""

from __future__ import annotations

import pytest

from thrum.artifacts import release
from thrum.codegen.model_aot import engine_header
from thrum.compiler.graph import Graph, ModelError, Operator


def test_unsupported_operator_is_named() -> None:
    graph = release.load().graph
    strange = Graph(
        graph.tensors,
        (*graph.operators[:1], Operator("CUMSUM", (0,), (1,))),
        graph.inputs,
        graph.outputs,
    )
    with pytest.raises(ModelError, match=r"operator 1 \(CUMSUM\)"):
        engine_header(strange, "0")
