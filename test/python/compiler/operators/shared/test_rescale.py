"""QUANTIZE between integers of different widths."""

from __future__ import annotations

from pathlib import Path

import pytest
from handmade import network, one, typed
from networks import assert_exact

from thrum.compiler.graph import ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm
from thrum.verification.layers import random_inputs

TYPES = ("int8", "int16", "int32")
PAIRS = [(a, b) for a in TYPES for b in TYPES if (a, b) not in (("int8",) * 2, ("int32",) * 2)]


@pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@pytest.mark.parametrize("scales", [(0.02, 0.05), (0.3, 0.007)])
def test_every_pair(pair: tuple[str, str], scales: tuple[float, float], tmp_path: Path) -> None:
    zero = {"int8": 5, "int16": 0, "int32": 0}
    ends = [typed(t, 1, 300, scale=s, zero=zero[t]) for t, s in zip(pair, scales, strict=True)]
    graph = one("QUANTIZE", ends, 1)
    if pair[0] == "int32" and scales[0] > scales[1]:
        with pytest.raises(ModelError, match=r"\(QUANTIZE\): scales 0.3 and 0.007 leave int32"):
            lower(graph)
        return
    assert_exact(network(graph), tmp_path, inputs=random_inputs(graph, 32))
