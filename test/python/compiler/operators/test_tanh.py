"""TANH, bit-exact against TFLM's reference kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
    source = int8(1, 256, scale=float(2 ** rng.uniform(-10, 0)), zero=int(rng.integers(-128, 128)))
    return one("TANH", [source, int8(1, 256, scale=1 / 128)])


@wheel
def test_every_value_at_many_scales() -> None:
    """The table of all 256 values, at 40 random scales and zero points."""
    rng = np.random.default_rng(28)
    for _ in range(40):
        graph = _graph(rng)
        ((table),) = [step.kernel.table for step in lower(graph) if isinstance(step.kernel, Lookup)]
        assert list(table) == tflm.run(network(graph).data, EVERY)[0].tolist()


@wheel
def test_the_kernel_reads_the_table(tmp_path: Path) -> None:
    assert_exact(network(_graph(np.random.default_rng(1))), tmp_path, inputs=EVERY)


def _layers() -> list[Any]:
    layers = keras_layers()
    return [layers.Dense(12, "tanh"), layers.Dense(9, "sigmoid"), layers.Dense(4, "tanh")]


@wheel
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_converted_network(seed: int, tmp_path: Path) -> None:
    """At several scales, between other layers."""
    assert_exact(convert(_layers(), (32,), seed, spread=float(seed)), tmp_path)
