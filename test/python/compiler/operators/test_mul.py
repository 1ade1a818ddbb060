"""MUL by one number; more in shared/test_pairs.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from handmade import int8, network, one
from networks import assert_exact

from thrum.reference import tflm


@pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")
@pytest.mark.parametrize("value", [-128, -1, 0, 5, 127])
def test_every_value_and_a_number(value: int, tmp_path: Path) -> None:
    number = replace(int8(1, scale=0.02, zero=-7), data=(value,))
    tensors = [int8(1, 256, zero=3), number, int8(1, 256, scale=0.03, zero=3)]
    graph = one("MUL", tensors, activation="RELU6")
    assert_exact(network(graph), tmp_path, inputs=np.arange(-128, 128).astype(np.int8)[None])
