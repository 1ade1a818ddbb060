"""Counts of which the range is known: range_g and bits of a manifest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thrum.recordings.manifest import Entry
from thrum.recordings.source import Array, Source


def ranged(entry: Entry, source: Source) -> Entry:
    """range_g and bits as the scale of a count."""
    if entry.range_g is None:
        return entry
    if entry.scale is not None:
        raise source.error("range_g and scale both say what a count is; remove one")
    own = source.full_scale != 1.0  # a WAV file knows how many bits it has
    counts = 1 if own else 2 ** (entry.bits - 1)
    return replace(entry, scale=entry.range_g / counts, unit=entry.unit or "g")


def check_bits(entry: Entry, source: Source, raw: Array) -> None:
    """More than full scale: there are more bits, or these are no counts."""
    if entry.range_g is None or source.full_scale != 1.0:
        return
    most, peak = 2 ** (entry.bits - 1), float(np.nanmax(np.abs(raw.astype(np.float64)), initial=0))
    if peak > most or (raw.dtype.kind == "f" and not np.array_equal(raw, np.rint(raw))):
        raise source.error(
            f"range_g is for counts of {entry.bits} bits, at most {most}; these go to {peak:g}: "
            "say bits, or scale"
        )
