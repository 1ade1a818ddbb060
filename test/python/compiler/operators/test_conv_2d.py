"""CONV_2D, bit-exact in every layer against TFLM's reference kernel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handmade import int8, int32, network, one, weights
from networks import assert_exact, convert, keras_layers

from thrum.compiler.graph import ModelError, Option
from thrum.compiler.lowering import lower
from thrum.reference import tflm

Shape = tuple[int, ...]

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _conv_1d() -> list[Any]:
    layers = keras_layers()
    return [
        layers.Conv1D(6, 5, strides=2, padding="same", activation="relu"),
        layers.MaxPooling1D(2),
        layers.Conv1D(5, 3, dilation_rate=2, activation="relu6"),
        layers.GlobalAveragePooling1D(),
        layers.Dense(3, "softmax"),
    ]


def _conv_2d() -> list[Any]:
    layers = keras_layers()
    return [
        layers.Conv2D(4, (3, 2), padding="same"),
        layers.MaxPooling2D((2, 3), (1, 2), "same"),
        layers.Conv2D(3, 3, strides=(2, 1)),
        layers.Flatten(),
        layers.Dense(4),
    ]


CASES: dict[str, tuple[Callable[[], list[Any]], Shape]] = {
    "conv_1d": (_conv_1d, (33, 3)),
    "conv_2d": (_conv_2d, (7, 9, 2)),
}


@wheel
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", list(CASES))
def test_exact(name: str, seed: int, tmp_path: Path) -> None:
    """Random weights, 512 inputs, every layer."""
    build, shape = CASES[name]
    assert_exact(convert(build(), shape, seed), tmp_path, 512)


PLAIN: dict[str, Option] = {
    "padding": "SAME",
    "stride_w": 1,
    "stride_h": 1,
    "activation": "NONE",
    "dilation_w": 1,
    "dilation_h": 1,
}


@wheel
@pytest.mark.parametrize("seed", range(4))
def test_random_geometry(seed: int, tmp_path: Path) -> None:
    """Sides, strides, dilation, padding, zero points and scales at random, one scale a channel."""
    rng = np.random.default_rng(seed)
    y, x = map(int, rng.integers(5, 9, 2))
    channels, outputs, height, width = map(int, rng.integers(1, 4, 4))
    same, stride, step = bool(seed % 2), 1 + seed // 2, 1 + (seed + 1) // 2 % 2
    reach_y, reach_x = (height - 1) * step + 1, (width - 1) * step + 1
    out_y = -(-y // stride) if same else (y - reach_y) // stride + 1
    out_x = -(-x // stride) if same else (x - reach_x) // stride + 1
    scales = tuple(map(float, rng.uniform(0.002, 0.01, outputs)))
    tensors = [
        int8(1, y, x, channels, zero=int(rng.integers(-128, 128))),
        weights(rng, int8(outputs, height, width, channels, scale=scales)),
        int32(*map(int, rng.integers(-2000, 2000, outputs))),
        int8(1, out_y, out_x, outputs, zero=int(rng.integers(-128, 128))),
    ]
    graph = one(
        "CONV_2D",
        tensors,
        3,
        padding="SAME" if same else "VALID",
        stride_w=stride,
        stride_h=stride,
        activation=("NONE", "RELU", "RELU6", "RELU_N1_TO_1")[seed],
        dilation_w=step,
        dilation_h=step,
    )
    assert_exact(network(graph), tmp_path, 256)


def test_grouped_convolutions_are_refused() -> None:
    rng = np.random.default_rng(1)
    kernel = weights(rng, int8(2, 3, 3, 2))
    graph = one("CONV_2D", [int8(1, 5, 5, 4), kernel, int8(1, 5, 5, 2)], 3, **PLAIN)
    with pytest.raises(ModelError, match=r"operator 0 \(CONV_2D\): weights .* grouped"):
        lower(graph)


def test_an_output_of_another_shape_is_refused() -> None:
    rng = np.random.default_rng(1)
    kernel = weights(rng, int8(2, 3, 3, 4))
    graph = one("CONV_2D", [int8(1, 5, 5, 4), kernel, int8(1, 4, 5, 2)], 3, **PLAIN)
    with pytest.raises(ModelError, match=r"output \(1, 4, 5, 2\), expected \(1, 5, 5, 2\)"):
        lower(graph)
