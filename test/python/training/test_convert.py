"""A Keras model as int8, with one scale for each output of a dense layer or one for all."""

from __future__ import annotations

import numpy as np
import pytest

from thrum.compiler import tflite
from thrum.training import convert


@pytest.mark.parametrize(("per_channel", "scales"), [(True, 3), (False, 1)])
def test_inputs_outputs_and_weights_are_int8(per_channel: bool, scales: int) -> None:
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    samples = np.random.default_rng(1).normal(size=(200, 4)).astype(np.float32)
    graph = tflite.read(convert.to_int8(model, samples, per_channel))
    ends = [graph.tensors[index] for index in (*graph.inputs, *graph.outputs)]
    assert [(t.type, t.shape) for t in ends] == [("int8", (1, 4)), ("int8", (1, 3))]
    [dense] = graph.operators
    weights = graph.tensors[dense.inputs[1]]
    assert weights.type == "int8" and len(weights.scale) == scales
