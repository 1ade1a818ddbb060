"""Columns of a table by name: header, units and numbers, once its lines are told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from thrum.recordings import cells
from thrum.recordings.separators import Line, Row
from thrum.recordings.source import MOST_AXES, Array, Source
from thrum.recordings.units import unit_of

_LONG_ROW = 16  # cells from which a single row holds samples


def named_columns(
    path: Path, above: Sequence[Line], rows: Sequence[Line], width: int, wanted: Sequence[str]
) -> Source:
    """The numbers in `rows` under the names in `above`, of which `wanted` must be some."""
    if len(rows) <= MOST_AXES and width >= _LONG_ROW:
        return _axes_in_rows(path, rows)
    units = next((line.cells for line in above if _is_units(line.cells, width)), [])
    names = _unique(_names([line.cells for line in above], wanted, width))
    of_columns = {
        name: unit_of(unit.strip("()[]")) for name, unit in zip(names, units, strict=False)
    }
    columns = list(zip(*(line.cells for line in rows), strict=True))
    numbers = tuple(line.number for line in rows)
    return _columns(path, names, of_columns, columns, numbers)


def _axes_in_rows(path: Path, rows: Sequence[Line]) -> Source:
    """Few long rows are one axis each, perhaps with a name in front."""
    first = [line.cells[0] for line in rows]
    named_rows = not any(map(cells.is_number, first))
    names = first if named_rows else list(map(str, range(len(rows))))
    return _columns(path, names, {}, [line.cells[named_rows:] for line in rows], ())


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
    above = [row if len(row) == width else _with_units(row) for row in above]
    headers = [row[:width] for row in above if len(row) == width or _one_more(row, width)]
    for row in headers:
        if wanted and set(wanted) <= set(row):
            return tuple(row)
    words = [row for row in headers if _is_header(row, width)]
    return tuple(words[-1]) if words else tuple(map(str, range(width)))


def _is_header(row: Row, width: int) -> bool:
    return any(row) and not any(map(cells.is_value, row)) and not _is_units(row, width)


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
