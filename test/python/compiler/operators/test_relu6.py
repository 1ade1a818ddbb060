"""RELU6, bit-exact against TFLM's reference kernel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from handmade import int8, network, one
from networks import assert_exact, convert, keras_layers

from thrum.compiler.graph import Graph
from thrum.compiler.lowering import lower
from thrum.compiler.operators.shared.lookup import Lookup
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")

EVERY = np.arange(-128, 128, dtype=np.int8).reshape(1, 256)


def _graph(rng: np.random.Generator) -> Graph:
    scale, ratio = float(rng.uniform(0.001, 0.2)), 1.0
    zeros = [int(rng.integers(-128, 128))] * 2
    source = int8(1, 256, scale=scale, zero=zeros[0])
    return one("RELU6", [source, int8(1, 256, scale=scale / ratio, zero=zeros[1])])


@wheel
def test_every_value_at_many_scales() -> None:
    """The table of all 256 values, at 40 random scales and zero points."""
    rng = np.random.default_rng(21)
    for _ in range(40):
        graph = _graph(rng)
        ((table),) = [step.kernel.table for step in lower(graph) if isinstance(step.kernel, Lookup)]
        assert list(table) == tflm.run(network(graph).data, EVERY)[0].tolist()


@wheel
def test_the_kernel_reads_the_table(tmp_path: Path) -> None:
    assert_exact(network(_graph(np.random.default_rng(1))), tmp_path, inputs=EVERY)


@wheel
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
