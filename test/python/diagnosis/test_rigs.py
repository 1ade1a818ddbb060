"""Random machines with known faults: other bearings, rates, speeds, slip, noise, gears, mains."""

from __future__ import annotations

import os
from collections import Counter

import numpy as np
from bearings import Rig, recording, unread

from thrum.diagnosis.causes import NOT_CLEAR, OF_BEARINGS
from thrum.diagnosis.diagnose import diagnose
from thrum.diagnosis.geometry import of_dimensions, table

COUNT = int(os.environ.get("THRUM_RIGS", "20"))  # more for the figures of docs/diagnosis.md
BEARINGS = (
    *table(),
    of_dimensions(7, 11.1, 38.5),
    of_dimensions(12, 9.5, 60, 15),
    of_dimensions(8, 17.5, 77.5),
)


def _rig(number: int, rng: np.random.Generator) -> Rig:
    rate = float(rng.choice([8000, 12000, 20000, 25600, 48000]))
    return Rig(
        BEARINGS[rng.integers(len(BEARINGS))],
        rpm=float(rng.uniform(600, 3600)),
        rate_hz=rate,
        seconds=float(rng.choice([3, 5, 8])),
        resonance_hz=float(rng.uniform(0.12, 0.38) * rate),
        damping=float(rng.uniform(0.02, 0.08)),
        slip=float(rng.uniform(-0.015, 0.015)),
        jitter=float(rng.choice([0.0, 0.005, 0.01, 0.02])),
        noise=float(rng.choice([0.1, 0.3, 0.6, 1.0, 2.0])),
        gears=bool(rng.integers(2)),
        mains_hz=float(rng.choice([50, 60])),
        seed=number,
    )


def test_random_rigs() -> None:
    """At most one of twenty is wrong, four of five faults are named, health is not clear."""
    rng = np.random.default_rng(11)
    found: Counter[str] = Counter()
    wrong = []
    for number in range(COUNT):
        rig = _rig(number, rng)
        fault = (NOT_CLEAR, *OF_BEARINGS)[number % 5]
        samples = recording(rig, "" if fault == NOT_CLEAR else fault)
        rpm = rig.rpm * (1 + float(rng.uniform(-0.002, 0.002)))
        cause = diagnose(unread(samples, rig.rate_hz), rpm=rpm, bearing=rig.bearing).causes[0]
        named = cause.name if cause.name in OF_BEARINGS else NOT_CLEAR
        result = "right" if named == fault else "not clear" if named == NOT_CLEAR else "wrong"
        found[f"{fault}: {result}"] += 1
        if result == "wrong":
            wrong.append((fault, named, rig))
    print(dict(sorted(found.items())))
    assert len(wrong) <= COUNT / 20, wrong
    assert found[f"{NOT_CLEAR}: right"] == COUNT // 5
    right = sum(found[f"{fault}: right"] for fault in OF_BEARINGS)
    assert right >= 0.8 * sum(n for key, n in found.items() if not key.startswith(NOT_CLEAR))
