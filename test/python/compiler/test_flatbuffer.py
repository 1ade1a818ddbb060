"""Flatbuffers: fields, defaults, and every damaged offset as one sentence."""

from __future__ import annotations

import struct

import pytest

from thrum.compiler.flatbuffer import Buffer, Table, empty_table
from thrum.compiler.graph import ModelError

# A vtable of 10 bytes with three fields, the table (int32, a vector's offset, none), the vector.
TABLE = struct.pack("<HHHHH", 10, 12, 4, 8, 0) + struct.pack("<iiI", 10, -7, 4) + b"\3\0\0\0abc"


def test_fields_are_read_and_absent_ones_have_their_default() -> None:
    table = Table(Buffer(TABLE), 10)
    assert table.scalar(0, "int32", 0) == -7
    assert table.bytes(1) == b"abc" and table.text(1) == "abc"
    assert table.vector(1, "uint8") == (97, 98, 99)
    assert (table.scalar(2, "int32", 5), table.scalar(9, "int8", 6)) == (5, 6)
    assert (table.bytes(2), table.text(2), table.vector(2, "int8")) == (None, "", ())
    assert table.table(2) is None
    assert empty_table().scalar(0, "float32", 0.5) == 0.5


def test_a_vector_that_reaches_past_the_end_is_refused() -> None:
    damaged = TABLE.replace(b"\3\0\0\0abc", b"\4\0\0\0abc")
    with pytest.raises(ModelError, match="a vector of 4 items reaches past the end"):
        Table(Buffer(damaged), 10).bytes(1)


def test_an_offset_outside_the_file_is_refused() -> None:
    with pytest.raises(ModelError, match="offset 10 is outside its 12 bytes"):
        Table(Buffer(TABLE[:12]), 10).scalar(0, "int32", 0)


def test_reads_are_limited() -> None:
    buffer = Buffer(TABLE, reads_left=3)
    with pytest.raises(ModelError, match="refer to each other without end"):
        for _ in range(4):
            buffer.scalar("int8", 0)
