"""DEQUANTIZE, bit by bit against TFLM's reference kernel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from handmade import float32, int8, network, one
from networks import assert_exact, compile_engine, convert, keras_layers

from thrum.compiler.graph import ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


@wheel
def test_float_output_alone(tmp_path: Path) -> None:
    dense = keras_layers().Dense
    made = convert(
        [dense(16, "relu"), dense(5, "softmax")], (12,), 3, interface=("int8", "float32")
    )
    assert "QUANTIZE" not in [op.code for op in made.graph.operators]
    assert_exact(made, tmp_path)


@wheel
def test_every_value(tmp_path: Path) -> None:
    """All 256 values, at 8 random scales and zero points."""
    rng = np.random.default_rng(6)
    every = np.arange(-128, 128, dtype=np.int8).reshape(1, 256)
    for k in range(8):
        source = int8(
            1, 256, scale=float(2 ** rng.uniform(-20, 4)), zero=int(rng.integers(-128, 128))
        )
        folder = tmp_path / str(k)
        folder.mkdir()
        assert_exact(network(one("DEQUANTIZE", [source, float32(1, 256)])), folder, inputs=every)


def test_the_ends_of_the_range_are_exact(tmp_path: Path) -> None:
    """scale * (value - zero) with a power of two: no rounding at all."""
    graph = one("DEQUANTIZE", [int8(1, 2, scale=0.25, zero=127), float32(1, 2)])
    output, _ = compile_engine(graph, tmp_path)(np.array([[-128, 127]], np.int8))
    assert output.tolist() == [[-63.75, 0.0]]


def test_another_size_is_refused() -> None:
    graph = one("DEQUANTIZE", [int8(1, 4), float32(1, 5)])
    with pytest.raises(ModelError, match=r"operator 0 \(DEQUANTIZE\): .* cannot become"):
        lower(graph)
