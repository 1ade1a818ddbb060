"""Faults of a rolling bearing by the families of lines in its envelope spectra.

The rules are those of Randall and Antoni 2011 and of Smith and Randall 2015: an outer race in a
load that stands still gives BPFO and its harmonics; an inner race BPFI with sidebands at the
shaft's speed; a ball twice its spin with sidebands at the cage's speed, and the cage's speed
itself; a cage a long train of its own harmonics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thrum.diagnosis.causes import BALL, CAGE, INNER, OUTER, Cause, Mark
from thrum.diagnosis.envelope import EnvelopeSpectrum
from thrum.diagnosis.families import SLIP, Found, Kind, find
from thrum.diagnosis.geometry import Bearing

NAMED = 10.0  # decades of a family with all that belongs to it: one false name in 10^10 spectra
_MAIN = 4.0  # decades of its harmonics alone
_SIDES = 8.0  # decades that sidebands, and the cage's lines beside a ball's, may add
DEPTH = 0.2  # a fault moves the envelope by at least a fifth of its mean
_RIVAL, _AS_SURE = 0.5, 0.6  # a rival has so much of the depth, and of the decades
_ORDERS, _BINS = 3, 1.5  # sidebands of the first family that may look like another one
_TRAIN, _OF_TRAIN, _STANDS = 8, 6, 3.0  # so many of the cage's harmonics stand out so far
_ABOVE = 1.2  # times the cage's own line is more than a train has at any multiple
_FINER = 2.0  # times as strong a line just outside the range of slip has another origin

SHORT = {OUTER: "BPFO", INNER: "BPFI", BALL: "2 BSF", CAGE: "FTF"}


def kinds(bearing: Bearing) -> tuple[Kind, ...]:
    """The family of each fault."""
    return (
        Kind(OUTER, SHORT[OUTER], bearing.bpfo, 4),
        Kind(INNER, SHORT[INNER], bearing.bpfi, 3, (("1x", 1.0),)),
        Kind(
            BALL,
            SHORT[BALL],
            2 * bearing.bsf,
            3,
            (("FTF", bearing.ftf), ("2 FTF", 2 * bearing.ftf)),
        ),
        Kind(CAGE, SHORT[CAGE], bearing.ftf, 4),
    )


@dataclass(frozen=True)
class Judged:
    """The best sight of a family in all spectra. depth: without what noise gives."""

    found: Found
    decades: float
    depth: float

    @property
    def name(self) -> str:
        """The fault."""
        return self.found.kind.name

    @property
    def strong(self) -> bool:
        """Whether the line is there and deep enough for a fault."""
        return self.decades >= NAMED and self.found.decades >= _MAIN and self.depth >= DEPTH


def judge(
    bearing: Bearing, spectra: list[EnvelopeSpectrum], speed_doubt: float
) -> tuple[list[Judged], list[str]]:
    """Every family that was found, the likeliest first, and what makes it unclear."""
    sights = {kind.name: _sights(kind, spectra, speed_doubt) for kind in kinds(bearing)}
    tried = float(np.log10(max(1, len(spectra) * len(sights))))
    cage = max((found.decades for found in sights[CAGE]), default=0.0)
    best = [_best(found, cage, tried) for found in sights.values() if found]
    ranked = _with_cage(sorted(best, key=_rank))
    return ranked, _doubts(ranked)


def _with_cage(ranked: list[Judged]) -> list[Judged]:
    """The cage first where its own line is the deepest of a long train.

    Every pass of the balls is a multiple of the cage's speed: such a train has lines at all of
    them, but they fall off; beside a fault of a race that fault's line stands far above.
    """
    cage = next((judged for judged in ranked if judged.name == CAGE and judged.strong), None)
    if cage is None or ranked[0] is cage or not _is_train(cage):
        return ranked
    other = ranked[0].found
    at = round(cage.found.first.order / other.spectrum.step)
    own = float(other.spectrum.depth[max(2, at - 2) : at + 3].max())
    if other.first.depth > _ABOVE * own:
        return ranked
    return [cage, *(judged for judged in ranked if judged is not cage)]


def _rank(judged: Judged) -> tuple[bool, bool, float]:
    """The cage last among the strong ones: its speed shows beside the faults of races and balls."""
    return not judged.strong, judged.name == CAGE, -judged.decades * judged.depth


def cause(judged: Judged, shaft_hz: float) -> Cause:
    """The verdict in words, with every line that speaks for it."""
    found, spectrum = judged.found, judged.found.spectrum
    marks = tuple(
        Mark(line.label, line.order, line.order * shaft_hz, line.above, line.depth)
        for line in found.lines
    )
    first = marks[0]
    seen = [line for line in found.lines[1:] if line.decades >= _STANDS]
    said = [
        f"{SHORT[judged.name]} at {first.hz:.2f} Hz ({first.order:.3f}x, slip {found.slip:+.1%}) "
        f"is {first.above:.3g} times the noise of the envelope spectrum",
        f"it moves the envelope by {judged.depth:.0%} of its mean",
        f"band {spectrum.band.low_hz:.0f} to {spectrum.band.high_hz:.0f} Hz, spectral kurtosis "
        f"{spectrum.band.kurtosis:.1f}, pieces of {spectrum.turns:g} turns",
    ]
    if seen:
        said.insert(1, "with " + ", ".join(line.label for line in seen))
    return Cause(judged.name, round(judged.decades, 1), tuple(said), marks)


def _sights(kind: Kind, spectra: list[EnvelopeSpectrum], doubt: float) -> list[Found]:
    found = [each for spectrum in spectra if (each := find(kind, spectrum, doubt))]
    return [each for each in found if not any(_stranger(each, finer) for finer in spectra)]


def _stranger(found: Found, finer: EnvelopeSpectrum) -> bool:
    """Whether a finer spectrum shows that the line lies outside the range of slip."""
    if finer.turns <= found.spectrum.turns:
        return False
    near = np.abs(finer.orders - found.first.order) <= found.spectrum.step
    inside = np.abs(finer.orders / found.kind.fundamental - 1) <= SLIP
    outside = near & ~inside
    if not (near & inside).any() or not outside.any():
        return False
    strongest = float(finer.above[outside].max())
    seen = float(finer.decades[outside].max()) >= _STANDS
    return seen and strongest > _FINER * float(finer.above[near & inside].max())


def _best(sights: list[Found], cage: float, tried: float) -> Judged:
    made = [_judged(found, cage, tried) for found in sights]
    return max(made, key=lambda judged: (judged.strong, judged.decades))


def _judged(found: Found, cage: float, tried: float) -> Judged:
    beside = min(found.side_decades, _SIDES) if found.side_decades > 2 else 0.0
    if found.kind.name == BALL:
        beside += min(max(0.0, cage), _SIDES)
    depth = found.first.depth * float(np.sqrt(max(0.0, 1 - 1 / max(found.first.above, 1.0))))
    return Judged(found, found.decades + beside - tried, depth)


def _doubts(ranked: list[Judged]) -> list[str]:
    """Why the likeliest family must not be named."""
    strong = [judged for judged in ranked if judged.strong]
    if not strong:
        return []
    first, rest = strong[0], strong[1:]
    if first.name == CAGE and not _is_train(first):
        return [
            "the envelope moves with the cage (FTF) in few harmonics: a ball or the cage, but the "
            "lines of a ball's spin are missing"
        ]
    rivals = [judged for judged in rest if judged.name != CAGE and _is_rival(judged, first)]
    if rivals and first.name != CAGE:
        names = " and ".join(SHORT[judged.name] for judged in (first, *rivals))
        return [f"{names} stand out alike: more than one fault, or lines of another origin"]
    return []


def _is_rival(other: Judged, first: Judged) -> bool:
    alike = other.depth >= _RIVAL * first.depth and other.decades >= _AS_SURE * first.decades
    return alike and not _explained(other.found, first.found)


def _explained(other: Found, first: Found) -> bool:
    """Whether a fundamental may be a harmonic of the first family, or its sideband at n turns."""
    near = _BINS * max(other.spectrum.step, first.spectrum.step)
    own = first.first.order
    return any(
        abs(other.first.order - (n * own + turns)) <= near
        for n in range(1, _ORDERS + 1)
        for turns in range(-_ORDERS, _ORDERS + 1)
    )


def _is_train(judged: Judged) -> bool:
    spectrum, order = judged.found.spectrum, judged.found.first.order
    at = [round(n * order / spectrum.step) for n in range(1, _TRAIN + 1)]
    inside = [spectrum.decades[i] >= _STANDS for i in at if i < len(spectrum.decades)]
    return sum(bool(each) for each in inside) >= _OF_TRAIN
