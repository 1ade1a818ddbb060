"""Pools keep scale and zero point, as TFLM's Prepare asks."""

from __future__ import annotations

import pytest
from handmade import int8, network, one

from thrum.compiler.graph import Graph, ModelError, Option
from thrum.compiler.lowering import lower
from thrum.reference import tflm

CASES = [(0.05, 0, True), (0.0500005, 0, True), (0.06, 0, False), (0.05, 1, False)]


def _graph(code: str, scale: float, zero: int) -> Graph:
    tensors = [int8(1, 4, 4, 2), int8(1, 2, 2, 2, scale=scale, zero=zero)]
    sides: dict[str, Option] = {
        "padding": "VALID",
        "stride_w": 2,
        "stride_h": 2,
        "filter_w": 2,
        "filter_h": 2,
    }
    return one(code, tensors, 2, **sides, activation="NONE")


@pytest.mark.parametrize("code", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
@pytest.mark.parametrize(("scale", "zero", "fits"), CASES)
def test_what_tflm_refuses_is_refused(code: str, scale: float, zero: int, fits: bool) -> None:
    graph = _graph(code, scale, zero)
    if tflm.available():
        try:
            tflm.interpreter(network(graph).data, 1 << 16)
            accepted = True
        except RuntimeError:
            accepted = False
        assert accepted == fits
    if fits:
        lower(graph)
    else:
        with pytest.raises(ModelError, match="both must be the same"):
            lower(graph)
