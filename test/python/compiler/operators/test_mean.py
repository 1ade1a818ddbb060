"""MEAN, bit-exact against TFLM's reference kernel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from handmade import int8, int32, network, one
from networks import assert_exact

from thrum.compiler.graph import ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


@wheel
@pytest.mark.parametrize(
    ("shape", "axes", "target"),
    [
        ((1, 4, 5, 3), (1, 2), (1, 3)),
        ((1, 7, 3), (1,), (1, 3)),
        ((1, 6, 5), (-1,), (1, 6)),
        ((1, 9), (1,), (1,)),
        ((1, 3, 5, 4), (1, 3), (1, 5)),
        ((1, 3, 5, 4), (0, 2), (3, 4)),
    ],
    ids=["image", "sequence", "last axis", "everything", "apart", "apart, first"],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_random_scales(
    shape: tuple[int, ...],
    axes: tuple[int, ...],
    target: tuple[int, ...],
    seed: int,
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(seed)
    scale, ratio = float(rng.uniform(0.01, 0.1)), float(rng.uniform(0.5, 3))
    zeros = [int(z) for z in rng.integers(-128, 128, 2)]
    tensors = [
        int8(*shape, scale=scale, zero=zeros[0]),
        int32(*axes),
        int8(*target, scale=scale / ratio, zero=zeros[1]),
    ]
    assert_exact(network(one("MEAN", tensors, keep_dims=False)), tmp_path, 512)


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ((1, 2), "the output does not have 4 values"),
        ((4,), "the axes must be constant and exist"),
        ((2,), "the output does not have 12 values"),
    ],
)
def test_other_axes_are_refused(axes: tuple[int, ...], message: str) -> None:
    tensors = [int8(1, 3, 2, 4), int32(*axes), int8(1, 2)]
    with pytest.raises(ModelError, match=rf"operator 0 \(MEAN\): {message}"):
        lower(one("MEAN", tensors, keep_dims=False))
