"""Checks of tensors and scales."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import float32, int8, one

from thrum.compiler.graph import ModelError, Tensor
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8, multiplier


@pytest.mark.parametrize(
    ("tensor", "message"),
    [
        (float32(1, 2), "the input must be int8 with one scale, is float32 with 0"),
        (int8(1, 2, scale=(0.1, 0.2)), "must be int8 with one scale, is int8 with 2"),
        (replace(int8(1, 2), zero_point=(128,)), "the input has zero point 128"),
    ],
)
def test_what_is_not_int8_with_one_scale_is_refused(tensor: Tensor, message: str) -> None:
    with pytest.raises(ModelError, match=f"here: .*{message}"):
        check_int8("here", "the input", tensor)


def test_a_multiplier_beyond_tflms_arithmetic_is_refused() -> None:
    node = Node(one("RELU", [int8(1, 2), int8(1, 2)]), 0)
    assert multiplier(node, 0.5) == (1 << 30, 0)
    for real in (2.0**30, float("inf"), float("nan")):
        with pytest.raises(ModelError, match=r"operator 0 \(RELU\): its scales give a multiplier"):
            multiplier(node, real)
