"""Our copy of TensorFlow Lite's names and numbers against TensorFlow's own."""

from __future__ import annotations

from typing import Any

import pytest

from thrum.compiler import schema


def _values(name: str) -> dict[int, str]:
    from tensorflow.lite.python import schema_py_generated as tfl

    members: dict[str, Any] = vars(getattr(tfl, name))
    return {v: k for k, v in members.items() if not k.startswith("_")}


def test_every_builtin_operator_has_its_name() -> None:
    assert dict(enumerate(schema.BUILTIN_OPERATORS)) == _values("BuiltinOperator")


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("ActivationFunctionType", schema.ACTIVATIONS),
        ("Padding", schema.PADDINGS),
        ("TensorType", {k: v.upper() for k, v in schema.TENSOR_TYPES.items()}),
    ],
)
def test_the_numbers_are_tensorflows(name: str, ours: dict[int, str]) -> None:
    theirs = _values(name)
    assert ours == {number: theirs[number] for number in ours}


def test_a_later_operator_is_described() -> None:
    assert schema.operator_name(25) == "SOFTMAX"
    assert schema.operator_name(300).startswith("builtin operator 300")
