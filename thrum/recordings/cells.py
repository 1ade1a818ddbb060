"""Cells of a text column as numbers: decimal commas, dates, and why a column is no numbers."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from thrum.recordings.source import Array

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?|[+-]?(nan|inf(inity)?)", re.I)
_CLOCK = re.compile(
    r"(?:(\S.*?)[T ])?(\d{1,2}):(\d\d)(?::(\d\d(?:[.,]\d+)?))?\s*(Z|UTC|[+-]\d\d:?\d\d)?"
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_SAMPLED = 500  # cells whose digits are counted
_DAY = 86_400 * 10**9  # ns
_MOST_DIGITS = 18  # of an int64


class CellError(ValueError):
    """A cell that is no number. row: which one."""

    def __init__(self, words: str, row: int) -> None:
        super().__init__(words)
        self.row = row


@dataclass(frozen=True, eq=False)
class Column:
    """Numbers, int64 where no cell has a point; the unit if they were dates; the last digit."""

    numbers: Array
    unit: str = ""
    resolution: float = 0.0


def is_number(text: str) -> bool:
    """Whether a cell is one number, with a decimal point or comma."""
    return _NUMBER.fullmatch(text) is not None


def is_value(text: str) -> bool:
    """A number or a time of day."""
    return is_number(text) or _CLOCK.fullmatch(text) is not None


def column(cells: Sequence[str]) -> Column:
    """CellError names the first cell that is no number."""
    if ":" in cells[0] and _CLOCK.fullmatch(cells[0]):
        return _times(cells)
    joined = "\n".join(cells)
    if "," in joined:
        _check_commas(cells, joined)
        joined = joined.replace(",", ".")
        cells = joined.split("\n")
    resolution = 10.0 ** -max(map(_decimals, cells[:_SAMPLED]))
    whole = not any(mark in joined for mark in ".eE") and max(map(len, cells)) <= _MOST_DIGITS
    if "_" not in joined:  # Python reads 1_000 as a number
        with contextlib.suppress(ValueError):
            if whole:
                return Column(np.array(cells).astype(np.int64), resolution=1.0)
            return Column(np.array(cells, np.float64), resolution=resolution)
    bad = [row for row, cell in enumerate(cells) if not is_number(cell)]
    if not bad:  # whole numbers with NaN among them
        return Column(np.array(cells, np.float64), resolution=resolution)
    raise CellError(_why(cells, bad), bad[0])


def _why(cells: Sequence[str], bad: Sequence[int]) -> str:
    empty = sum(not cells[row] for row in bad)
    if empty == len(bad):
        return f"is empty on {empty} of {len(cells)} lines"
    return f"{cells[bad[0]]!r} is not a number"


def _check_commas(cells: Sequence[str], joined: str) -> None:
    """A comma is a decimal one unless there are points as well, or only threes of digits follow."""
    row = next(i for i, cell in enumerate(cells) if "," in cell)
    if "." in joined or joined.count(",") > len(cells) or cells[row].count(",") > 1:
        raise CellError(f"{cells[row]!r} has a comma, other lines a point or more commas", row)
    commas = [cell for cell in cells if "," in cell]
    if len(commas) < len(cells) and all(map(_THOUSANDS.fullmatch, commas)):
        raise CellError(f"{cells[row]!r} may be thousands or a decimal comma", row)


def _decimals(cell: str) -> int:
    """Digits behind the point, less the power of ten."""
    mantissa, _, power = cell.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    return digits - (int(power) if power.lstrip("+-").isdecimal() else 0)


def _times(cells: Sequence[str]) -> Column:
    """Dates and times of day as int64 nanoseconds."""
    dates, hours, minutes, seconds, zones = zip(*_clocks(cells), strict=True)
    zone = next((row for row, text in enumerate(zones) if bool(text) != bool(zones[0])), None)
    if zone is not None:
        raise CellError(f"{cells[zone]!r} has another time zone than {cells[0]!r}", zone)
    days = _days(dates, cells)
    clock = np.array(list(map(_nanoseconds, hours, minutes, seconds)), np.int64)
    if not dates[0]:
        clock += _DAY * np.cumsum(np.diff(clock, prepend=clock[0]) < -_DAY // 2)  # midnight
    ahead = {text: _offset(text) for text in set(zones)}  # changes with summer time
    utc = days + clock - np.array([ahead[text] for text in zones], np.int64)
    digits = max(len(text.replace(",", ".").partition(".")[2]) for text in seconds)
    return Column(utc, "ns", 10.0 ** (9 - digits))


def _offset(zone: str) -> int:
    """Nanoseconds that a zone such as +01:00 is ahead of UTC."""
    if zone in ("", "Z", "UTC"):
        return 0
    size = _nanoseconds(zone[1:3], zone[-2:], "0")
    return -size if zone[0] == "-" else size


def _clocks(cells: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Date, hours, minutes, seconds and time zone of each cell, empty where it has none."""
    for row, cell in enumerate(cells):
        match = _CLOCK.fullmatch(cell)
        if match is None:
            raise CellError(f"{cell!r} is no time like {cells[0]!r}", row)
        yield match.groups("")


def _first_other(values: Sequence[str]) -> int | None:
    """The row of the first value that is not that of row 0."""
    return next((row for row, value in enumerate(values) if value != values[0]), None)


def _days(dates: Sequence[str], cells: Sequence[str]) -> Array:
    """Midnights in ns; a date that is not ISO-8601 may not change, for it may be read two ways."""
    if all(map(_ISO.fullmatch, dates)):
        try:
            return np.array(dates, "datetime64[ns]").astype(np.int64)
        except ValueError as error:
            raise CellError(f"a date cannot be: {error}", 0) from None
    other = _first_other(dates)
    if other is not None:
        raise CellError(f"{cells[other]!r}: write dates as 2026-01-31", other)
    return np.zeros(len(dates), np.int64)


def _nanoseconds(hours: str, minutes: str, seconds: str) -> int:
    whole, _, fraction = seconds.replace(",", ".").partition(".")
    of_day = (int(hours) * 60 + int(minutes)) * 60 + int(whole or 0)
    return of_day * 10**9 + int(fraction[:9].ljust(9, "0"))
