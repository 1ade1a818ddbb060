"""TFLM's fixed-point arithmetic: Python integers, NumPy and C++ agree."""

from __future__ import annotations

import numpy as np
import pytest
from requantizing import Kernel, in_cpp, in_numpy, requantize_kernel

from thrum.compiler import fixed_point


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Kernel:
    return requantize_kernel(tmp_path_factory.mktemp("requantize"))


def test_big_integers_agree(kernel: Kernel) -> None:
    """All three models agree on edges and on random values, multipliers and shifts."""
    rng = np.random.default_rng(1)
    for shift in range(-31, 8):
        limit = (1 << (31 - max(shift, 0))) - 1
        edges = [0, 1, -1, 2, -2, 3, -3, limit, -limit, limit - 1, 1 << 20, -(1 << 20)]
        values = np.array([*edges, *rng.integers(-limit, limit, 200)], np.int32)
        for multiplier in (1 << 30, (1 << 31) - 1, int(rng.integers(1 << 30, 1 << 31))):
            expected = [fixed_point.requantize(int(v), multiplier, shift) for v in values]
            assert in_cpp(kernel, values, multiplier, shift).tolist() == expected
            assert in_numpy(values, multiplier, shift).tolist() == expected


def test_multipliers() -> None:
    """QuantizeMultiplier at its edges."""
    assert fixed_point.quantize_multiplier(0.0) == (0, 0)
    assert fixed_point.quantize_multiplier(1.0) == (1 << 30, 1)
    assert fixed_point.quantize_multiplier(0.5) == (1 << 30, 0)
    assert fixed_point.quantize_multiplier(1 - 2**-40) == (1 << 30, 1)
    assert fixed_point.quantize_multiplier(2.0**-40) == (0, 0)


def test_softmax_rows_sum_to_one() -> None:
    """The fixed-point softmax stays within rounding of the exact one."""
    softmax = fixed_point.Softmax(1.0, 0.1)
    rng = np.random.default_rng(2)
    for _ in range(200):
        row = rng.integers(-128, 128, 6)
        exact = np.exp(row * 0.1 - (row * 0.1).max())
        expected = exact / exact.sum() * 256 - 128
        assert np.abs(np.array(softmax(row.tolist())) - np.minimum(expected, 127)).max() <= 1
