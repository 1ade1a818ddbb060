"""The graph as data."""

from __future__ import annotations

import json

import pytest

from thrum.artifacts import release
from thrum.compiler.graph import ModelError, from_json, to_json


def test_model_survives_json() -> None:
    graph = release.load().graph
    assert from_json(json.loads(json.dumps(to_json(graph)))) == graph


def test_a_malformed_graph_is_an_error_of_the_model() -> None:
    whole = to_json(release.load().graph)
    for key in whole:
        with pytest.raises(ModelError, match=r"model.json: the graph is malformed"):
            from_json({k: v for k, v in whole.items() if k != key})
