"""SHAPE, STRIDED_SLICE, PACK and RESHAPE of a free batch: folded, or refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from networks import assert_exact, convert

from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _flatten(layers: Any, x: Any) -> Any:
    x = layers.Conv2D(3, 3, activation="relu")(x)
    x = layers.Reshape((5, 12))(layers.Flatten()(x))
    return layers.Dense(4)(layers.Flatten()(x))


@wheel
def test_keras_flatten_with_a_free_batch(tmp_path: Path) -> None:
    network = convert(_flatten, (6, 7, 2), 1, batch=None)
    codes = [op.code for op in network.graph.operators]
    assert {"SHAPE", "STRIDED_SLICE", "PACK", "RESHAPE"} <= set(codes)
    assert not {"SHAPE", "STRIDED_SLICE", "PACK"} & {s.code for s in lower(network.graph)}
    assert_exact(network, tmp_path, 256)


@wheel
def test_a_slice_of_values(tmp_path: Path) -> None:
    assert_exact(convert(lambda layers, x: layers.Dense(3)(x[:, :4]), (8,), 1), tmp_path, 128)
