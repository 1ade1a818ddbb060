"""Operators beyond the default model, bit-exact in every layer against TFLM's reference kernels."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from networks import Network, assert_exact, convert, keras_layers

from thrum.codegen.model_aot import engine_header
from thrum.compiler import tflite
from thrum.reference import tflm

pytestmark = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")

Shape = tuple[int, ...]


def _conv_1d() -> list[Any]:
    layers = keras_layers()
    return [
        layers.Conv1D(6, 5, strides=2, padding="same", activation="relu"),
        layers.MaxPooling1D(2),
        layers.Conv1D(5, 3, dilation_rate=2, activation="relu6"),
        layers.GlobalAveragePooling1D(),
        layers.Dense(3, "softmax"),
    ]


def _conv_2d() -> list[Any]:
    layers = keras_layers()
    return [
        layers.Conv2D(4, (3, 2), padding="same"),
        layers.MaxPooling2D((2, 3), (1, 2), "same"),
        layers.Conv2D(3, 3, strides=(2, 1)),
        layers.Flatten(),
        layers.Dense(4),
    ]


def _depthwise() -> list[Any]:
    layers = keras_layers()
    return [
        layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, activation="relu"),
        layers.AveragePooling2D((3, 2), (2, 1), "same"),
        layers.DepthwiseConv2D((1, 3)),
        layers.GlobalAveragePooling2D(keepdims=True),
        layers.Flatten(),
        layers.Dense(2, "softmax"),
    ]


def _separable() -> list[Any]:
    layers = keras_layers()
    return [
        layers.SeparableConv1D(6, 3, activation="relu"),
        layers.AveragePooling1D(3),
        layers.Flatten(),
        layers.Dense(2, "tanh"),
    ]


CASES: dict[str, tuple[Callable[[], list[Any]], Shape]] = {
    "conv_1d": (_conv_1d, (33, 3)),
    "conv_2d": (_conv_2d, (7, 9, 2)),
    "depthwise": (_depthwise, (8, 6, 3)),
    "separable": (_separable, (20, 2)),
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", list(CASES))
def test_exact(name: str, seed: int, tmp_path: Path) -> None:
    """Random weights, 512 inputs, every layer."""
    build, shape = CASES[name]
    assert_exact(convert(build(), shape, seed), tmp_path, 512)


def _residual(layers: Any, x: Any) -> Any:
    y = layers.Dense(16, "relu")(x)
    z = layers.Dense(16)(y)
    return layers.Dense(4, "softmax")(layers.ReLU()(layers.Add()([y, z])))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_residual_network(seed: int, tmp_path: Path) -> None:
    """ADD of two live tensors: the plan keeps both."""
    network = convert(_residual, (12,), seed)
    assert_exact(network, tmp_path)
    text = engine_header(network.graph, "0")
    add = next(i for i, op in enumerate(network.graph.operators) if op.code == "ADD")
    call = re.search(rf"Operator{add}\((.*?), (.*?), (.*?)\);", text)
    assert call and len(set(call.groups())) == 3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_relu6_of_its_own(seed: int, tmp_path: Path) -> None:
    """RELU6 that cannot be fused, and whose limit lies inside the range of its input."""
    layers = keras_layers()
    clipped = [layers.Reshape((4, 8)), layers.ReLU(6.0), layers.Flatten(), layers.Dense(3)]
    network = convert(clipped, (32,), seed, reach=4.0)
    graph = network.graph
    (step,) = [op for op in graph.operators if op.code == "RELU6"]
    source = graph.tensors[step.inputs[0]]
    assert source.zero_point[0] + 6.0 / source.scale[0] < 120
    assert_exact(network, tmp_path)


def _as(network: Network, before: str, after: str) -> Network:
    """The same file with one operator in place of another; neither has options."""
    from tensorflow.lite.python import schema_py_generated as schema
    from tensorflow.lite.tools import flatbuffer_utils

    model = flatbuffer_utils.read_model_from_bytearray(bytearray(network.data))
    old, new = (getattr(schema.BuiltinOperator, name) for name in (before, after))
    for code in model.operatorCodes:
        if code.builtinCode == old:
            code.builtinCode = code.deprecatedBuiltinCode = new
    data = bytes(flatbuffer_utils.convert_object_to_bytearray(model))
    return Network(data, tflite.read(data))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_quantize_to_another_scale(seed: int, tmp_path: Path) -> None:
    """int8 to int8: a RELU made QUANTIZE; negative values leave the range of its output."""
    layers = keras_layers()
    network = _as(convert([layers.Reshape((4, 8)), layers.ReLU()], (32,), seed), "RELU", "QUANTIZE")
    graph = network.graph
    (step,) = [op for op in graph.operators if op.code == "QUANTIZE"]
    source, target = graph.tensors[step.inputs[0]], graph.tensors[step.outputs[0]]
    assert source.type == target.type == "int8" and source.scale > target.scale
    assert target.zero_point == (-128,)
    assert_exact(network, tmp_path)


def test_every_operator_was_seen() -> None:
    """The cases above cover what the engine claims, except where no converter makes it."""
    seen = {
        op.code
        for build, shape in CASES.values()
        for op in convert(build(), shape, 1).graph.operators
    }
    assert seen >= {
        "CONV_2D",
        "DEPTHWISE_CONV_2D",
        "MAX_POOL_2D",
        "AVERAGE_POOL_2D",
        "MEAN",
        "FULLY_CONNECTED",
        "SOFTMAX",
        "TANH",
    }
