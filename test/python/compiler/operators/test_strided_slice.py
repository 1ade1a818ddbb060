"""STRIDED_SLICE of a known vector, as TensorFlow cuts it, and of values, as TFLM does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from handmade import int8, int32, network, one
from networks import assert_exact

from thrum.compiler.graph import Graph, ModelError, Operator, Tensor
from thrum.compiler.lowering import lower
from thrum.compiler.node import Node
from thrum.compiler.operators.strided_slice import fold
from thrum.reference import tflm

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")

VALUES = (7, 8, 9, 10)
MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


def _node(begin: int, end: int, step: int, size: int, **masks: int) -> Node:
    def vector(*values: int) -> Tensor:
        return Tensor("v", "int32", (len(values),), data=values)

    result = Tensor("r", "int32", (size,))
    tensors = (vector(*VALUES), vector(begin), vector(end), vector(step), result)
    options = tuple((name, masks.get(name, 0)) for name in MASKS)
    operator = Operator("STRIDED_SLICE", (0, 1, 2, 3), (4,), options)
    return Node(Graph(tensors, (operator,), (0,), (4,)), 0)


@pytest.mark.parametrize("begin", [-4, -1, 0, 1, 3])
@pytest.mark.parametrize("end", [-2, 2, 4])
@pytest.mark.parametrize("step", [-1, 1, 2])
@pytest.mark.parametrize("open_ends", [0, 1])
def test_equals_tensorflow(begin: int, end: int, step: int, open_ends: int) -> None:
    import tensorflow as tf

    masks = {"begin_mask": open_ends, "end_mask": open_ends}
    wanted = tf.strided_slice(list(VALUES), [begin], [end], [step], **masks).numpy().tolist()
    found = fold(_node(begin, end, step, len(wanted), **masks))
    assert found == (tuple(wanted) or None)


@pytest.mark.parametrize("at", [-4, -1, 0, 3])
def test_a_single_value(at: int) -> None:
    assert fold(_node(at, at + 1, 1, 1, shrink_axis_mask=1)) == (VALUES[at],)


@pytest.mark.parametrize("at", [-5, 4])
def test_beyond_the_ends_is_not_known(at: int) -> None:
    assert fold(_node(at, at + 1, 1, 1, shrink_axis_mask=1)) is None


@pytest.mark.parametrize("mask", ["ellipsis_mask", "new_axis_mask"])
def test_other_masks_are_not_known(mask: str) -> None:
    assert fold(_node(0, 2, 1, 2, **{mask: 1})) is None


def test_a_step_of_nothing_is_not_known() -> None:
    assert fold(_node(0, 2, 0, 2)) is None


def test_a_result_of_another_size_is_not_known() -> None:
    assert np.size(VALUES[0:2]) == 2 and fold(_node(0, 2, 1, 3)) is None


def _of_values(shape: tuple[int, ...], bounds: tuple[list[int], ...], **masks: int) -> Graph:
    """The output has the shape that TensorFlow gives it."""
    import tensorflow as tf

    wanted = tf.strided_slice(np.zeros(shape, np.int8), *bounds, **masks).shape
    tensors = [int8(*shape), *(int32(*bound) for bound in bounds), int8(*wanted)]
    return one("STRIDED_SLICE", tensors, **{name: masks.get(name, 0) for name in MASKS})


@wheel
@pytest.mark.parametrize(
    ("shape", "bounds", "masks"),
    [
        ((1, 6, 5, 4), ([0, 1, 0, 1], [1, 6, 5, 3], [1, 2, 3, 1]), {}),
        ((1, 6, 5, 4), ([0, -1, -2, 3], [1, 0, -5, -9], [1, -2, -1, -1]), {}),
        ((1, 6, 5), ([0, 2, 1], [0, 0, 4], [1, 1, 1]), {"begin_mask": 1, "end_mask": 3}),
        ((1, 6, 5), ([0, -2, 1], [1, 0, 4], [1, 1, 1]), {"shrink_axis_mask": 2}),
        ((9,), ([1], [100], [3]), {}),
    ],
)
def test_values_are_those_of_tflm(
    shape: tuple[int, ...],
    bounds: tuple[list[int], ...],
    masks: dict[str, int],
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(1)
    inputs = rng.integers(-128, 128, (16, *shape)).astype(np.int8)
    assert_exact(network(_of_values(shape, bounds, **masks)), tmp_path, inputs=inputs)


@pytest.mark.parametrize(
    ("bounds", "masks", "message"),
    [
        (([0, 1], [1, 3], [1, 0]), {}, "a stride is 0"),
        (([0, 9], [1, 10], [1, 1]), {"shrink_axis_mask": 2}, "index 9 of axis 1 does not exist"),
        (([0, 1], [1, 3], [1, 1]), {"new_axis_mask": 1}, "neither an ellipsis nor new axes"),
        (([0, 1], [1, 4], [1, 1]), {}, r"output \(1, 2\), expected \(1, 3\)"),
    ],
)
def test_other_parts_are_named(
    bounds: tuple[list[int], ...], masks: dict[str, int], message: str
) -> None:
    tensors = [int8(1, 6), *(int32(*bound) for bound in bounds), int8(1, 2)]
    graph = one("STRIDED_SLICE", tensors, **{name: masks.get(name, 0) for name in MASKS})
    with pytest.raises(ModelError, match=rf"operator 0 \(STRIDED_SLICE\): .*{message}"):
        lower(graph)
