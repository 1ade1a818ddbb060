"""LEAKY_RELU: every value of random scales against TFLM's negative values, times alpha."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from handmade import int8, network, one
from networks import assert_exact

from thrum.reference import tflm


@pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")
@pytest.mark.parametrize("seed", range(6))
def test_every_value(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    scale = float(10 ** rng.uniform(-2.5, -0.5))
    tensors = [
        int8(1, 256, scale=scale, zero=int(rng.integers(-128, 128))),
        int8(1, 256, scale=scale * float(rng.uniform(0.4, 2)), zero=int(rng.integers(-128, 128))),
    ]
    graph = one("LEAKY_RELU", tensors, 1, alpha=float(np.float32(0.3 if seed else 0.01)))
    assert_exact(network(graph), tmp_path, inputs=np.arange(-128, 128).astype(np.int8)[None])
