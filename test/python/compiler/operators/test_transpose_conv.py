"""TRANSPOSE_CONV with every padding and stride."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from handmade import int8, int32, network, operator, weights
from networks import assert_exact, convert

from thrum.compiler.graph import Graph, ModelError, Tensor
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _graph(
    output: tuple[int, ...], window: tuple[int, int], stride: int, padding: str, bias: bool = True
) -> Graph:
    rng = np.random.default_rng(3)
    scales = tuple(map(float, rng.uniform(0.001, 0.004, output[-1])))
    filters = weights(rng, int8(output[-1], *window, 3, scale=scales))
    added = Tensor("", "int32", (output[-1],), data=tuple(range(0, 700, 100))[: output[-1]])
    tensors = [int32(*output), filters, int8(1, 4, 5, 3, zero=9), added, int8(*output, scale=0.1)]
    inputs = (0, 1, 2, 3) if bias else (0, 1, 2)
    options: dict[str, int | str] = {"padding": padding, "stride_w": stride, "stride_h": stride}
    step = operator("TRANSPOSE_CONV", inputs, 4, 3, **options, activation="NONE")
    return Graph(tuple(tensors), (step,), (2,), (4,))


@wheel
@pytest.mark.parametrize(
    "graph",
    [
        _graph((1, 8, 10, 2), (3, 3), 2, "SAME"),
        _graph((1, 7, 9, 2), (3, 2), 2, "SAME"),
        _graph((1, 9, 11, 5), (3, 3), 2, "VALID"),
        _graph((1, 4, 5, 1), (1, 1), 1, "SAME", bias=False),
        _graph((1, 12, 15, 3), (2, 5), 3, "SAME"),
        _graph((1, 13, 17, 3), (4, 5), 3, "VALID"),
    ],
)
def test_every_layer(graph: Graph, tmp_path: Path) -> None:
    assert_exact(network(graph), tmp_path, 64)


@wheel
def test_a_keras_network(tmp_path: Path) -> None:
    def build(layers, x):  # type: ignore[no-untyped-def]
        x = layers.Conv2DTranspose(6, 3, 2, "same", activation="relu")(layers.Conv2D(4, 3)(x))
        return layers.Conv2DTranspose(2, 2, 2)(x)

    assert_exact(convert(build, (6, 7, 1), 1), tmp_path, 128)


def _changed(graph: Graph, index: int, **fields: object) -> Graph:
    tensors = list(graph.tensors)
    tensors[index] = replace(tensors[index], **fields)  # type: ignore[arg-type]
    return replace(graph, tensors=tuple(tensors))


GOOD = _graph((1, 8, 10, 2), (3, 3), 2, "SAME")


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (_changed(GOOD, 0, data=(1, 8, 10, 3)), "output shape must be known at compile time"),
        (_changed(GOOD, 0, data=None), "output shape must be known at compile time"),
        (_changed(GOOD, 2, shape=(1, 4, 3, 5)), "do not fit the input"),
        (_changed(GOOD, 1, data=None), "weights must be constant int8"),
        (_changed(GOOD, 3, shape=(1,), data=(1,)), "the bias must be 2 constant int32"),
    ],
)
def test_what_does_not_fit_is_named(graph: Graph, message: str) -> None:
    with pytest.raises(ModelError, match=rf"operator 0 \(TRANSPOSE_CONV\): .*{message}"):
        lower(graph)
