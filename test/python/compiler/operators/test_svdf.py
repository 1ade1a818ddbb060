"""SVDF with 8 and 16 bits of state: exact from run to run, and forgotten by Begin()."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from handmade import int8, network, operator, typed
from networks import assert_exact, compile_engine

from thrum.compiler.graph import Graph, ModelError, Tensor
from thrum.compiler.lowering import lower
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")

INPUTS, FILTERS, MEMORY = 7, 6, 4
SCALES = {"int8": (0.05, 0.02), "int16": (0.0005, 0.0004)}  # of state and weights over time


def _graph(kind: str = "int16", rank: int = 1, zero: int = 0) -> Graph:
    rng = np.random.default_rng(rank)
    state_scale, time_scale = SCALES[kind]
    low = {"int8": 127, "int16": 8000}[kind]

    def filled(tensor: Tensor, most: int) -> Tensor:
        return replace(tensor, data=tuple(map(int, rng.integers(-most, most, tensor.size))))

    state = typed(kind, 1, FILTERS * MEMORY, scale=state_scale, zero=zero)
    time = filled(typed(kind, FILTERS, MEMORY, scale=time_scale), low)
    bias_scale = float(np.float32(np.float32(state.scale[0]) * np.float32(time.scale[0])))
    bias = filled(typed("int32", FILTERS // rank, scale=1.0), 900)
    tensors = (
        int8(1, INPUTS, scale=0.05, zero=-9),
        filled(int8(FILTERS, INPUTS, scale=0.01), 127),
        time,
        replace(bias, scale=(bias_scale,)),
        replace(state, variable=True),
        int8(1, FILTERS // rank, scale=0.05, zero=-20),
    )
    step = operator("SVDF", (0, 1, 2, 3, 4), 5, 3, rank=rank)
    return Graph(tensors, (step,), (0,), (5,))


@wheel
@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize(("kind", "zero"), [("int16", 0), ("int8", 0), ("int8", -50), ("int8", 37)])
def test_every_step_in_time(kind: str, zero: int, rank: int, tmp_path: Path) -> None:
    assert_exact(network(_graph(kind, rank, zero)), tmp_path, 256)


def test_begin_forgets(tmp_path: Path) -> None:
    run = compile_engine(_graph(), tmp_path)  # it begins anew with each call
    rows = np.random.default_rng(0).integers(-128, 128, (9, INPUTS)).astype(np.int8)
    first, again = run(rows)[0], run(rows)[0]
    np.testing.assert_array_equal(first, again)
    assert (run(rows[::-1])[0][::-1] != first).any()


GOOD = _graph()


def _changed(index: int, **fields: object) -> Graph:
    tensors = list(GOOD.tensors)
    tensors[index] = replace(tensors[index], **fields)  # type: ignore[arg-type]
    return replace(GOOD, tensors=tuple(tensors))


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (_changed(0, shape=(7, 1)), r"the input has shape \(7, 1\), expected \(1, 7\)"),
        (_changed(3, scale=(1.0,)), "bias scale 1, expected that of state times weights"),
        (_changed(4, type="int8"), "state int8 and weights over time int16"),
        (_changed(4, variable=False), "and the state a variable"),
        (_changed(4, shape=(1, 20)), r"the state has shape \(1, 20\), expected \(1, 24\)"),
        (_changed(1, data=None), "weights must be constant"),
    ],
)
def test_what_tflm_refuses_is_refused(graph: Graph, message: str) -> None:
    with pytest.raises(ModelError, match=rf"operator 0 \(SVDF\): .*{message}"):
        lower(graph)
