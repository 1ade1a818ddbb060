"""PRELU with one factor, one for each channel, and one for each value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from handmade import int8, network, one, weights
from networks import assert_exact, convert

from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _graph(*factors: int, scale: float = 0.05) -> Graph:
    alpha = weights(np.random.default_rng(0), int8(*factors, scale=0.01, zero=-5))
    image = int8(1, 3, 4, 5, scale=scale, zero=7)
    return one("PRELU", [image, alpha, int8(1, 3, 4, 5, scale=0.06, zero=-9)], 1)


@wheel
@pytest.mark.parametrize("factors", [(1,), (5,), (1, 1, 5), (4, 5), (3, 4, 5), (1, 3, 4, 5)])
def test_factors_repeat(factors: tuple[int, ...], tmp_path: Path) -> None:
    assert_exact(network(_graph(*factors)), tmp_path, 256)


@wheel
def test_a_keras_network(tmp_path: Path) -> None:
    def build(layers, x):  # type: ignore[no-untyped-def]
        x = layers.PReLU(alpha_initializer="uniform")(layers.Conv2D(4, 3)(x))
        return layers.PReLU(alpha_initializer="uniform", shared_axes=[1, 2])(layers.Conv2D(3, 3)(x))

    assert_exact(convert(build, (9, 8, 2), 1), tmp_path, 256)


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (_graph(3, 4, 1), r"operator 0 \(PRELU\): input \(3, 4, 1\) for an output \(1, 3, 4, 5\)"),
        (_graph(5, scale=1e6), r"operator 0 \(PRELU\): its scales give a multiplier of more than"),
    ],
)
def test_what_cannot_be_exact_is_named(graph: Graph, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        lower(graph)


def test_a_computed_factor_is_named() -> None:
    graph = _graph(5)
    tensors = list(graph.tensors)
    tensors[1] = replace(tensors[1], data=None)
    with pytest.raises(ModelError, match="alpha is computed by the model"):
        lower(replace(graph, tensors=tuple(tensors)))
