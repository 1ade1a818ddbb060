"""Content of a file before anything is chosen: numbers by name, and what the file says of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thrum.recordings.manifest import DatasetError
from thrum.recordings.units import named

Array = NDArray[Any]

MOST_AXES = 3
_LISTED = 9  # names that an error tells
_INDEXED = re.compile(r"^(.*)\[(\d+)\]$")


@dataclass(frozen=True, eq=False)
class Source:
    """A file's arrays by name, with units as the file has them.

    A table has columns of equal length; otherwise arrays may have any shape, and single numbers are
    among them. faults: why a column cannot be read as numbers. full_scale: the stored number of
    full scale, of which full_scale_g says what it is. resolutions: the last digit that a column was
    written with. order: the names of a table, if some hold no numbers. lines: the line of the file
    that each row stands on, from 1. constants: single numbers beside a table. levels: how many
    numbers a sample may be, where those are fewer than its type has; else 0. notes are worth to be
    known, doubts may be wrong.
    """

    path: Path
    arrays: Mapping[str, Array]
    table: bool = True
    units: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    rate_hz: float | None = None
    rate_how: str = ""
    full_scale: float = 1.0  # stored count of full scale
    full_scale_g: float | None = None
    resolutions: Mapping[str, float] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    lines: Sequence[int] = ()
    constants: Mapping[str, float] = field(default_factory=dict)
    levels: int = 0
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every column or variable, in the file's order, with those that hold no numbers."""
        return self.order or tuple(self.arrays)

    def place(self, sample: int) -> str:
        """Where a sample stands, as a person finds it."""
        lines = self.lines
        return f"line {lines[sample]}" if len(lines) > sample else f"sample {sample}"

    def error(self, words: str) -> DatasetError:
        """An error that opens with the file."""
        return DatasetError(f"{self.path}: {words}")

    def pick(self, name: str) -> Array:
        """An array by its name, by the name without unit, by its number, or a row or column of it.

        DatasetError names what there is.
        """
        full = self.full_name(name)
        if full in self.arrays:
            return self.arrays[full]
        if full in self.faults:
            raise self.error(self.faults[full])
        indexed = _INDEXED.match(name)
        if indexed and indexed[1] in self.arrays:
            return self._row(indexed[1], int(indexed[2]))
        self._refuse_parent(name)
        raise self.error(f"no column or variable {name!r}; has {listed(self.names)}")

    def full_name(self, name: str) -> str:
        """The name in the file of what pick() finds."""
        dotted = name.replace("/", ".")  # as HDF5 writes it
        if name in self.names or dotted in self.names:
            return name if name in self.names else dotted
        short = [full for full in self.names if named(full).base == name]
        if len(short) == 1:
            return short[0]
        if self.table and name.isdecimal() and int(name) < len(self.names):
            return self.names[int(name)]
        return name

    def _row(self, name: str, number: int) -> Array:
        array = self.arrays[name]
        if array.ndim != 2:
            raise self.error(f"{name} has {array.ndim} dimensions; {name}[{number}] needs two")
        rows = array if array.shape[0] <= array.shape[1] else array.T
        if number >= len(rows):
            raise self.error(f"no {name}[{number}]; has {name}[0] to {name}[{len(rows) - 1}]")
        return rows[number]

    def _refuse_parent(self, name: str) -> None:
        """A structure has no samples, its fields have."""
        inside = [full for full in self.names if full.startswith((f"{name}.", f"{name}/"))]
        if inside:
            raise self.error(
                f"{name!r} is a structure; name one of its fields, such as key = "
                f'"{inside[0]}"; has {listed(inside)}'
            )


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Names for an error, the first few of many."""
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def as_columns(array: Array) -> Array:
    """(n,), (n, axes), (axes, n) or (clips, n, axes) as (n, axes); clips are joined in order."""
    array = np.asarray(array)
    if array.ndim == 2 and array.shape[0] <= MOST_AXES < array.shape[1]:
        array = array.T
    return array.reshape(-1, array.shape[-1] if array.ndim > 1 else 1)
