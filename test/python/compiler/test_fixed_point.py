"""Requantization, exhaustively over what the deployed network can reach."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from networks import compile_library

from thrum.artifacts import release
from thrum.compiler import fixed_point
from thrum.compiler.lowering import lower
from thrum.compiler.operators.fully_connected import Dense

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

_WRAPPER = """
#include "thrum/nn/kernels.h"
extern "C" void requantize(const int32_t* in, int32_t* out, int64_t n, int32_t m, int8_t shift) {
  for (int64_t i = 0; i < n; ++i) {
    out[i] = thrum::Requantize(in[i], m, shift);
  }
}
"""
CHUNK = 1 << 22


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder = tmp_path_factory.mktemp("requantize")
    (folder / "wrapper.cpp").write_text(_WRAPPER, encoding="utf-8")
    return compile_library(folder, folder / "wrapper.cpp", flags=("-O2",))


def in_cpp(kernel: ctypes.CDLL, values: I32, multiplier: int, shift: int) -> I32:
    out = np.empty_like(values)
    kernel.requantize(
        values.ctypes.data_as(ctypes.c_void_p),
        out.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_int64(len(values)),
        ctypes.c_int32(multiplier),
        ctypes.c_int8(shift),
    )
    return out


def in_numpy(values: I32, multiplier: int, shift: int) -> I64:
    """gemmlowp as written: nudge and truncating division, then the rounding shift."""
    product = (values.astype(np.int64) << max(shift, 0)) * multiplier
    nudged = product + np.where(product >= 0, 1 << 30, 1 - (1 << 30))
    high = np.where(nudged >= 0, nudged >> 31, -(-nudged >> 31))
    exponent = max(-shift, 0)
    mask = (1 << exponent) - 1
    threshold = (mask >> 1) + (high < 0)
    return (high >> exponent) + ((high & mask) > threshold)


def layers() -> list[tuple[str, Dense]]:
    graph = release.load().graph
    return [
        (graph.where(step.index), step.kernel)
        for step in lower(graph)
        if isinstance(step.kernel, Dense)
    ]


@pytest.mark.parametrize(("name", "layer"), layers(), ids=lambda v: v if isinstance(v, str) else "")
def test_every_reachable_accumulator(kernel: ctypes.CDLL, name: str, layer: Dense) -> None:
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


def test_big_integers_agree(kernel: ctypes.CDLL) -> None:
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


def test_reach_is_the_truth(tmp_path: Path) -> None:
    """The bounds of an accumulator are attained by the inputs that they claim."""
    layer = Dense(((3, -2, 0),), (10,), (1 << 30,), (0,), 0, -128, 127)
    assert layer.reach(0) == (10 - 3 * 128 - 2 * 127, 10 + 3 * 127 + 2 * 128)
