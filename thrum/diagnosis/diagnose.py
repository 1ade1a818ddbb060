"""From a recording to ranked causes with their evidence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from thrum.diagnosis import rolling, shaft
from thrum.diagnosis.analysis import Analysis, analyse
from thrum.diagnosis.causes import BALL, CAGE, NOT_CLEAR, OF_BEARINGS, Cause
from thrum.diagnosis.geometry import Bearing
from thrum.diagnosis.rolling import Judged
from thrum.diagnosis.strangers import strangers
from thrum.plant.velocity import Velocity
from thrum.plant.zones import MEANING, Limits
from thrum.recordings.readers import Reading

_FINE = 0.2  # orders: above, neighbouring lines of the shaft and the bearing may be one
_SAME = 0.7  # of a line's depth was there in the healthy recording: it is no news
_NOISE = 0.5  # share of noise in the velocity that leaves nothing to say of the shaft
_CLIPPED = 0.001  # share of clipped samples that makes shocks untrue


@dataclass(frozen=True)
class Zone:
    """Where ISO 20816 puts the largest velocity."""

    name: str
    mm_s: float
    limits: Limits

    def __str__(self) -> str:
        upper = ", ".join(f"{limit:g}" for limit in (self.limits.a, self.limits.b, self.limits.c))
        return (
            f"{self.name}: {MEANING[self.name]} ({self.mm_s:.3g} mm/s; limits {upper}; "
            f"{self.limits.source}, {self.limits.group} machine, {self.limits.mounting})"
        )


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """Causes, the likeliest first; `not clear` with its reasons where none may be named."""

    causes: tuple[Cause, ...]
    analysis: Analysis
    bearing: Bearing | None
    zone: Zone | None
    notes: tuple[str, ...]
    families: tuple[Judged, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What a program reads."""
        reading, speed = self.analysis.reading, self.analysis.speed
        return {
            "file": str(reading.entry.path),
            "rate_hz": reading.rate_hz,
            "duration_s": len(reading.samples) / reading.rate_hz,
            "rpm": None if speed is None else round(speed.rpm, 2),
            "rpm_how": "unknown" if speed is None else speed.how,
            "bearing": None if self.bearing is None else orders(self.bearing),
            "velocity": [asdict(each) for each in self.analysis.velocities],
            "zone": None if self.zone is None else {**asdict(self.zone), "text": str(self.zone)},
            "causes": [asdict(cause) for cause in self.causes],
            "notes": list(self.notes),
        }


def orders(bearing: Bearing) -> dict[str, Any]:
    """Dimensions and lines in orders."""
    return {
        **asdict(bearing),
        "FTF": bearing.ftf,
        "BPFO": bearing.bpfo,
        "BPFI": bearing.bpfi,
        "BSF": bearing.bsf,
    }


def diagnose(
    reading: Reading,
    *,
    rpm: float | None = None,
    usual_rpm: float | None = None,
    bearing: Bearing | None = None,
    limits: Limits | None = None,
    healthy: Reading | None = None,
) -> Diagnosis:
    """Judge a recording.

    rpm: of the shaft; usual_rpm: where neither that nor the file says; healthy: a recording of the
    same machine in health.
    """
    found = analyse(reading, rpm, bearing, usual_rpm)
    base = None if healthy is None else analyse(healthy, rpm, bearing, usual_rpm)
    ranked, doubts = _families(found, bearing)
    others = strangers(bearing, found.envelopes) if bearing is not None else []
    before, _ = _families(base, bearing) if base else ([], [])
    causes = [] if doubts or not ranked else _of_bearing(found, ranked, before)
    if found.speed and found.speed.sure:
        causes += _of_shaft(found, base)
    reasons = [*_reasons(found, ranked, doubts, causes), *_asked(others, causes)]
    if not causes:
        causes = [Cause(NOT_CLEAR, 0.0, tuple(reasons))]
    zone = None if limits is None else _zone(found.velocities, limits)
    notes = (*_notes(found), *(reasons if causes[0].name not in (*OF_BEARINGS, NOT_CLEAR) else ()))
    return Diagnosis(tuple(causes), found, bearing, zone, notes, tuple(ranked))


