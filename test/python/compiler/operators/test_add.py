"""ADD, bit-exact against TFLM's reference kernel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handmade import int8, network, one, operator
from networks import assert_exact, convert

from thrum.codegen.model_aot import engine_header
from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _residual(layers: Any, x: Any) -> Any:
    y = layers.Dense(16, "relu")(x)
    z = layers.Dense(16)(y)
    return layers.Dense(4, "softmax")(layers.ReLU()(layers.Add()([y, z])))


@wheel
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_residual_network(seed: int, tmp_path: Path) -> None:
    """ADD of two live tensors: the plan keeps both."""
    network = convert(_residual, (12,), seed)
    assert_exact(network, tmp_path)
    text = engine_header(network.graph, "0")
    add = next(i for i, op in enumerate(network.graph.operators) if op.code == "ADD")
    call = re.search(rf"Operator{add}\((.*?), (.*?), (.*?)\);", text)
    assert call and len(set(call.groups())) == 3


@wheel
@pytest.mark.parametrize("activation", ["NONE", "RELU", "RELU6", "RELU_N1_TO_1"])
def test_random_scales(activation: str, tmp_path: Path) -> None:
    """The input plus the input at another scale, for every value, with every clamp."""
    rng = np.random.default_rng(len(activation))
    scales, zeros = rng.uniform(0.01, 0.1, 3), rng.integers(-40, 40, 3)
    tensors = tuple(
        int8(1, 16, scale=float(s), zero=int(z)) for s, z in zip(scales, zeros, strict=True)
    )
    steps = (
        operator("QUANTIZE", (0,), 1),
        operator("ADD", (0, 1), 2, activation=activation),
    )
    rows = np.arange(-128, 128, dtype=np.int8).reshape(16, 16)
    assert_exact(network(Graph(tensors, steps, (0,), (2,))), tmp_path, inputs=rows)


def test_inputs_that_do_not_fit_are_refused() -> None:
    for sides, message in (
        ((3, 4), r"input \(1, 3\) for an output \(1, 4\)"),
        ((1, 4), r"no input has the output's shape \(1, 4\)"),
    ):
        first = int8(1, 1) if sides[0] == 1 else int8(1, 4)
        graph = one("ADD", [first, int8(1, sides[0]), int8(1, sides[1])], activation="NONE")
        with pytest.raises(ModelError, match=rf"operator 0 \(ADD\): {message}"):
            lower(graph)


def test_a_factor_of_one_or_more_is_refused() -> None:
    graph = Graph(
        (int8(1, 4, scale=1.0), int8(1, 4, scale=1e-7)),
        (operator("ADD", (0, 0), 1, activation="NONE"),),
        (0,),
        (1,),
    )
    with pytest.raises(ModelError, match=r"multiplier of .*, not below 1"):
        lower(graph)
