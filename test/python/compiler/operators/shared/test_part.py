"""Start and pitches of a part of a tensor: NumPy takes the same values."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from handmade import int8, one

from thrum.compiler.node import Node
from thrum.compiler.operators.shared.part import part


@pytest.mark.parametrize(
    ("begins", "counts", "steps"),
    [((0, 0, 0), (1, 4, 5), (1, 1, 1)), ((0, 3, 1), (1, 2, 2), (1, -2, 3))],
)
def test_the_values_are_those_of_numpy(
    begins: tuple[int, ...], counts: tuple[int, ...], steps: tuple[int, ...]
) -> None:
    values = np.arange(20).reshape(1, 4, 5)
    made = part(Node(one("SLICE", [int8(1, 4, 5), int8(*counts)]), 0), begins, counts, steps)
    assert made.counts == (1, 1, *counts) and made.describe().startswith("1 x 1 x 1")
    found = [
        values.flat[made.start + int(np.dot(at, made.pitches))]
        for at in product(*map(range, made.counts))
    ]
    wanted = [
        values[tuple(b + i * s for b, i, s in zip(begins, at, steps, strict=True))]
        for at in product(*map(range, counts))
    ]
    assert found == wanted
