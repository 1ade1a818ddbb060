"""Checks the structure of MATLAB files of version 5 to 7 before SciPy reads them.

SciPy trusts types, sizes and flags: a wrong one can end the process.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from thrum.recordings.manifest import DatasetError

_HEADER, _TAG = 128, 8  # bytes
_MATRIX, _COMPRESSED, _FLAGS, _DIMENSIONS = 14, 15, 6, 5  # types of elements
_SIZES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8}  # bytes of a number
_TEXTS = (16, 17, 18)
_NUMERIC = range(6, 16)  # classes of arrays
_CLASSES = range(1, 18)
_COMPLEX, _KNOWN_FLAGS = 0x0800, 0x0E00
_DEEPEST = 32


class _DamagedError(ValueError):
    pass


def check_mat(path: Path) -> None:
    """DatasetError if an element does not fit what it says, or what holds it."""
    data = path.read_bytes()
    mark = data[_HEADER - 2 : _HEADER]
    if mark not in (b"IM", b"MI"):
        raise DatasetError(f"{path}: is no MATLAB file of version 5 or later; save it with -v7")
    try:
        for kind, content in _elements(data[_HEADER:], "<" if mark == b"IM" else ">"):
            _check(kind, content, "<" if mark == b"IM" else ">", 0)
    except (_DamagedError, struct.error, zlib.error) as error:
        raise DatasetError(f"{path}: damaged ({error}); export it again") from None


def _elements(data: bytes, order: str) -> Iterator[tuple[int, bytes]]:
    """Type and content of each element, up to the end."""
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from(f"{order}II", data, at)
        if kind >> 16:  # up to four bytes stand in the tag
            kind, size, start, step = kind & 0xFFFF, kind >> 16, at + 4, _TAG
            if size > 4:
                raise _DamagedError(f"a short element of {size} bytes")
        else:
            start = at + _TAG
            step = _TAG + (size if kind == _COMPRESSED else -(-size // _TAG) * _TAG)
        if start + size > len(data):
            raise _DamagedError(f"an element of {size} bytes, {len(data) - start} are left")
        yield kind, data[start : start + size]
        at += step


def _check(kind: int, content: bytes, order: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise _DamagedError("structures too deep")
    if kind == _COMPRESSED:
        for inner, inside in _elements(zlib.decompress(content), order):
            _check(inner, inside, order, depth + 1)
    elif kind == _MATRIX:
        _check_matrix(list(_elements(content, order)), order, depth)
    elif kind not in (*_SIZES, *_TEXTS):
        raise _DamagedError(f"element of unknown type {kind}")


def _check_matrix(parts: list[tuple[int, bytes]], order: str, depth: int) -> None:
    if not parts:
        return  # an empty cell
    for kind, content in parts:
        _check(kind, content, order, depth + 1)
    if [kind for kind, _ in parts[:2]] != [_FLAGS, _DIMENSIONS] or len(parts[0][1]) != _TAG:
        raise _DamagedError("an array without flags and dimensions")
    [flags] = struct.unpack_from(f"{order}I", parts[0][1])
    if flags & 0xFF not in _CLASSES or flags & 0xFF00 & ~_KNOWN_FLAGS:
        raise _DamagedError(f"an array with flags {flags:#x}")
    if flags & 0xFF in _NUMERIC:
        _check_numbers(parts, flags, order)


def _check_numbers(parts: list[tuple[int, bytes]], flags: int, order: str) -> None:
    """Flags, dimensions, name, numbers, and imaginary ones of complex arrays."""
    shape = struct.unpack(f"{order}{len(parts[1][1]) // 4}i", parts[1][1])
    count = 1
    for size in shape:
        count *= size
    numbers = parts[3:]
    if count < 0 or len(numbers) != (2 if flags & _COMPLEX else 1):
        raise _DamagedError(f"an array of {shape} with {len(numbers)} parts")
    for kind, content in numbers:
        if kind not in _SIZES or len(content) != count * _SIZES[kind]:
            raise _DamagedError(f"an array of {shape} in {len(content)} bytes of type {kind}")
