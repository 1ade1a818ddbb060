"""TFLM's reference kernels: the same outputs however they are asked."""

from __future__ import annotations

import numpy as np
import pytest

from thrum.artifacts import release
from thrum.reference import tflm

pytestmark = pytest.mark.skipif(
    not tflm.available(), reason="the tflite_micro wheel is Linux x86-64 only"
)


def test_layers_end_with_the_outputs_of_the_network() -> None:
    made = release.load()
    inputs = np.random.default_rng(5).integers(-128, 128, (20, 32)).astype(np.int8)
    layers = tflm.layers(made.tflite, made.graph, inputs)
    sizes = [made.graph.tensors[op.outputs[0]].size for op in made.graph.operators]
    assert [layer.shape for layer in layers] == [(20, size) for size in sizes]
    np.testing.assert_array_equal(layers[-1], tflm.run(made.tflite, inputs))


def test_an_interpreter_that_is_kept_gives_what_a_new_one_does() -> None:
    made = release.load()
    inputs = np.random.default_rng(6).integers(-128, 128, (20, 32)).astype(np.int8)
    kept = tflm.network(made.tflite)
    one_by_one = np.concatenate([kept(row[np.newaxis]) for row in inputs])
    np.testing.assert_array_equal(one_by_one, tflm.run(made.tflite, inputs))
