"""The rate of a recording: of times, of a number in the file, of the manifest; they must agree."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from thrum.recordings.columns import time_unit
from thrum.recordings.manifest import TIME_UNITS, Entry
from thrum.recordings.source import Source
from thrum.recordings.timing import TimesError, Timing, timing
from thrum.recordings.units import SECONDS

_TOLERANCE = 0.01
_SLOWEST_STEP = 0.1  # s: nobody listens to a machine at 10 Hz
_SLOWEST_HZ, _FASTEST_HZ = 1.0, 10e6
_FINE = 0.5  # of the shortest step: digits below it that are always the same
_RATE_NAME = re.compile(
    r"(.*[._])?(fs|sr|sample_?rate(_?hz)?|sampling_?rate(_?hz)?|samp(le|ling)_?freq\w*|rate_hz"
    r"|frequency_?hz)",
    re.I,
)
_TIME_LIKE = re.compile(r"t\b|time|date|timestamp|epoch", re.I)


def rate(source: Source, entry: Entry, time: str, samples: int) -> Timing:
    """The rate and how it was found. DatasetError if nothing says, or two say differently."""
    found = list(_stated(source, entry))
    asked = bool(entry.time)
    of_times = None
    if time and samples > 1 and (asked or time in source.arrays):
        try:
            of_times = _of_times(source, entry, time)
        except TimesError as error:
            words = _fault(source, time, error)
            if asked or not found:
                _refuse(source, error, words, found)
            return _checked(source, found, (f"{words}; read at the stated rate",))
    if of_times is None:
        return _checked(source, found, ())
    for hz, how in found:
        if abs(hz - of_times.rate_hz) > _TOLERANCE * hz:
            raise source.error(
                f"recorded at {of_times.rate_hz:g} Hz, {_says(how)} {hz:g} Hz ({of_times.how}); "
                "correct rate_hz or the file"
            )
    return _checked(source, [(of_times.rate_hz, of_times.how)], of_times.warnings, of_times.jitter)


def _refuse(source: Source, error: TimesError, words: str, found: list[tuple[float, str]]) -> None:
    """Times that are uneven but complete do not matter where the rate is stated."""
    if error.at < 0 and found:
        return
    raise source.error(words) from None


def _fault(source: Source, time: str, error: TimesError) -> str:
    if error.at < 0:
        return f"{time!r}: {error}"
    return (
        f"gap in {time!r} after {source.place(error.at)}: {error}; split the file there or record "
        "again"
    )


def _of_times(source: Source, entry: Entry, time: str) -> Timing:
    if entry.time_unit not in ("", *TIME_UNITS):
        raise source.error(f"time_unit = {entry.time_unit!r}: must be {', '.join(TIME_UNITS)}")
    array = source.pick(time).reshape(-1)
    said = (
        time_unit(source, source.full_name(time)) if source.full_name(time) in source.arrays else ""
    )
    if entry.time_unit and said and entry.time_unit != said:
        raise source.error(
            f'{time!r} is in {said}, the manifest says time_unit = "{entry.time_unit}"; correct one'
        )
    unit = SECONDS[entry.time_unit or said or "s"]
    times = (array - array[0]).astype(np.float64) * unit
    steps = np.diff(times)
    shortest = float(np.min(steps[steps > 0], initial=np.inf))
    digit = source.resolutions.get(source.full_name(time), 0.0) * unit
    if steps.size and float(np.median(steps)) > _SLOWEST_STEP and not _packets(steps):
        raise source.error(
            f"{time!r} steps by {float(np.median(steps)):.3g} s; if it is in another unit, add "
            'time_unit = "ms" or "us"'
        )
    return timing(times, digit < _FINE * shortest)


def _packets(steps: np.ndarray) -> bool:
    return bool((steps == 0).any())


def _stated(source: Source, entry: Entry) -> Iterator[tuple[float, str]]:
    """Rates that the manifest and the file state, the manifest's first."""
    if entry.rate_hz is not None:
        yield entry.rate_hz, "manifest"
    if entry.rate_key:
        yield constant(source, entry.rate_key), f"variable {entry.rate_key}"
    elif source.rate_hz is not None:
        yield source.rate_hz, source.rate_how
    else:
        yield from _named(source)


def _named(source: Source) -> Iterator[tuple[float, str]]:
    """The one number whose name says that it is the rate."""
    single = {n: float(a.reshape(-1)[0]) for n, a in source.arrays.items() if a.size == 1}
    found = {n: v for n, v in {**single, **source.constants}.items() if _RATE_NAME.fullmatch(n)}
    if len(set(found.values())) == 1:
        name, value = next(iter(found.items()))
        yield value, f"variable {name}"


def _checked(
    source: Source,
    found: list[tuple[float, str]],
    warnings: tuple[str, ...],
    jitter: float | None = None,
) -> Timing:
    if not found:
        times = next((fault for name, fault in source.faults.items() if _TIME_LIKE.match(name)), "")
        raise source.error(
            "rate unknown; add rate_hz, rate_key or time" + (f" ({times})" if times else "")
        )
    hz, how = found[0]
    for other, whence in found[1:]:
        if abs(other - hz) > _TOLERANCE * hz:
            raise source.error(
                f"recorded at {other:g} Hz, {_says(how)} {hz:g} Hz ({whence}); correct rate_hz or "
                "the file"
            )
    if not _SLOWEST_HZ <= hz <= _FASTEST_HZ:
        raise source.error(f"rate {hz} Hz is not between 1 and 10000000 Hz")
    exact = found[-1] if len(found) > 1 else found[0]
    return Timing(exact[0], how, np.nan if jitter is None else jitter, warnings)


def _says(how: str) -> str:
    return "the manifest says" if how == "manifest" else f"{how} says"


def constant(source: Source, name: str) -> float:
    """A single number of the file."""
    if name in source.constants:
        return source.constants[name]
    array = source.pick(name)
    if array.size != 1:
        raise source.error(f"{name} holds {array.size} numbers, not one; name another variable")
    return float(array.reshape(-1)[0])
