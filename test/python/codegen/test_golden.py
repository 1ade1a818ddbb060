"""test/golden.h: the golden vectors."""

from __future__ import annotations

from thrum.artifacts import release
from thrum.codegen.golden import golden_header
from thrum.paths import ARTIFACTS


def test_golden_header_holds_every_layer() -> None:
    made = release.load()
    vectors = release.read_json(ARTIFACTS / release.GOLDEN)
    values = sum(made.graph.tensors[op.outputs[0]].size for op in made.graph.operators)
    assert f"kLayerValues = {values};" in golden_header(vectors, made.graph, "0")
    assert 8 <= len(vectors["windows"]) <= 12
    states = {run["state"] for run in vectors["replay"]}
    assert states == {1, 2, 3}
