"""A whole network: what is read is the file, and what the engine cannot run is refused."""

from __future__ import annotations

import numpy as np
import pytest
from handmade import float32, int8, operator
from networks import convert, keras_layers

from thrum.compiler import tflite
from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm


@pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")
def test_import_is_the_file() -> None:
    """Weights, scales and shapes are those of the interpreter."""
    dense = keras_layers().Dense
    network = convert([dense(16, "relu"), dense(8, "relu"), dense(2, "softmax")], (32,), 3)
    engine = tflm.interpreter(network.data, 1 << 16, keep_layers=True)
    for index, tensor in enumerate(network.graph.tensors):
        theirs = engine.GetTensor(index, 0)["tensor_data"]
        assert tensor.shape == theirs.shape and tensor.type == str(theirs.dtype)
        if tensor.data is not None:
            np.testing.assert_array_equal(np.array(tensor.data).reshape(tensor.shape), theirs)
    assert tflite.read(network.data) == network.graph


@pytest.mark.parametrize(
    ("inputs", "outputs", "message"),
    [
        ((0, 1), (1,), "2 inputs and 1 outputs; the engine takes one of each"),
        ((0,), (0,), "model output: no operator writes it"),
    ],
)
def test_the_engine_has_one_input_and_one_output(
    inputs: tuple[int, ...], outputs: tuple[int, ...], message: str
) -> None:
    graph = Graph((int8(1, 4), int8(1, 4)), (operator("RELU", (0,), 1),), inputs, outputs)
    with pytest.raises(ModelError, match=message):
        lower(graph)


def test_a_tensor_that_16_bits_cannot_count_is_refused() -> None:
    tensors = (int8(1, 65536), int8(1, 65536))
    with pytest.raises(ModelError, match="65536 values; the engine counts to 65535"):
        lower(Graph(tensors, (operator("RELU", (0,), 1),), (0,), (1,)))


def test_float_inside_is_refused() -> None:
    tensors = (int8(1, 4), float32(1, 4), int8(1, 4))
    steps = (operator("DEQUANTIZE", (0,), 1), operator("QUANTIZE", (1,), 2))
    with pytest.raises(ModelError, match=r"operator 0 \(DEQUANTIZE\): float32 inside the model"):
        lower(Graph(tensors, steps, (0,), (2,)))
