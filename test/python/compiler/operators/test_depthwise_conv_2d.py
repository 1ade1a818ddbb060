"""DEPTHWISE_CONV_2D, bit-exact in every layer against TFLM's reference kernel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handmade import int8, int32, network, one, weights
from networks import assert_exact, convert, keras_layers

from thrum.compiler.graph import ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm

Shape = tuple[int, ...]

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _depthwise() -> list[Any]:
    layers = keras_layers()
    return [
        layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, activation="relu"),
        layers.AveragePooling2D((3, 2), (2, 1), "same"),
        layers.DepthwiseConv2D((1, 3)),
        layers.GlobalAveragePooling2D(keepdims=True),
        layers.Flatten(),
        layers.Dense(2, "softmax"),
    ]


def _separable() -> list[Any]:
    layers = keras_layers()
    return [
        layers.SeparableConv1D(6, 3, activation="relu"),
        layers.AveragePooling1D(3),
        layers.Flatten(),
        layers.Dense(2, "tanh"),
    ]


CASES: dict[str, tuple[Callable[[], list[Any]], Shape]] = {
    "depthwise": (_depthwise, (8, 6, 3)),
    "separable": (_separable, (20, 2)),
}


@wheel
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", list(CASES))
def test_exact(name: str, seed: int, tmp_path: Path) -> None:
    """Random weights, 512 inputs, every layer."""
    build, shape = CASES[name]
    assert_exact(convert(build(), shape, seed), tmp_path, 512)


@wheel
@pytest.mark.parametrize("seed", range(4))
def test_random_geometry(seed: int, tmp_path: Path) -> None:
    """Sides, multiplier, strides, padding, zero points and scales at random."""
    rng = np.random.default_rng(seed)
    y, x = map(int, rng.integers(5, 9, 2))
    channels, times, height, width = map(int, rng.integers(1, 4, 4))
    same, stride, outputs = bool(seed % 2), 1 + seed // 2, channels * times
    out_y = -(-y // stride) if same else (y - height) // stride + 1
    out_x = -(-x // stride) if same else (x - width) // stride + 1
    scales = tuple(map(float, rng.uniform(0.002, 0.01, outputs)))
    tensors = [
        int8(1, y, x, channels, zero=int(rng.integers(-128, 128))),
        weights(rng, int8(1, height, width, outputs, scale=scales, axis=3)),
        int32(*map(int, rng.integers(-2000, 2000, outputs))),
        int8(1, out_y, out_x, outputs, zero=int(rng.integers(-128, 128))),
    ]
    graph = one(
        "DEPTHWISE_CONV_2D",
        tensors,
        3,
        padding="SAME" if same else "VALID",
        stride_w=stride,
        stride_h=stride,
        depth_multiplier=times,
        activation=("NONE", "RELU", "RELU6", "RELU_N1_TO_1")[seed],
        dilation_w=1,
        dilation_h=1,
    )
    assert_exact(network(graph), tmp_path, 256)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((2, 3, 3, 4), r"weights \(2, 3, 3, 4\) are not \(1, y, x, channels\)"),
        ((1, 3, 3, 3), "3 outputs are no multiple of the input channels"),
    ],
)
def test_other_weights_are_refused(shape: tuple[int, ...], message: str) -> None:
    kernel = weights(np.random.default_rng(1), int8(*shape))
    graph = one("DEPTHWISE_CONV_2D", [int8(1, 5, 5, 2), kernel, int8(1, 5, 5, 4)], 3)
    with pytest.raises(ModelError, match=rf"operator 0 \(DEPTHWISE_CONV_2D\): {message}"):
        lower(graph)
