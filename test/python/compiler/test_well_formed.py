"""Offsets of parts that the importer does not look at."""

from __future__ import annotations

import struct

import pytest

from thrum.artifacts import release
from thrum.compiler import well_formed
from thrum.compiler.flatbuffer import Buffer
from thrum.compiler.graph import ModelError

MODEL = release.load().tflite


def _with(slot: int, offset: int) -> bytes:
    """The model with another offset in a field of its root table."""
    root = Buffer(MODEL).root()
    at = root.field(slot)
    return MODEL[:at] + struct.pack("<I", offset) + MODEL[at + 4 :]


@pytest.mark.parametrize("slot", (1, 2, 3, 4, 6, 7))
def test_every_field_of_the_model_is_followed(slot: int) -> None:
    assert Buffer(MODEL).root().field(slot), "the model has this field"
    with pytest.raises(ModelError, match="damaged model: "):
        well_formed.check(Buffer(_with(slot, len(MODEL))).root())


def test_the_released_model_is_well_formed() -> None:
    well_formed.check(Buffer(MODEL).root())


def test_the_tables_are_those_of_tensorflows_schema() -> None:
    """Every field that TensorFlow's own reader knows has its place; the wheel knows more."""
    from tensorflow.lite.python import schema_py_generated as tfl

    names = {name: name for name in ("Model", "OperatorCode", "SubGraph", "Tensor", "Operator")}
    names |= {n: n for n in ("Buffer", "Metadata", "TensorMap")}
    names["QuantizationParameters"] = "Quantization"
    options = {v: k for k, v in vars(tfl.BuiltinOptions).items() if isinstance(v, int)}
    names |= {options[int(key)]: key for key in well_formed._TABLES if key.isdecimal()}
    for theirs, ours in names.items():
        fields = vars(getattr(tfl, f"{theirs}T")()).keys()
        assert len(well_formed._TABLES[ours]) >= len(fields), (theirs, list(fields))
