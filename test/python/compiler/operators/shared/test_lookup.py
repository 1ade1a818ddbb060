"""Tables of one int8 value."""

from __future__ import annotations

import numpy as np
import pytest
from handmade import int8, network, one

from thrum.compiler.graph import ModelError
from thrum.compiler.lowering import lower
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.lookup import Lookup, check_lookup, lookup
from thrum.reference import tflm


def test_the_table_begins_at_the_lowest_value_and_is_saturated() -> None:
    made = lookup(Node(one("RELU", [int8(1, 3), int8(1, 3)]), 0), lambda x: 2 * x)
    assert made.size == 3
    assert list(made.table) == [max(-128, min(127, 2 * x)) for x in range(-128, 128)]


def test_another_size_is_refused() -> None:
    with pytest.raises(ModelError, match=r"operator 0 \(RELU\): \(1, 3\) cannot become \(1, 4\)"):
        check_lookup(Node(one("RELU", [int8(1, 3), int8(1, 4)]), 0))


@pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")
@pytest.mark.parametrize("code", ["QUANTIZE", "RELU", "LEAKY_RELU", "HARD_SWISH"])
def test_multipliers_are_double_quotients(code: str) -> None:
    """Scales at which a quotient rounded to float32 gives another output for some input."""
    rng = np.random.default_rng(5)
    options = {"alpha": float(np.float32(0.3))} if code == "LEAKY_RELU" else {}
    version = 2 if code == "LEAKY_RELU" else 1
    every = np.arange(-128, 128).astype(np.int8)[None]
    for low, high in rng.uniform(0.004, 0.02, (60, 2)):
        ends = int8(1, 256, scale=float(low)), int8(1, 256, scale=float(low + high), zero=-3)
        graph = one(code, list(ends), version, **options)
        [step] = lower(graph)
        assert isinstance(step.kernel, Lookup)
        assert step.kernel.table == tuple(tflm.run(network(graph).data, every)[0])
