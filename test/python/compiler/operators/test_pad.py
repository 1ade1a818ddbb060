"""PAD of one to four axes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from handmade import int8, int32, network, one
from networks import assert_exact

from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _graph(shape: tuple[int, ...], pads: list[int], extra: int = 0) -> Graph:
    sides = [n + a + b for n, a, b in zip(shape, pads[::2], pads[1::2], strict=True)]
    sides[-1] += extra
    padding = replace(int32(*pads), shape=(len(shape), 2))
    return one("PAD", [int8(*shape, zero=9), padding, int8(*sides, zero=9)], 1)


@wheel
@pytest.mark.parametrize("axes", [1, 2, 3, 4])
def test_random_padding(axes: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(axes)
    shape = (1, *map(int, rng.integers(1, 5, axes - 1)))
    pads = list(map(int, rng.integers(0, 3, 2 * axes)))
    assert_exact(network(_graph(shape, pads)), tmp_path, 64)


def test_a_wrong_output_is_refused() -> None:
    with pytest.raises(ModelError, match=r"operator 0 \(PAD\): output \(1, 7\), expected \(1, 6\)"):
        lower(_graph((1, 4), [0, 0, 1, 1], extra=1))
