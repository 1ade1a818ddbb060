"""STRIDED_SLICE of a known vector, as TensorFlow cuts it; anything else is not known."""

from __future__ import annotations

import numpy as np
import pytest

from thrum.compiler.graph import Graph, Operator, Tensor
from thrum.compiler.node import Node
from thrum.compiler.operators.strided_slice import fold

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
