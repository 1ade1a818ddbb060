"""The golden vectors that are released are those of this code."""

from __future__ import annotations

import numpy as np
import pytest

from thrum import config
from thrum.artifacts import release
from thrum.paths import ARTIFACTS
from thrum.reference import tflm
from thrum.training.golden import FAULT, golden

needs_wheel = pytest.mark.skipif(
    not tflm.available(), reason="the tflite_micro wheel is Linux x86-64 only"
)


@needs_wheel
@pytest.mark.slow
def test_the_released_vectors_are_computed_again() -> None:
    made = release.load()
    vectors = golden(config.load(), made.tflite, made.graph)
    assert vectors == release.read_json(ARTIFACTS / release.GOLDEN)


def test_the_vectors_contain_the_edges_of_the_arithmetic() -> None:
    vectors = release.read_json(ARTIFACTS / release.GOLDEN)
    named = {window["name"]: np.array(window["samples"]) for window in vectors["windows"]}
    assert not named["silence"].any()
    assert np.ptp(named["constant"]) == 0 and named["constant"][0] != 0
    square = named["saturated square"]
    assert set(square.tolist()) == {-32768, 32767}
    inputs = [row["input"] for row in vectors["network"]]
    assert set(inputs[0]) == {-128} and set(inputs[1]) == {127}
    assert [run["score"] for run in vectors["replay"] if run["fault"]] == [FAULT]
