"""SOFTMAX, bit-exact against TFLM's reference kernel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from handmade import int8, network, one
from networks import assert_exact

from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _graph(shape: tuple[int, ...], scale: float, beta: float = 1.0) -> Graph:
    tensors = [int8(*shape, scale=scale), int8(*shape, scale=1 / 256, zero=-128)]
    return one("SOFTMAX", tensors, beta=beta)


@wheel
def test_every_pair(tmp_path: Path) -> None:
    """Two classes: all 65,536 inputs."""
    every = np.arange(-128, 128, dtype=np.int8)
    rows = np.stack(np.meshgrid(every, every), axis=-1).reshape(-1, 2)
    assert_exact(network(_graph((1, 2), 0.07)), tmp_path, inputs=rows)


@wheel
@pytest.mark.parametrize(
    ("shape", "scale", "beta"),
    [((1, 5), 0.1, 1.0), ((1, 3, 2), 0.02, 1.0), ((1, 256), 0.3, 1.0), ((1, 7), 0.05, 0.5)],
    ids=["row", "rows of two", "most classes", "beta"],
)
def test_rows(shape: tuple[int, ...], scale: float, beta: float, tmp_path: Path) -> None:
    assert_exact(network(_graph(shape, scale, beta)), tmp_path, 512)


def test_too_many_classes_and_too_small_a_scale_are_refused() -> None:
    with pytest.raises(ModelError, match=r"operator 0 \(SOFTMAX\): 257 classes; at most 256"):
        lower(_graph((1, 257), 0.1))
    with pytest.raises(ModelError, match="too small for TFLM's softmax"):
        lower(_graph((1, 3), 1e-9))


@pytest.mark.parametrize("beta", [float("nan"), float("inf"), -1.0, 0.0])
def test_a_factor_that_is_no_positive_number_is_refused(beta: float) -> None:
    """Damaged files have such; NaN once ended the importer with a ValueError."""
    with pytest.raises(ModelError, match=r"operator 0 \(SOFTMAX\): beta .* not a positive number"):
        network(_graph((1, 3), 0.1, beta))


def test_another_output_is_refused() -> None:
    for target, message in (
        (int8(1, 3, scale=1 / 128, zero=-128), "must have scale 1/256"),
        (int8(1, 4, scale=1 / 256, zero=-128), "cannot become"),
    ):
        with pytest.raises(ModelError, match=message):
            lower(one("SOFTMAX", [int8(1, 3), target], beta=1.0))
