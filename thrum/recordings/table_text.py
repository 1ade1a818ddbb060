"""Tables of numbers in text files: separators, headers, preambles and footers as they come.

Separators are comma, semicolon, tab or blanks; a cell in double quotes may hold one. A number may
have a decimal comma unless commas separate, which the whole file decides. What stands above the
numbers, below them, or behind # or % is no sample; it may name the columns, units or the rate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from thrum.recordings import cells, plain_rows
from thrum.recordings.header import named_columns
from thrum.recordings.manifest import DatasetError
from thrum.recordings.separators import Line, Row, joined, separator_of, split, split_lines
from thrum.recordings.source import Source
from thrum.recordings.text_file import read_lines

_Numbered = tuple[int, str]  # a line of the file, from 1, and its text
_Lines = list[_Numbered]

_COMMENTS = ("#", "%", "//")
_RATE = re.compile(
    r"(?:(?:sampl\w*?|scan|acq\w*)[ _.-]*(?:rate|freq\w*)|\bf_?s\b)"
    r"[^\d;,\t:=]{0,12}?(k?)(?:hz)?\W{1,6}"
    r"(\d+(?:\.\d+)?)\s*(k?)(?:hz|sps|s/s)?\b",
    re.I,
)
_USUAL = 10  # rows before the last, by which it is told that it was cut


def read_table(path: Path, wanted: Sequence[str] = ()) -> Source:
    """Read a file; `wanted` columns tell the header from other lines above the numbers."""
    quick = plain_rows.read(path, separator_of, partial(table_of, path, wanted=wanted))
    return quick or table_of(path, list(enumerate(read_lines(path), 1)), wanted)


def table_of(
    path: Path, numbered: _Lines, wanted: Sequence[str] = (), separator: str = ""
) -> Source:
    """The table in some numbered lines of a file."""
    ends_cut = bool(numbered and numbered[-1][1].strip())
    plain, comments = _apart(numbered, _COMMENTS)
    separator = separator or separator_of([line for _, line in plain])
    if separator != ";":
        plain, more = _apart(plain, (";",))
        comments += more
    if not plain:
        raise DatasetError(f"{path}: no samples; record again or drop the entry")
    lines, width = _lines(path, plain, separator)
    above, rows, below = _parts(path, lines, width, ends_cut)
    rows, width = _without_empty_column(rows, width)
    above += [Line(number, split(line.lstrip("#%;/ "), separator)) for number, line in comments]
    table = named_columns(path, above, rows, width, wanted)
    table = replace(table, doubts=_cut(rows, below, ends_cut))
    return _with_notes(table, above, below, dict([*plain, *comments]))


def _apart(numbered: Sequence[_Numbered], marks: tuple[str, ...]) -> tuple[_Lines, _Lines]:
    """Lines that hold something, and those of them that are comments."""
    found = [(number, line.strip(" \0\x1a")) for number, line in numbered]
    found = [(number, line) for number, line in found if line.strip()]
    comments = [item for item in found if item[1].startswith(marks)]
    return [item for item in found if not item[1].startswith(marks)], comments


def _lines(path: Path, plain: Sequence[_Numbered], separator: str) -> tuple[list[Line], int]:
    """The cells of each line, and how many most lines have."""
    lines = split_lines(plain, separator)
    lines = joined(path, lines) if separator == "," else lines
    width = Counter(len(line.cells) for line in lines).most_common(1)[0][0]
    if width == 1:  # a name may have blanks
        return [Line(number, [line.strip().strip('"')]) for number, line in plain], 1
    return _trimmed(lines, width), width


def _cut(rows: Sequence[Line], below: Sequence[Line], ends_cut: bool) -> tuple[str, ...]:
    """Say that the last line was not written to its end, if it looks so."""
    if not ends_cut or len(rows) < _USUAL:
        return ()
    if below:
        whole = any(map(str.isalpha, below[-1].cells[0][:1])) and not cells.is_value(
            below[-1].cells[0]
        )
        return () if whole else (f"line {below[-1].number} was cut and is left out",)
    lengths = [len(line.cells[-1].replace(",", ".").partition(".")[2]) for line in rows[-_USUAL:]]
    cut = lengths[-1] < min(lengths[:-1])
    return (f"line {rows[-1].number} seems to be cut",) if cut else ()


def _trimmed(lines: Sequence[Line], width: int) -> list[Line]:
    """A separator at the end of a line adds no cell."""
    return [
        replace(line, cells=line.cells[:width])
        if len(line.cells) == width + 1 and not line.cells[-1]
        else line
        for line in lines
    ]


def _parts(
    path: Path, lines: list[Line], width: int, ends_cut: bool
) -> tuple[list[Line], list[Line], list[Line]]:
    """The lines above the samples, the samples, and the lines below."""
    numeric = _numeric_columns(lines, width)
    good = [_is_sample(line.cells, width, numeric) for line in lines]
    if not any(good):
        raise DatasetError(f"{path}: no samples; record again or drop the entry")
    first, last = good.index(True), len(good) - good[::-1].index(True)
    if _counts_columns(lines[first:last], width):
        first += 1
    for at, line in enumerate(lines[last:], last + 1):
        cut = at == len(lines) and ends_cut and len(line.cells) < width
        if not cut and _holds_values(line.cells):
            last = at
    rows = lines[first:last]
    short = next((line for line in rows if len(line.cells) != width), None)
    if short is not None:
        raise DatasetError(
            f"{path}: line {short.number} has {len(short.cells)} of {width} cells; correct or "
            "remove it"
        )
    return lines[:first], rows, lines[last:]


def _holds_values(row: Row) -> bool:
    """Whether a line is a row of the table; a footer opens with a word."""
    return any(map(cells.is_value, row)) and (not row[0] or cells.is_value(row[0]))


def _numeric_columns(lines: Sequence[Line], width: int) -> list[bool]:
    """Columns whose cells are mostly numbers, of those that are not empty."""
    rows = [line.cells for line in lines if len(line.cells) == width]
    return [
        2 * sum(map(cells.is_value, filled)) > len(filled)
        for filled in ([row[at] for row in rows if row[at]] for at in range(width))
    ]


def _is_sample(row: Row, width: int, numeric: Sequence[bool]) -> bool:
    if len(row) != width:
        return False
    of_numbers = [cell for cell, number in zip(row, numeric, strict=True) if number and cell]
    return bool(of_numbers) and all(map(cells.is_value, of_numbers))


def _counts_columns(lines: Sequence[Line], width: int) -> bool:
    """Whether the first row is 0, 1, 2: the numbers of columns that have no names."""
    row = [cell for cell in lines[0].cells if cell]
    counted = row == [str(i) for i in range(len(row))] and width > 1 and len(row) >= width - 1
    return counted and len(lines) > 1 and lines[1].cells != [str(i + 1) for i in range(width)]


def _without_empty_column(rows: list[Line], width: int) -> tuple[list[Line], int]:
    """A separator at the end of every line adds no column."""
    if width > 1 and not any(line.cells[-1] for line in rows):
        return [replace(line, cells=line.cells[:-1]) for line in rows], width - 1
    return rows, width


def _with_notes(
    table: Source, above: Sequence[Line], below: Sequence[Line], texts: Mapping[int, str]
) -> Source:
    """Say what was skipped, and take the rate that a line above the samples states."""
    header = set(table.order)
    skipped = [texts[line.number] for line in above if header.isdisjoint(line.cells)]
    notes = [f"skipped above the samples: {text[:60]!r}" for text in skipped if text.strip("#%; ")]
    notes += [f"skipped below the samples: {texts[line.number][:60]!r}" for line in below]
    return replace(_with_rate(table, skipped), notes=tuple(notes))


def _with_rate(table: Source, texts: Sequence[str]) -> Source:
    """Take the first rate that a text states."""
    stated = ((match, text) for text in texts if (match := _RATE.search(text)))
    match, text = next(stated, (None, ""))
    if match is None:
        return table
    rate = float(match[2]) * (1000 if match[1] or match[3] else 1)
    return replace(table, rate_hz=rate, rate_how=f"{text[:60]!r}")
