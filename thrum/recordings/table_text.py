"""Tables of numbers in text files: separators, headers, preambles and footers as they come.

Separators are comma, semicolon, tab or blanks; a cell in double quotes may hold one. A number may
have a decimal comma unless commas separate, which the whole file decides. What stands above the
numbers, below them, or behind # or % is no sample; it may name the columns, units or the rate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from thrum.recordings import cells
from thrum.recordings.manifest import DatasetError
from thrum.recordings.separators import Line, Row, joined, separator_of, split, split_lines
from thrum.recordings.source import Array, Source
from thrum.recordings.text_file import read_lines
from thrum.recordings.units import unit_of

_COMMENTS = ("#", "%", "//")
_RATE = re.compile(
    r"(?:sampl\w*?|scan|acq\w*)[ _.-]*(?:rate|freq\w*)[^\d;,\t:=]{0,12}?(k?)(?:hz)?\W{1,6}"
    r"(\d+(?:\.\d+)?)\s*(k?)(?:hz|sps|s/s)?\b",
    re.I,
)
_USUAL = 10  # rows before the last, by which it is told that it was cut
_LONG_ROW = 16  # cells from which a single row holds samples


def read_table(path: Path, wanted: Sequence[str] = ()) -> Source:
    """Read a file; `wanted` columns tell the header from other lines above the numbers."""
    return table_of(path, list(enumerate(read_lines(path), 1)), wanted)


def table_of(
    path: Path, numbered: list[tuple[int, str]], wanted: Sequence[str] = (), separator: str = ""
) -> Source:
    """The table in some numbered lines of a file."""
    ends_cut = bool(numbered and numbered[-1][1].strip())
    numbered = [(number, line.strip(" \0\x1a")) for number, line in numbered]
    comments = [(number, line) for number, line in numbered if line.startswith(_COMMENTS)]
    plain = [item for item in numbered if item[1].strip() and not item[1].startswith(_COMMENTS)]
    separator = separator or separator_of([line for _, line in plain])
    if separator != ";":
        comments += [item for item in plain if item[1].startswith(";")]
        plain = [item for item in plain if not item[1].startswith(";")]
    if not plain:
        raise DatasetError(f"{path}: no samples; record again or drop the entry")
    lines = split_lines(plain, separator)
    lines = joined(path, lines) if separator == "," else lines
    width = _width(lines)
    if width == 1:  # a name may have blanks
        lines = [Line(number, [line.strip().strip('"')]) for number, line in plain]
    above, rows, below = _parts(path, _trimmed(lines, width), width, ends_cut)
    rows, width = _without_empty_column(rows, width)
    above += [Line(number, split(line.lstrip("#%;/ "), separator)) for number, line in comments]
    table = _source(path, above, rows, width, wanted)
    table = replace(table, doubts=_cut(rows, below, ends_cut))
    return _with_notes(table, above, below, plain, comments)


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


def _width(lines: Sequence[Line]) -> int:
    return Counter(len(line.cells) for line in lines).most_common(1)[0][0]


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
    below = lines[last:]
    for line in below:
        cut = line is lines[-1] and ends_cut and len(line.cells) < width
        if not cut and any(map(cells.is_value, line.cells)) and not _is_words(line.cells):
            last = lines.index(line) + 1
    rows = lines[first:last]
    short = next((line for line in rows if len(line.cells) != width), None)
    if short is not None:
        raise DatasetError(
            f"{path}: line {short.number} has {len(short.cells)} of {width} cells; correct or "
            "remove it"
        )
    return lines[:first], rows, lines[last:]


def _is_words(row: Row) -> bool:
    """A footer opens with a word."""
    return bool(row[0]) and not cells.is_value(row[0])


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


def _source(
    path: Path, above: Sequence[Line], rows: Sequence[Line], width: int, wanted: Sequence[str]
) -> Source:
    if len(rows) <= 3 and width >= _LONG_ROW:  # axes in rows
        flipped = [list(row) for row in zip(*(line.cells for line in rows), strict=True)]
        named_rows = not any(map(cells.is_number, flipped[0]))
        names = tuple(flipped[0]) if named_rows else tuple(map(str, range(len(rows))))
        return _columns(path, names, {}, [line.cells[named_rows:] for line in rows], ())
    units = next((line.cells for line in above if _is_units(line.cells, width)), [])
    names = _unique(_names([line.cells for line in above], wanted, width))
    of_columns = {
        name: unit_of(unit.strip("()[]")) for name, unit in zip(names, units, strict=False)
    }
    columns = list(zip(*(line.cells for line in rows), strict=True))
    numbers = tuple(line.number for line in rows)
    return _columns(path, names, of_columns, columns, numbers)


def _columns(
    path: Path,
    names: Sequence[str],
    units: dict[str, str],
    columns: Sequence[Sequence[str]],
    lines: tuple[int, ...],
) -> Source:
    arrays: dict[str, Array] = {}
    faults: dict[str, str] = {}
    resolutions: dict[str, float] = {}
    for name, of_column in zip(names, columns, strict=True):
        try:
            found = cells.column(of_column)
        except cells.CellError as error:
            where = f"line {lines[error.row]}" if lines else f"cell {error.row + 1}"
            faults[name] = (
                f"column {name!r}, {where}: {error}; correct it, or leave the column out: key "
                "names those that are read, rate_hz replaces time"
            )
            continue
        arrays[name] = found.numbers
        resolutions[name] = found.resolution
        units = {**units, name: found.unit} if found.unit else units
    given = {name: unit for name, unit in units.items() if unit}
    return Source(
        path, arrays, True, given, faults, resolutions=resolutions, lines=lines, order=tuple(names)
    )


def _is_units(row: Row, width: int) -> bool:
    filled = [cell.strip("()[]") for cell in row if cell]
    return abs(len(row) - width) <= 1 and bool(filled) and all(map(unit_of, filled))


def _names(above: Sequence[Row], wanted: Sequence[str], width: int) -> tuple[str, ...]:
    """The line with the wanted names, else the last of words in full width, else numbers."""
    counted = tuple(map(str, range(width)))
    above = [row if len(row) == width else _with_units(row) for row in above]
    headers = [row[:width] for row in above if len(row) == width or _one_more(row, width)]
    for row in headers:
        if wanted and set(wanted) <= set(row):
            return tuple(row)
    words = [
        row
        for row in headers
        if not any(map(cells.is_value, row)) and any(row) and not _is_units(row, width)
    ]
    return tuple(words[-1]) if words else counted


def _with_units(row: Row) -> Row:
    """Join `(m/s2)` to the name before, from which a blank parted it."""
    out: Row = []
    for cell in row:
        if out and cell[:1] in ("(", "["):
            out[-1] += f" {cell}"
        else:
            out.append(cell)
    return out


def _one_more(row: Row, width: int) -> bool:
    return len(row) == width + 1 and not row[-1]


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """A name that comes again gets its number: x, x #2."""
    seen: Counter[str] = Counter()
    out = []
    for name in names:
        seen[name] += 1
        out.append(f"{name} #{seen[name]}" if seen[name] > 1 else name)
    return tuple(out)


def _with_notes(
    table: Source,
    above: Sequence[Line],
    below: Sequence[Line],
    plain: Sequence[tuple[int, str]],
    comments: Sequence[tuple[int, str]],
) -> Source:
    """Say what was skipped, and take the rate that a line above the samples states."""
    header = [line for line in above if set(table.order) & set(line.cells)]
    texts = dict([*plain, *comments])
    skipped = [texts[line.number] for line in above if line not in header]
    notes = [f"skipped above the samples: {text[:60]!r}" for text in skipped if text.strip("#%; ")]
    notes += [f"skipped below the samples: {texts[line.number][:60]!r}" for line in below]
    stated = [(match, text) for text in skipped if (match := _RATE.search(text))]
    if not stated:
        return replace(table, notes=tuple(notes))
    match, text = stated[0]
    rate = float(match[2]) * (1000 if match[1] or match[3] else 1)
    return replace(table, notes=tuple(notes), rate_hz=rate, rate_how=f"{text[:60]!r}")
