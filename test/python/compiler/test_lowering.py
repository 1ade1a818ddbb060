"""The generated engine against TFLM's reference kernels: every integer of every layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import assert_exact, convert, keras_layers

from thrum.compiler import tflite
from thrum.reference import tflm

I8 = npt.NDArray[np.int8]

pytestmark = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _mlp(classes: int, last: str = "softmax") -> Callable[[], list[Any]]:
    def build() -> list[Any]:
        dense = keras_layers().Dense
        return [dense(16, "relu"), dense(8, "relu"), dense(classes, last)]

    return build


def _relu6() -> list[Any]:
    layers = keras_layers()
    return [layers.Dense(24), layers.ReLU(max_value=6.0), layers.Dense(5)]


@pytest.mark.parametrize("per_channel", [False, True], ids=["per_tensor", "per_channel"])
@pytest.mark.parametrize(
    "build",
    [_mlp(2), _mlp(5), _mlp(3, "linear"), _relu6],
    ids=["default", "five_classes", "linear", "relu6"],
)
def test_every_layer(build: Callable[[], list[Any]], per_channel: bool, tmp_path: Path) -> None:
    """Dense networks are bit-exact in every layer."""
    for seed, spread in ((1, 1.0), (2, 8.0)):
        folder = tmp_path / str(seed)
        folder.mkdir()
        assert_exact(convert(build(), (32,), seed, per_channel, spread), folder)


def test_multipliers_are_double_products(tmp_path: Path) -> None:
    """A network in which a float32 product of the scales gives another integer, rarely."""
    assert_exact(convert(_mlp(2)(), (32,), 14), tmp_path, 30_000)


def test_import_is_the_file() -> None:
    """Weights, scales and shapes are those of the interpreter."""
    network = convert(_mlp(2)(), (32,), 3)
    engine = tflm.interpreter(network.data, 1 << 16, keep_layers=True)
    for index, tensor in enumerate(network.graph.tensors):
        theirs = engine.GetTensor(index, 0)["tensor_data"]
        assert tensor.shape == theirs.shape and tensor.type == str(theirs.dtype)
        if tensor.data is not None:
            np.testing.assert_array_equal(np.array(tensor.data).reshape(tensor.shape), theirs)
    assert tflite.read(network.data) == network.graph


def _sigmoids() -> list[Any]:
    layers = keras_layers()
    return [layers.Dense(12, "tanh"), layers.Dense(9, "sigmoid"), layers.Dense(4, "tanh")]


def _relu_first() -> list[Any]:
    layers = keras_layers()
    return [
        layers.Reshape((4, 8)),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(3),
        layers.Activation("sigmoid"),
    ]


@pytest.mark.parametrize("build", [_sigmoids, _relu_first], ids=["sigmoids", "relu_first"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_functions_of_one_value(build: Callable[[], list[Any]], seed: int, tmp_path: Path) -> None:
    """LOGISTIC, TANH, RELU and RESHAPE are bit-exact, at several scales."""
    assert_exact(convert(build(), (32,), seed, spread=float(seed)), tmp_path)
