"""A diagnosis as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from thrum.diagnosis.diagnose import Diagnosis
from thrum.plant.velocity import Velocity

_WIDTH = 12


def text(found: Diagnosis) -> str:
    """Some lines: what was read, the causes, what to keep in mind."""
    rows = [*_read(found), *_causes(found), *(("note", note) for note in found.notes)]
    lines = [f"  {name:<{_WIDTH}}{value}" for name, value in rows]
    return "\n".join([str(found.analysis.reading.entry.path), *lines])


def in_words(velocity: Velocity) -> str:
    """Velocity with the range that counts."""
    return f"{velocity.rms_mm_s:.3g} mm/s RMS, {velocity.low_hz:.3g} to {velocity.high_hz:.4g} Hz"


def _read(found: Diagnosis) -> Iterator[tuple[str, str]]:
    reading, speed = found.analysis.reading, found.analysis.speed
    yield "rate", f"{reading.rate_hz:.6g} Hz, {len(reading.samples) / reading.rate_hz:.4g} s"
    yield "speed", "unknown" if speed is None else f"{speed.rpm:.1f} rpm ({speed.how})"
    if found.bearing is not None:
        yield "bearing", _bearing(found)
    for number, velocity in enumerate(found.analysis.velocities):
        name = "velocity" if not number else ""
        peak = f"peak {velocity.peak_g:.3g} g, crest factor {velocity.crest:.3g}"
        yield name, f"{in_words(velocity)}; {peak}"
    if found.zone is not None:
        yield "zone", str(found.zone)


def _bearing(found: Diagnosis) -> str:
    bearing, speed = found.bearing, found.analysis.speed
    assert bearing is not None
    values = {
        "BPFO": bearing.bpfo,
        "BPFI": bearing.bpfi,
        "2 BSF": 2 * bearing.bsf,
        "FTF": bearing.ftf,
    }
    hz = 0.0 if speed is None else speed.hz
    told = (
        f"{name} {order:.3f}x" + (f" {order * hz:.1f} Hz" if hz else "")
        for name, order in values.items()
    )
    return f"{bearing.names[0]}: {', '.join(told)}"


def _causes(found: Diagnosis) -> Iterator[tuple[str, str]]:
    for number, cause in enumerate(found.causes, 1):
        yield f"cause {number}", cause.name
        for sentence in cause.evidence:
            yield "", f"- {sentence}"
