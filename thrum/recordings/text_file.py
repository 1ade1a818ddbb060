"""Lines of a text file, whatever wrote it: UTF-8 or 16, Latin-1, with or without a mark."""

from __future__ import annotations

import codecs
from pathlib import Path

from thrum.recordings.manifest import DatasetError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it opens with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 4096  # bytes
_CONTROLS = set(range(32)) - {*b"\t\n\r\f\v\x1a\x1b"}
_BINARY = 0.01  # share of control characters from which this is no text


def read_lines(path: Path) -> list[str]:
    """All lines without their ends; DatasetError if this is no text."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
        check_text(path, head)
        return lines_of(decoded(path, head + file.read()))


def lines_of(text: str) -> list[str]:
    """The lines of a text, whatever ends them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def decoded(path: Path, data: bytes) -> str:
    """A file's text."""
    encoding = _encoding(data)
    if encoding:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            raise DatasetError(
                f"{path}: not valid {encoding}: {error.reason}; export it again"
            ) from None
    check_text(path, data[:_LOOKED_AT])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def check_text(path: Path, head: bytes) -> None:
    """Refuse what opens with binary data, before gigabytes of it are read."""
    if _encoding(head) and head.strip(b"\0"):
        return
    if sum(byte in _CONTROLS for byte in head) > _BINARY * len(head):
        raise DatasetError(f"{path}: holds no text but binary data; export it as text")


def _encoding(data: bytes) -> str:
    """By the mark; by the zeros that UTF-16 has between Latin letters; else empty."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    head = data[:_LOOKED_AT]
    half = max(1, len(head) // 2)
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) > 0.9 * half:
            return name
    return ""
