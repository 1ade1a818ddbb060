"""SLICE of one to five axes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from handmade import int8, int32, network, one
from networks import assert_exact

from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _graph(shape: tuple[int, ...], begins: list[int], sizes: list[int], *made: int) -> Graph:
    output = made or sizes
    return one("SLICE", [int8(*shape), int32(*begins), int32(*sizes), int8(*output)], 2)


@wheel
@pytest.mark.parametrize("axes", [1, 2, 3, 4, 5])
def test_random_blocks(axes: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(axes)
    shape = (1, *map(int, rng.integers(2, 6, axes - 1))) if axes > 1 else (9,)
    begins = [int(rng.integers(0, n)) for n in shape]
    sizes = [int(rng.integers(1, n - b + 1)) for n, b in zip(shape, begins, strict=True)]
    graph = _graph(shape, begins, sizes)
    inputs = rng.integers(-128, 128, (32, *shape)).astype(np.int8)
    assert_exact(network(graph), tmp_path, inputs=inputs)


@wheel
def test_all_that_is_left(tmp_path: Path) -> None:
    assert_exact(network(_graph((1, 6, 4), [0, 2, 1], [-1, -1, 2], 1, 4, 2)), tmp_path, 32)


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (_graph((1, 6), [0, 5], [1, 2]), "do not lie in"),
        (_graph((1, 6), [0, -1], [1, 1]), "do not lie in"),
        (_graph((1, 6), [0, 1], [1, 2], 1, 3), r"output \(1, 3\), expected \(1, 2\)"),
        (_graph((1, 6), [0], [1], 1, 6), "must be constant int32, one for each axis"),
    ],
)
def test_a_block_outside_is_refused(graph: Graph, message: str) -> None:
    with pytest.raises(ModelError, match=rf"operator 0 \(SLICE\): .*{message}"):
        lower(graph)
