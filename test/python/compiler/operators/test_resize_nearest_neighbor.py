"""RESIZE_NEAREST_NEIGHBOR: the pixel that TFLM takes, for every option."""

from __future__ import annotations

from pathlib import Path

import pytest
from handmade import int8, int32, network, one
from networks import assert_exact

from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _graph(height: int, width: int, aligned: bool = False, half: bool = False) -> Graph:
    tensors = [int8(1, 5, 7, 3, zero=4), int32(height, width), int8(1, height, width, 3, zero=4)]
    options = {"align_corners": aligned, "half_pixel_centers": half}
    return one("RESIZE_NEAREST_NEIGHBOR", tensors, 3, **options)


@wheel
@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("size", [(10, 14), (1, 1), (3, 20), (13, 5)])
def test_every_option(size: tuple[int, int], half: bool, aligned: bool, tmp_path: Path) -> None:
    assert_exact(network(_graph(*size, aligned, half)), tmp_path, 16)


@pytest.mark.parametrize("size", range(1, 60))
def test_no_pixel_lies_outside(size: int) -> None:
    [step] = lower(_graph(size, 1, size % 2 == 0, size % 3 == 0))
    assert all(0 <= row < 5 for row in step.kernel.rows)  # type: ignore[union-attr]


def test_another_output_is_refused() -> None:
    tensors = [int8(1, 5, 7, 3), int32(10, 14), int8(1, 10, 7, 3)]
    options = {"align_corners": False, "half_pixel_centers": False}
    graph = one("RESIZE_NEAREST_NEIGHBOR", tensors, 3, **options)
    with pytest.raises(ModelError, match=r"_NEIGHBOR\): .* by a size of \(10, 14\)"):
        lower(graph)
