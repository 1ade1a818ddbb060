"""Lines split into cells: which separator, and which commas are decimal ones."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from thrum.recordings import cells
from thrum.recordings.manifest import DatasetError

_SEPARATORS = (";", "\t", "|", ",")
_COMMA_NUMBER = r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?"
_BLANKS_AND_COMMAS = re.compile(rf"\s*{_COMMA_NUMBER}(\s+{_COMMA_NUMBER})+\s*")

Row = list[str]


@dataclass(frozen=True)
class Line:
    """A line of the file: its number from 1, its cells."""

    number: int
    cells: Row


def separator_of(lines: Sequence[str]) -> str:
    """The first one that most lines contain; blanks if none does."""
    for separator in _SEPARATORS:
        having = sum(separator in line for line in lines)
        if 2 * having > len(lines):
            fits = sum(map(bool, map(_BLANKS_AND_COMMAS.fullmatch, lines)))
            return " " if separator == "," and 2 * fits > len(lines) else separator
    return " "


def split(line: str, separator: str) -> Row:
    """The cells of a line, without quotes."""
    if separator == " ":
        found = line.split() if '"' not in line else next(csv.reader([line], delimiter=" "))
    elif '"' in line:
        found = next(csv.reader([line], delimiter=separator, skipinitialspace=True))
    else:
        found = line.split(separator)
    return [cell.strip() for cell in found]


def split_lines(plain: Sequence[tuple[int, str]], separator: str) -> list[Line]:
    """The cells of each numbered line."""
    return [Line(number, split(line, separator)) for number, line in plain]


def joined(path: Path, lines: list[Line]) -> list[Line]:
    """Undo the split at decimal commas: two cells in each row below a header of one."""
    widths = Counter(len(line.cells) for line in lines)
    width = widths.most_common(1)[0][0]
    heads = [line for line in lines if not any(map(cells.is_number, line.cells))]
    head = len(heads[-1].cells) if heads else 0
    pairs = [line.cells for line in lines if len(line.cells) == width == 2]
    if pairs and _are_decimals(pairs, head):
        return [replace(line, cells=[",".join(line.cells)]) for line in lines]
    if head > 1 and width == 2 * head:
        raise DatasetError(
            f"{path}: {head} names in the header but {width} cells in line {lines[-1].number}: "
            "decimal commas between commas; export with semicolons or with decimal points"
        )
    return lines


def _are_decimals(pairs: Sequence[Row], head: int) -> bool:
    """Whether pairs of digits were one number each: the header, or zeros as in 1,05, tell."""
    if not all(a.lstrip("+-").isdecimal() and b.isdecimal() for a, b in pairs):
        return False
    leading = any(b.startswith("0") and len(b) > 1 for _, b in pairs)
    return head == 1 or (not head and leading)
