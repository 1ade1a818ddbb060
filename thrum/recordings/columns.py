"""Choice of time and axes among the columns of a table: by their names, never by a guess."""

from __future__ import annotations

import re

import numpy as np

from thrum.recordings.manifest import Entry
from thrum.recordings.source import MOST_AXES, Array, Source, listed
from thrum.recordings.units import ACCELERATION, COUNTS, SECONDS, named, unit_of

_TIME = re.compile(
    r"(t|time|times|date|datetime|epoch|timestamp|time.?stamp|date.?time|zeit|temps|tiempo|x_value"
    r"|elapsed|uptime|ticks?|seconds.?elapsed|.*[ _]time|time[ _].*|.*timestamp)",
    re.I,
)
_COUNTER = re.compile(
    r"(#|n|nr|no\.?|num|number|idx|index|i|row|record|sample|samples|sample.?(no|number|index|id)"
    r"|counter|packet|seq|sequence)",
    re.I,
)
_SUM = re.compile(r"abs(olute)?\b|total|magnitude|norm\b|resultant|vector.?sum", re.I)
_OTHER = re.compile(
    r"temp|humid|press|batt|volt|curr|power|rpm|speed|tacho|gyr|mag[xyz_]|angle|angular|quat|euler"
    r"|roll|pitch|yaw|lat(itude)?\b|lon(gitude)?\b|label|class|state|status|mode|load|torque|id\b",
    re.I,
)


def unit_in(source: Source, name: str) -> str:
    """The unit that the file gives a column, in units.py's words where it knows it."""
    said = source.units.get(name, "")
    return unit_of(said) or said or named(name).unit


def time_column(source: Source, entry: Entry) -> str:
    """The column of times: the manifest's, else the first with such a name that never falls."""
    if entry.time:
        return source.full_name(entry.time)
    times = [name for name in source.arrays if _is_time(source, name) and name not in entry.key]
    rising = [name for name in times if _rises(source.arrays[name])]
    if rising or times or not source.names or source.names[0] not in source.arrays:
        return next(iter(rising or times), "")
    return _first_unnamed(source, entry)


def _first_unnamed(source: Source, entry: Entry) -> str:
    """The first of several columns without names, if it rises by fractions."""
    first = source.names[0]
    array = source.arrays[first]
    if first != "0" or len(source.names) < 2 or len(array) < 3 or first in entry.key:
        return ""
    return first if array.dtype.kind == "f" and bool((np.diff(array) > 0).all()) else ""


def _is_time(source: Source, name: str) -> bool:
    found = named(name)
    unit = unit_in(source, name)
    return unit in SECONDS or unit_of(name) in SECONDS or bool(_TIME.fullmatch(found.base))


def _rises(array: Array) -> bool:
    return array.ndim == 1 and len(array) > 1 and bool((np.diff(array) >= 0).all())


def time_unit(source: Source, name: str) -> str:
    """The unit of times that the file gives, in its header or by a date near today; or empty."""
    unit = unit_in(source, name)
    if unit in SECONDS:
        return unit
    by_name = unit_of(name)
    if by_name in SECONDS:
        return by_name
    first = abs(float(source.arrays[name].reshape(-1)[0]))
    for unit, second in (("s", 1e9), ("ms", 1e12), ("us", 1e15), ("ns", 1e18)):
        if second <= first < 4 * second:  # 2001 to 2096
            return unit
    return ""


def axes(source: Source, entry: Entry, time: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that are read, and what to say of those that are not.

    DatasetError lists the columns where their names do not tell.
    """
    if entry.key:
        return entry.key, ()
    names = list(filter(None, source.names))
    left = [name for name in names if name != time and not _is_time(source, name)]
    measured = _measured(source, left)
    chosen = measured or [name for name in left if not _counts(source, name)]
    if not 1 <= len(chosen) <= MOST_AXES:
        raise source.error(
            f"{len(chosen)} axes ({listed(chosen)}); choose one to three with {_example(chosen)}"
        )
    _ask_unless_sure(source, entry, chosen, left, bool(measured))
    dropped = [name for name in names if name not in (*chosen, time)]
    return tuple(chosen), (f"not read: {listed(dropped)}",) if dropped else ()


def _ask_unless_sure(
    source: Source, entry: Entry, chosen: list[str], left: list[str], measured: bool
) -> None:
    """A unit of acceleration tells, and so does a scale for the only column."""
    if not measured and not (len(chosen) == 1 and entry.scale is not None):
        _refuse_guess(source, chosen, left)


def _measured(source: Source, names: list[str]) -> list[str]:
    """Names with a unit of acceleration, without the length of the vector if there is more."""
    found = [name for name in names if unit_in(source, name) in ACCELERATION]
    return [name for name in found if not _SUM.search(name)] or found


def _counts(source: Source, name: str) -> bool:
    """Whether a column numbers the samples."""
    array = source.arrays.get(name)
    if array is None or array.ndim != 1 or array.dtype.kind not in "iu" or len(array) < 3:
        return False
    unnamed = name.isdecimal() and name == source.names[0]
    return (bool(_COUNTER.fullmatch(name)) or unnamed) and bool((np.diff(array) == 1).all())


def _refuse_guess(source: Source, chosen: list[str], left: list[str]) -> None:
    """Columns that may be something else than acceleration are not read unasked."""
    doubtful = [name for name in chosen if _is_doubtful(source, name)]
    steady = [name for name in chosen if name in source.arrays and _is_steady(source.arrays[name])]
    if len(chosen) == 1 and not steady and not unit_in(source, chosen[0]):
        return
    if doubtful or steady:
        raise source.error(
            f"which of {listed(left)} is acceleration? {listed(doubtful or steady)} may not be; "
            f"name the axes with {_example([n for n in chosen if n not in doubtful] or chosen)}"
        )


def _is_doubtful(source: Source, name: str) -> bool:
    """Whether name, unit or cells of a column speak against acceleration; counts do not."""
    unit = unit_in(source, name)
    return unit != COUNTS and bool(unit or _OTHER.search(name) or name in source.faults)


def _is_steady(array: Array) -> bool:
    """Whether numbers only rise: a clock or a counter under another name."""
    return array.ndim == 1 and len(array) > 9 and bool((np.diff(array) > 0).all())


def _example(names: list[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:MOST_AXES])
    return f"key = [{shown}]" if len(names) != 1 else f"key = {shown}"
