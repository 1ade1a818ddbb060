"""CONCATENATION along every axis; what TFLM refuses is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from handmade import int8, network, operator
from networks import assert_exact, convert, keras_layers

from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _graph(axis: int, scale: float = 0.05) -> Graph:
    shape = [1, 2, 3, 4]
    total = list(shape)
    total[axis] *= 3
    tensors = (int8(*shape), int8(*shape), int8(*total, scale=scale))
    steps = (
        operator("RELU", (0,), 1),
        operator("CONCATENATION", (0, 1, 0), 2, 2, axis=axis, activation="NONE"),
    )
    return Graph(tensors, steps, (0,), (2,))


@wheel
@pytest.mark.parametrize("axis", [0, 1, 2, 3, -1])
def test_every_axis(axis: int, tmp_path: Path) -> None:
    assert_exact(network(_graph(axis)), tmp_path, 128)


@wheel
def test_branches(tmp_path: Path) -> None:
    """Two convolutions side by side, and the input itself."""

    def branches(layers: object, x: object) -> object:
        keras = keras_layers()
        wide = keras.Conv2D(3, 3, padding="same")(x)
        joined = keras.Concatenate()([wide, keras.Conv2D(2, 1)(x), x])
        return keras.Dense(3)(keras.Flatten()(joined))

    assert_exact(convert(branches, (5, 4, 3), 1), tmp_path, 128)


def test_another_scale_is_refused() -> None:
    with pytest.raises(ModelError, match=r"operator 1 \(CONCATENATION\): input scale 0.05"):
        lower(_graph(1, scale=0.06))
