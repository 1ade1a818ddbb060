"""MAX_POOL_2D, bit-exact against TFLM's reference kernel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from handmade import int8, network, one
from networks import assert_exact, compile_engine

from thrum.compiler.graph import ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


@wheel
@pytest.mark.parametrize("seed", range(4))
def test_random_geometry(seed: int, tmp_path: Path) -> None:
    """Sides, window, strides, padding and clamp at random: the largest value of each channel."""
    rng = np.random.default_rng(seed)
    y, x = map(int, rng.integers(5, 9, 2))
    channels, height, width, stride_y, stride_x = map(int, rng.integers(1, 4, 5))
    same = bool(seed % 2)
    out_y = -(-y // stride_y) if same else (y - height) // stride_y + 1
    out_x = -(-x // stride_x) if same else (x - width) // stride_x + 1
    zero = int(rng.integers(-128, 128))
    graph = one(
        "MAX_POOL_2D",
        [int8(1, y, x, channels, zero=zero), int8(1, out_y, out_x, channels, zero=zero)],
        padding="SAME" if same else "VALID",
        stride_w=stride_x,
        stride_h=stride_y,
        filter_w=width,
        filter_h=height,
        activation=("NONE", "RELU", "RELU6", "RELU_N1_TO_1")[seed],
    )
    assert_exact(network(graph), tmp_path, 256)


def test_the_clamp_applies_to_the_largest_value(tmp_path: Path) -> None:
    """RELU with a zero point of 5: nothing below 5 leaves."""
    tensors = [int8(1, 1, 2, 1, zero=5), int8(1, 1, 1, 1, zero=5)]
    sides = {"stride_w": 1, "stride_h": 1, "filter_w": 2, "filter_h": 1}
    graph = one("MAX_POOL_2D", tensors, padding="VALID", **sides, activation="RELU")
    rows = np.array([[-128, 4], [4, 6], [127, -1]], np.int8)
    output, _ = compile_engine(graph, tmp_path)(rows)
    assert output[:, 0].tolist() == [5, 6, 127]


def test_more_than_one_image_is_refused() -> None:
    graph = one("MAX_POOL_2D", [int8(2, 4, 4, 1), int8(2, 2, 2, 1)])
    with pytest.raises(
        ModelError, match=r"operator 0 \(MAX_POOL_2D\): the input must be one image"
    ):
        lower(graph)
