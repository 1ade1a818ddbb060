"""Tables of numbers in text files: separators, headers and preambles as they come.

Separators are comma, semicolon, tab or blanks; a cell in double quotes may hold one. A number may
have a decimal comma unless commas separate. Lines before the numbers, empty ones and those that
start with # or % are no samples.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mode

import numpy as np
from numpy.typing import NDArray

from thrum.recordings.manifest import TIME_UNITS, DatasetError

Floats = NDArray[np.float64]

_COMMENTS = ("#", "%")
_GAP = 1.5  # usual steps
_EXACT = 0.99  # share of equal steps from which times are not rounded to a clock's ticks
_SAME = 0.01  # of the usual step
_SLOWEST_STEP = 0.1  # s: nobody listens to a machine at 10 Hz
_SEPARATORS = (";", "\t", ",", " ")  # a decimal comma does not count where another one separates


@dataclass(frozen=True)
class Table:
    """Rows of cells and a name for each column: its header, or its number from 0."""

    path: Path
    names: tuple[str, ...]
    rows: list[list[str]]
    decimal_comma: bool

    def column(self, name: str) -> Floats:
        """The numbers of a column."""
        if name not in self.names:
            raise DatasetError(
                f"{self.path}: no column or variable {name!r}; has {', '.join(self.names)}"
            )
        at = self.names.index(name)
        cells = [row[at] for row in self.rows]
        if self.decimal_comma:
            cells = [cell.replace(",", ".") for cell in cells]
        try:
            return np.array(cells, np.float64)
        except ValueError:
            row = next(i for i, cell in enumerate(cells) if not is_number(cell))
            raise DatasetError(
                f"{self.path}: column {name!r}, row {row}: {cells[row]!r} is not a number; correct "
                "it, or leave the column out: key names those that are read, rate_hz replaces time"
            ) from None

    def rate(self, name: str, unit: str) -> float | None:
        """The rate in Hz of times in a unit, exact or rounded to the ticks of a clock."""
        if unit not in TIME_UNITS:
            units = ", ".join(TIME_UNITS)
            raise DatasetError(f"{self.path}: time_unit = {unit!r}: must be {units}")
        times = self.column(name)
        if len(times) < 2:
            return None
        steps = np.diff(times) * TIME_UNITS[unit]
        usual, limit, low = _usual_step(steps)
        bad = np.flatnonzero((steps > limit) | (steps < low) | ~np.isfinite(steps))
        if len(bad):
            raise DatasetError(
                f"{self.path}: gap in {name!r} after row {bad[0]}: step {steps[bad[0]]:g} s, "
                f"usual {usual:g} s ({len(bad)} such rows); split the file there or record again"
            )
        if usual > _SLOWEST_STEP:
            raise DatasetError(
                f"{self.path}: {name!r} steps by {usual:.3g} s; if it is in another unit, add "
                'time_unit = "ms" or "us"'
            )
        return 1.0 / usual


def read_table(path: Path, wanted: Sequence[str]) -> Table:
    """Read a file; `wanted` columns tell the header from other lines above the numbers."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    lines = [line.strip(" \r") for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith(_COMMENTS)]
    if not lines:
        raise DatasetError(f"{path}: no samples; record again or drop the entry")
    separator = _separator(lines[len(lines) // 2 :])
    cells = [_split(line, separator) for line in lines]
    comma = separator != ","
    width = mode(map(len, cells))
    first = next((i for i, row in enumerate(cells) if _is_data(row, width, comma)), None)
    if first is None:
        raise DatasetError(f"{path}: no samples; record again or drop the entry")
    rows = cells[first:]
    short = next((i for i, row in enumerate(rows) if len(row) != width), None)
    if short is not None:
        raise DatasetError(
            f"{path}: row {short} has {len(rows[short])} of {width} cells; correct or remove it"
        )
    return Table(path, _names(cells[:first], wanted, width), rows, comma)


def _usual_step(steps: Floats) -> tuple[float, float, float]:
    """Usual, longest and shortest step that is no gap."""
    middle = float(np.median(steps))
    exact = np.abs(steps - middle) <= _SAME * abs(middle)
    if exact.mean() > _EXACT:
        return middle, _GAP * middle, 0.0 if middle <= 0 else 1e-9 * middle
    within = steps[steps <= np.quantile(steps, _EXACT)]  # without the gaps
    usual = float(within.mean())
    tick = float(np.min(steps[steps > 0], initial=np.inf))
    return usual, usual + max(_GAP * usual, _GAP * tick), 0.0


def is_number(text: str) -> bool:
    """Whether a cell is one number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _separator(lines: Sequence[str]) -> str:
    """The first one that most lines contain; blanks if none does."""
    return next((s for s in _SEPARATORS if 2 * sum(s in line for line in lines) > len(lines)), " ")


def _split(line: str, separator: str) -> list[str]:
    """The cells of a line, without quotes; a separator at its end adds none.

    Line by line: a quote that is never closed must not swallow the rest of the file.
    """
    if separator == " ":
        row = csv.reader([" ".join(line.split())], delimiter=" ")
    else:
        row = csv.reader([line], delimiter=separator, skipinitialspace=True)
    cells = [cell.strip() for cell in next(row)]
    return cells[:-1] if len(cells) > 1 and not cells[-1] else cells


def _is_data(row: Sequence[str], width: int, comma: bool) -> bool:
    return len(row) == width and any(
        is_number(cell.replace(",", ".") if comma else cell) for cell in row
    )


def _names(above: Sequence[list[str]], wanted: Sequence[str], width: int) -> tuple[str, ...]:
    """The line with the wanted names, else the last of full width, else numbers."""
    headers = [row for row in above if len(row) == width]
    for row in headers:
        if wanted and set(wanted) <= set(row):
            return tuple(row)
    return tuple(headers[-1]) if headers else tuple(map(str, range(width)))
