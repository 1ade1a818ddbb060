"""A whole network: what is read is the file, and what the engine cannot run is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from handmade import float32, int8, int32, network, one, operator, weights
from networks import assert_exact, convert, keras_layers

from thrum.codegen.model_aot import engine_header
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
        ((0, 1), (1,), r"operator 0 \(RELU\): it writes an input of the model"),
        ((0,), (0,), "model output: no operator writes it"),
    ],
)
def test_what_the_model_takes_is_not_written_and_what_it_gives_is(
    inputs: tuple[int, ...], outputs: tuple[int, ...], message: str
) -> None:
    graph = Graph((int8(1, 4), int8(1, 4)), (operator("RELU", (0,), 1),), inputs, outputs)
    with pytest.raises(ModelError, match=message):
        lower(graph)


def _dense(inputs: int, outputs: int) -> Graph:
    rng = np.random.default_rng(inputs)
    tensors = [int8(1, inputs), weights(rng, int8(outputs, inputs)), int8(1, outputs, scale=40.0)]
    return one("FULLY_CONNECTED", tensors, 4, activation="NONE")


@pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")
@pytest.mark.parametrize("inputs", [65_535, 65_536, 65_537])
def test_sizes_around_16_bits(inputs: int, tmp_path: Path) -> None:
    assert_exact(network(_dense(inputs, 2)), tmp_path, 24)


@pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")
def test_300_operators(tmp_path: Path) -> None:
    tensors = tuple(int8(1, 4, scale=0.05 + k % 2 * 0.001, zero=k % 3) for k in range(301))
    steps = tuple(operator("RELU", (k,), k + 1) for k in range(300))
    graph = Graph(tensors, steps, (0,), (300,))
    assert "constexpr uint16_t kOperators = 300;" in engine_header(graph, "0")
    assert_exact(network(graph), tmp_path, 64)


def test_where_counts_have_16_bits_a_larger_tensor_does_not_compile() -> None:
    said = "kernels count to 65535: take a 32-bit one"
    assert said in engine_header(_dense(65_536, 1), "0")
    assert said not in engine_header(_dense(32_768, 1), "0")


def test_float_inside_is_refused() -> None:
    tensors = (int8(1, 4), float32(1, 4), int8(1, 4))
    steps = (operator("DEQUANTIZE", (0,), 1), operator("QUANTIZE", (1,), 2))
    with pytest.raises(ModelError, match=r"operator 0 \(DEQUANTIZE\): float32 inside the model"):
        lower(Graph(tensors, steps, (0,), (2,)))


def test_an_operator_with_an_input_too_many_is_refused_as_by_tflm() -> None:
    """Found by mutation: TFLM's Prepare counts the inputs of RESIZE_NEAREST_NEIGHBOR."""
    options = {"align_corners": False, "half_pixel_centers": True}
    tensors = [int8(1, 2, 3, 1), int32(3, 4), int8(1, 3, 4, 1)]
    graph = one("RESIZE_NEAREST_NEIGHBOR", tensors, **options)
    lower(graph)
    twice = dataclasses.replace(graph.operators[0], inputs=(0, 1, 1))
    with pytest.raises(ModelError, match="it has 3 inputs, of 2 at most"):
        lower(dataclasses.replace(graph, operators=(twice,)))
