"""Geometry of a sliding window."""

from __future__ import annotations

import pytest
from handmade import int8, one

from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.sliding_window import window_shape


def _graph(side: int, target: int, stride: int, padding: str) -> Graph:
    return one(
        "MAX_POOL_2D",
        [int8(1, side, side, 1), int8(1, target, target, 1)],
        padding=padding,
        stride_w=stride,
        stride_h=stride,
        activation="NONE",
    )


@pytest.mark.parametrize(
    ("side", "window", "stride", "step", "padding", "target", "pad"),
    [
        (7, 3, 1, 1, "VALID", 5, 0),
        (7, 3, 2, 1, "VALID", 3, 0),
        (7, 3, 1, 1, "SAME", 7, 1),
        (7, 3, 2, 1, "SAME", 4, 1),
        (8, 3, 2, 1, "SAME", 4, 0),  # one value of padding comes after, as in TensorFlow
        (7, 3, 1, 2, "VALID", 3, 0),
        (7, 3, 1, 2, "SAME", 7, 2),
    ],
)
def test_sides_and_padding(
    side: int, window: int, stride: int, step: int, padding: str, target: int, pad: int
) -> None:
    node = Node(_graph(side, target, stride, padding), 0)
    shape = window_shape(node, (window, window), 1, (step, step))
    assert shape.output == (target, target, 1)
    assert shape.pad == (pad, pad)
    assert len(shape.numbers()) == 18


def test_no_stride_is_refused() -> None:
    with pytest.raises(ModelError, match=r"window 3, stride 0 and dilation 1 on 7 values"):
        window_shape(Node(_graph(7, 7, 0, "SAME"), 0), (3, 3), 1)
