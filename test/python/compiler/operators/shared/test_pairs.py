"""Operators of two tensors, exact with equal sizes, repeated inputs and constants."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from handmade import int8, network, one, operator, weights
from networks import assert_exact

from thrum.compiler.graph import Graph, ModelError, Option
from thrum.compiler.lowering import lower
from thrum.reference import tflm

CODES = ("ADD", "MUL", "MAXIMUM", "MINIMUM")
SHAPES = [(2, 3, 4), (4,), (1,), (1, 1, 4), (3, 4)]

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _options(code: str, activation: str) -> dict[str, Option]:
    return {"activation": activation} if code in ("ADD", "MUL") else {}


def _scales(rng: np.random.Generator, code: str) -> list[tuple[float, int]]:
    """Scale and zero point of three tensors: one for all where the operator keeps it."""
    if code in ("MAXIMUM", "MINIMUM"):
        return [(0.05, 3)] * 3
    spread = 0.02 if code == "MUL" else 0.05
    return [
        (spread * float(s), int(z))
        for s, z in zip(rng.uniform(0.5, 2, 3), (7, -20, 5), strict=True)
    ]


@wheel
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_activations(code: str, seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    (a, za), (b, zb), (c, zc) = _scales(rng, code)
    shape = (1, 3, 5, 4)
    tensors = (
        int8(*shape, scale=a, zero=za),
        int8(*shape, scale=b, zero=zb),
        int8(*shape, scale=c, zero=zc),
    )
    options = _options(code, ("NONE", "RELU", "RELU6")[seed - 1])
    steps = (operator("RELU", (0,), 1), operator(code, (0, 1), 2, 2, **options))
    assert_exact(network(Graph(tensors, steps, (0,), (2,))), tmp_path, 512)


@wheel
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("first", [False, True])
def test_a_constant_that_repeats(
    code: str, shape: tuple[int, ...], first: bool, tmp_path: Path
) -> None:
    rng = np.random.default_rng(len(shape))
    (a, za), (b, zb), (c, zc) = _scales(rng, code)
    tensors = (
        int8(1, 2, 3, 4, scale=a, zero=za),
        weights(rng, int8(*shape, scale=b, zero=zb)),
        int8(1, 2, 3, 4, scale=c, zero=zc),
    )
    inputs = (1, 0) if first else (0, 1)
    step = operator(code, inputs, 2, 2, **_options(code, "NONE"))
    assert_exact(network(Graph(tensors, (step,), (0,), (2,))), tmp_path, 256)


def test_other_broadcasts_and_scales_are_refused() -> None:
    rng = np.random.default_rng(1)
    column = weights(rng, int8(2, 1))
    with pytest.raises(ModelError, match=r"operator 0 \(MUL\): input \(2, 1\) for an output"):
        lower(one("MUL", [int8(1, 2, 3), column, int8(1, 2, 3)], activation="NONE"))
    other = weights(rng, int8(3, scale=0.06))
    with pytest.raises(ModelError, match=r"operator 0 \(MAXIMUM\): input scale 0.06"):
        lower(one("MAXIMUM", [int8(1, 2, 3), other, int8(1, 2, 3)]))
    large = weights(rng, int8(1, 1025))
    with pytest.raises(ModelError, match="a constant of 1025 values, at most 1024"):
        lower(one("MUL", [int8(1, 1025), large, int8(1, 1025)], activation="NONE"))
