"""A bounds-checked reader of flatbuffers: every damaged offset becomes a ModelError.

Only what a .tflite file needs: tables, vectors of scalars, vectors of tables, strings. A budget of
reads limits the work that overlapping offsets in a damaged file can cause.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

from thrum.compiler.graph import ModelError

_READS_PER_FILE = 1_000_000
_SCALARS = {
    "int8": "<b",
    "uint8": "<B",
    "uint16": "<H",
    "int32": "<i",
    "uint32": "<I",
    "int64": "<q",
    "uint64": "<Q",
    "float32": "<f",
    "bool": "<?",
}


@dataclass
class Buffer:
    """The bytes of a file and the reads that are left."""

    data: bytes
    reads_left: int = field(default=_READS_PER_FILE)

    def scalar(self, kind: str, at: int) -> Any:
        """One little-endian scalar."""
        self.reads_left -= 1
        if self.reads_left < 0:
            raise ModelError("damaged model: its tables refer to each other without end")
        layout = _SCALARS[kind]
        self.check(at, struct.calcsize(layout))
        return struct.unpack_from(layout, self.data, at)[0]

    def check(self, at: int, nbytes: int) -> None:
        """ModelError unless as many bytes lie at an offset."""
        if not 0 <= at <= len(self.data) - nbytes:
            raise ModelError(f"damaged model: offset {at} is outside its {len(self.data)} bytes")

    def root(self) -> Table:
        """The table that the file describes."""
        return Table(self, self.scalar("uint32", 0))


@dataclass(frozen=True)
class Table:
    """A table at an absolute offset; fields are addressed by their position in the schema."""

    buffer: Buffer
    at: int

    def field(self, slot: int) -> int:
        """Absolute offset of a field, 0 where it is absent."""
        vtable = self.at - self.buffer.scalar("int32", self.at)
        if 4 + 2 * slot >= self.buffer.scalar("uint16", vtable):
            return 0
        offset = self.buffer.scalar("uint16", vtable + 4 + 2 * slot)
        return self.at + offset if offset else 0

    def scalar(self, slot: int, kind: str, default: Any) -> Any:
        """A scalar field, or its default in the schema."""
        at = self.field(slot)
        return self.buffer.scalar(kind, at) if at else default

    def table(self, slot: int) -> Table | None:
        """A nested table, None where it is absent."""
        at = self.field(slot)
        return Table(self.buffer, at + self.buffer.scalar("uint32", at)) if at else None

    def _vector(self, slot: int, item_bytes: int) -> tuple[int, int]:
        """Absolute offset of the first item and number of items."""
        at = self.field(slot)
        if not at:
            return 0, 0
        start = at + self.buffer.scalar("uint32", at)
        count = self.buffer.scalar("uint32", start)
        if start + 4 + count * item_bytes > len(self.buffer.data):
            raise ModelError(f"damaged model: a vector of {count} items reaches past the end")
        return start + 4, count

    def check_vector(self, slot: int, item_bytes: int) -> None:
        """ModelError unless all of its items lie in the file."""
        self._vector(slot, item_bytes)

    def vector(self, slot: int, kind: str) -> tuple[Any, ...]:
        """A vector of scalars, empty where it is absent."""
        layout = _SCALARS[kind]
        start, count = self._vector(slot, struct.calcsize(layout))
        return struct.unpack_from(f"<{count}{layout[1]}", self.buffer.data, start)

    def tables(self, slot: int) -> tuple[Table, ...]:
        """A vector of tables, empty where it is absent."""
        start, count = self._vector(slot, 4)
        offsets = range(start, start + 4 * count, 4)
        return tuple(Table(self.buffer, at + self.buffer.scalar("uint32", at)) for at in offsets)

    def bytes(self, slot: int) -> bytes | None:
        """A vector of bytes, None where it is absent."""
        start, count = self._vector(slot, 1)
        return self.buffer.data[start : start + count] if start else None

    def text(self, slot: int) -> str:
        """A string, empty where it is absent."""
        return (self.bytes(slot) or b"").decode("utf-8", "replace")


def empty_table() -> Table:
    """A table without fields: every scalar has its default."""
    return Table(Buffer(struct.pack("<HHi", 4, 4, 4)), 4)
