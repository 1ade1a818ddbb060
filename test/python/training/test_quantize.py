"""Quantization: ranges that calibrate it, exact inputs, and what it costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from thrum import config
from thrum.artifacts import release
from thrum.compiler.graph import ModelError
from thrum.training import quantize
from thrum.training.split import DEVIATION_SCALE

CFG = config.load()


def test_the_first_representative_windows_span_the_whole_range() -> None:
    x = np.random.default_rng(1).random((5000, 32)).astype(np.float32)
    rows = quantize.representative(CFG, x)
    assert (rows[0] == 0).all() and (rows[1] == 255 / 32).all()
    assert len(rows) == 2 + min(CFG.quantize.representative, 5000)
    with pytest.raises(ModelError, match="at least 200 needed"):
        quantize.representative(CFG, x[:199])


def test_deviations_become_the_integers_of_the_firmware() -> None:
    x = np.array([[0, 1 / 32, 1, 255 / 32, 99]], np.float32)
    assert quantize.to_int8(x).tolist() == [[-128, -127, -96, 127, 127]]


@pytest.mark.parametrize("end, words", [("inputs", "the input has scale"), ("outputs", "expected")])
def test_other_scales_than_the_firmwares_are_refused(end: str, words: str) -> None:
    graph = release.load().graph
    quantize.check(graph)
    index = getattr(graph, end)[0]
    tensors = list(graph.tensors)
    tensors[index] = replace(tensors[index], scale=(2 * DEVIATION_SCALE,))
    with pytest.raises(ModelError, match=words):
        quantize.check(replace(graph, tensors=tuple(tensors)))


def test_rates_and_area_of_known_scores() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1], np.int8)
    scores = np.array([0.1, 0.2, 0.5, 0.4, 0.9, 0.4])
    found = quantize.metrics(scores, labels)
    assert found["false_alarms"] == 0.25 and found["detected"] == 0.5
    assert found["balanced_accuracy"] == 0.625
    assert found["auc"] == pytest.approx((4 + 2.5) / 8)


def test_scores_are_shares_of_256() -> None:
    outputs = np.array([[127, -128], [0, 0], [-128, 127]], np.int8)
    assert quantize.anomaly(outputs).tolist() == [0, 0.5, 255 / 256]


def test_one_interpreter_gives_what_a_new_one_gives() -> None:
    tflite = release.load().tflite
    inputs = np.random.default_rng(2).integers(-128, 128, (10, 32)).astype(np.int8)
    kept = quantize.int8_network(tflite)
    np.testing.assert_array_equal(kept(inputs), quantize.int8_outputs(tflite, inputs))