def _families(found: Analysis, bearing: Bearing | None) -> tuple[list[Judged], list[str]]:
    if bearing is None or found.speed is None or not found.envelopes:
        return [], []
    judged = rolling.judge(bearing, list(found.envelopes), found.speed.doubt)
    first = _first(judged[0])
    if not found.plain or first not in ("", BALL):
        return judged
    as_it_is = rolling.judge(bearing, list(found.plain), found.speed.doubt)
    name = _first(as_it_is[0])
    train = name == CAGE and not as_it_is[1]  # of a cage, whose lines meet those of a ball
    return as_it_is if (name and not first) or train else judged


def _first(ranked: list[Judged]) -> str:
    """The name of the first family that is strong, empty without any."""
    return next((each.name for each in ranked if each.strong), "")


def _of_bearing(found: Analysis, ranked: list[Judged], before: list[Judged]) -> list[Cause]:
    first = ranked[0]
    if not first.strong or found.speed is None:
        return []
    old = next((each.depth for each in before if each.name == first.name and each.strong), 0.0)
    if old >= _SAME * first.depth:
        return []
    cause = rolling.cause(first, found.speed.hz)
    if not before:
        return [cause]
    was = next((each.depth for each in before if each.name == first.name), 0.0)
    said = f"in the healthy recording it moves the envelope by {was:.0%}"
    return [Cause(cause.name, cause.decades, (*cause.evidence, said), cause.marks)]


def _of_shaft(found: Analysis, base: Analysis | None) -> list[Cause]:
    """Judged on the axis that shakes most, against the same axis in health."""
    if not found.orders:
        return []
    at = max(range(len(found.orders)), key=lambda n: found.velocities[n].rms_mm_s)
    if found.velocities[at].noise > _NOISE:
        return []
    healthy = base.orders[at] if base is not None and len(base.orders) > at else None
    return shaft.causes(found.orders[at], healthy)


def _reasons(
    found: Analysis, ranked: list[Judged], doubts: list[str], causes: list[Cause]
) -> list[str]:
    """Why no fault of the bearing is named."""
    if any(cause.name in OF_BEARINGS for cause in causes):
        return []
    said = [*found.missing, *doubts]
    if not said and ranked and ranked[0].strong:
        said.append(f"{ranked[0].name}: its lines are as deep in the healthy recording")
    if not said:
        said.append("no line of a fault stands out far and deep enough")
        said += [_weak(judged) for judged in ranked[:1] if judged.decades >= rolling.NAMED]
    return said


def _asked(others: list[float], causes: list[Cause]) -> list[str]:
    """Lines that belong to something else, where no fault of the bearing is named."""
    if not others or any(cause.name in OF_BEARINGS for cause in causes):
        return []
    where = " and ".join(f"{order:.2f}x" for order in others)
    return [f"strong lines at {where} are none of this bearing: is it another bearing, or a belt?"]


def _weak(judged: Judged) -> str:
    return (
        f"the likeliest is {judged.name}: {rolling.SHORT[judged.name]} is there, but moves the "
        f"envelope by {judged.depth:.0%} only, and a fault by {rolling.DEPTH:.0%} or more"
    )


def _zone(velocities: tuple[Velocity, ...], limits: Limits) -> Zone:
    worst = max(each.rms_mm_s for each in velocities)
    return Zone(limits.zone(worst), worst, limits)


def _notes(found: Analysis) -> list[str]:
    reading = found.reading
    of_axes = dict.fromkeys(text for one in found.velocities for text in one.warnings)
    said = [*reading.warnings, *of_axes]
    if reading.clipped > _CLIPPED:
        said.append(f"{reading.clipped:.1%} of the samples are clipped: shocks are cut off")
    if found.envelopes and (step := min(each.step for each in found.envelopes)) > _FINE / 4:
        said.append(f"short recording: lines closer than {4 * step:.2g} orders are one")
    return said
