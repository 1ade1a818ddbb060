"""Weights, biases and the accumulator's range."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from handmade import int8, int32, one, weights

from thrum.compiler.graph import Graph, ModelError, Tensor
from thrum.compiler.lowering import lower

ROWS = weights(np.random.default_rng(1), int8(2, 4, scale=0.01))


def _graph(rows: Tensor, bias: Tensor) -> Graph:
    return one("FULLY_CONNECTED", [int8(1, 4), rows, bias, int8(1, 2)], 4, activation="NONE")


@pytest.mark.parametrize(
    ("rows", "bias", "message"),
    [
        (replace(ROWS, data=None), int32(0, 0), "weights must be constant int8"),
        (replace(ROWS, zero_point=(1,)), int32(0, 0), "weights must have zero point 0"),
        (
            replace(ROWS, scale=(0.1,) * 3, zero_point=(0,) * 3),
            int32(0, 0),
            "3 weight scales for 2 outputs",
        ),
        (ROWS, int32(0, 0, 0), "the bias must be 2 constant int32"),
        (ROWS, int32(0, (1 << 31) - 1), "the accumulator of output 1 can leave int32"),
    ],
)
def test_what_the_kernel_does_not_assume_is_refused(
    rows: Tensor, bias: Tensor, message: str
) -> None:
    with pytest.raises(ModelError, match=rf"operator 0 \(FULLY_CONNECTED\): {message}"):
        lower(_graph(rows, bias))


def test_the_zero_point_of_the_input_is_folded_into_the_bias() -> None:
    rows = replace(ROWS, data=(1, 2, 3, 4, -1, -2, -3, -5))
    graph = one(
        "FULLY_CONNECTED",
        [int8(1, 4, zero=10), rows, int32(7, 8), int8(1, 2)],
        4,
        activation="NONE",
    )
    (step,) = lower(graph)
    assert getattr(step.kernel, "bias", None) == (7 - 10 * 10, 8 + 10 * 11)
