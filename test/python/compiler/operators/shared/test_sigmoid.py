"""Tables of LOGISTIC and TANH: what TFLM would not compute exactly is refused."""

from __future__ import annotations

import pytest
from handmade import int8, one

from thrum.compiler.graph import ModelError
from thrum.compiler.lowering import lower


def test_another_scale_of_the_output_is_refused() -> None:
    with pytest.raises(ModelError, match=r"operator 0 \(TANH\): the output must have scale and"):
        lower(one("TANH", [int8(1, 3), int8(1, 3, scale=1 / 256)]))


@pytest.mark.parametrize("scale", [2.0**-29, 2.0**6])
def test_an_input_scale_beyond_the_fixed_point_is_refused(scale: float) -> None:
    target = int8(1, 3, scale=1 / 256, zero=-128)
    with pytest.raises(ModelError, match="is outside what TFLM computes exactly"):
        lower(one("LOGISTIC", [int8(1, 3, scale=scale), target]))
