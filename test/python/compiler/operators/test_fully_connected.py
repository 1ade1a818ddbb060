"""FULLY_CONNECTED: bit-exact in networks and on every accumulator of the released one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handmade import int8, int32, network, one, weights
from networks import assert_exact, convert, keras_layers
from requantizing import Kernel, in_cpp, in_numpy, requantize_kernel

from thrum.artifacts import release
from thrum.compiler.graph import ModelError
from thrum.compiler.lowering import lower
from thrum.compiler.operators.fully_connected import Dense
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")

CHUNK = 1 << 22


def _mlp(classes: int, last: str = "softmax") -> Callable[[], list[Any]]:
    def build() -> list[Any]:
        dense = keras_layers().Dense
        return [dense(16, "relu"), dense(8, "relu"), dense(classes, last)]

    return build


def _relu6() -> list[Any]:
    layers = keras_layers()
    return [layers.Dense(24), layers.ReLU(max_value=6.0), layers.Dense(5)]


@wheel
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


@wheel
def test_multipliers_are_double_products(tmp_path: Path) -> None:
    """A network in which a float32 product of the scales gives another integer, rarely."""
    assert_exact(convert(_mlp(2)(), (32,), 14), tmp_path, 30_000)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Kernel:
    return requantize_kernel(tmp_path_factory.mktemp("requantize"))


def layers() -> list[tuple[str, Dense]]:
    graph = release.load().graph
    return [
        (graph.where(step.index), step.kernel)
        for step in lower(graph)
        if isinstance(step.kernel, Dense)
    ]


@pytest.mark.parametrize(("name", "layer"), layers(), ids=lambda v: v if isinstance(v, str) else "")
def test_every_reachable_accumulator(kernel: Kernel, name: str, layer: Dense) -> None:
    """C++ equals gemmlowp on every accumulator that int8 inputs can cause, channel by channel."""
    scales = sorted(set(zip(layer.multiplier, layer.shift, strict=True)))
    for multiplier, shift in scales:
        outputs = [
            k
            for k in range(len(layer.bias))
            if len(layer.multiplier) == 1
            or (layer.multiplier[k], layer.shift[k]) == (multiplier, shift)
        ]
        low = min(layer.reach(k)[0] for k in outputs)
        high = max(layer.reach(k)[1] for k in outputs)
        for start in range(low, high + 1, CHUNK):
            values = np.arange(start, min(start + CHUNK, high + 1), dtype=np.int32)
            ours = in_cpp(kernel, values, multiplier, shift)
            np.testing.assert_array_equal(ours, in_numpy(values, multiplier, shift), err_msg=name)


def test_reach_is_the_truth(tmp_path: Path) -> None:
    """The bounds of an accumulator are attained by the inputs that they claim."""
    layer = Dense(((3, -2, 0),), (10,), (1 << 30,), (0,), 0, -128, 127)
    assert layer.reach(0) == (10 - 3 * 128 - 2 * 127, 10 + 3 * 127 + 2 * 128)


def test_another_size_than_the_weights_give_is_refused() -> None:
    kernel = weights(np.random.default_rng(1), int8(3, 4))
    for source, target, message in (
        (int8(1, 5), int8(1, 3), r"weights \(3, 4\) for an input of 5 values"),
        (int8(1, 4), int8(1, 2), r"output \(1, 2\), expected 3 values"),
    ):
        graph = one("FULLY_CONNECTED", [source, kernel, target], 4, activation="NONE")
        with pytest.raises(ModelError, match=rf"operator 0 \(FULLY_CONNECTED\): {message}"):
            lower(graph)


@wheel
@pytest.mark.parametrize("rows", [2, 7])
def test_rows_of_inputs(rows: int, tmp_path: Path) -> None:
    """Dense on the last axis of an image, one scale an output."""
    rng = np.random.default_rng(rows)
    kernel = weights(rng, int8(5, 6, scale=tuple(map(float, rng.uniform(0.002, 0.01, 5)))))
    tensors = [int8(1, rows, 6, zero=-3), kernel, int32(*range(5)), int8(1, rows, 5, zero=11)]
    graph = one("FULLY_CONNECTED", tensors, 12, activation="RELU")
    assert_exact(network(graph), tmp_path, 256)


def test_a_bias_scale_that_tflm_refuses() -> None:
    """It must be the product of the scales of inputs and weights, to a fiftieth of the output's."""
    rng = np.random.default_rng(1)
    kernel = weights(rng, int8(4, 8, scale=0.01))
    for scale, fits in ((0.0005, True), (0.00149, True), (0.0016, False), (1.0, False)):
        bias = replace(int32(1, 2, 3, 4), scale=(float(np.float32(scale)),), zero_point=(0,))
        graph = one("FULLY_CONNECTED", [int8(1, 8), kernel, bias, int8(1, 4)], 4, activation="NONE")
        if tflm.available():
            assert _accepted(network(graph).data) == fits
        if fits:
            lower(graph)
        else:
            with pytest.raises(ModelError, match=r"bias scale .*, expected 0\.0005"):
                lower(graph)


def _accepted(data: bytes) -> bool:
    try:
        tflm.interpreter(data, 1 << 16)
    except RuntimeError:
        return False
    return True
