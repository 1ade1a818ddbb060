from __future__ import annotations

import numpy as np
import pytest
from bearings import Rig, recording

from thrum.diagnosis.envelope import Band, EnvelopeSpectrum, Whitened
from thrum.diagnosis.families import SLIP, Kind, find
from thrum.diagnosis.geometry import known

BEARING = known("6205")


def _spectrum(rig: Rig, fault: str, turns: float = 48) -> EnvelopeSpectrum:
    found = Whitened(recording(rig, fault), rig.rate_hz).spectrum(
        Band(0, 0.45 * rig.rate_hz, 0), rig.shaft_hz, turns
    )
    assert found is not None
    return found


@pytest.mark.parametrize("slip", [-0.015, 0.0, 0.015])
def test_a_family_is_found_with_its_slip(slip: float) -> None:
    spectrum = _spectrum(Rig(BEARING, slip=slip), "outer race")
    found = find(Kind("outer race", "BPFO", BEARING.bpfo, 4), spectrum)
    assert found is not None
    assert found.decades > 15
    assert found.slip == pytest.approx(slip, abs=0.003)


def test_noise_has_no_family() -> None:
    """40 spectra with three families each: none beyond the second decade but by a rare chance."""
    rng = np.random.default_rng(7)
    best = []
    for _ in range(20):
        white = Whitened(rng.normal(0, 1, 80_000), 10_000)
        spectrum = white.spectrum(Band(0, 4500, 0), 25.0, 48)
        assert spectrum is not None
        for order in (BEARING.bpfo, BEARING.bpfi, 2 * BEARING.bsf):
            found = find(Kind("", "X", order, 4), spectrum)
            best.append(found.decades if found else 0.0)
    assert max(best) < 3.5


def test_sidebands_of_an_inner_race_are_seen() -> None:
    found = find(
        Kind("", "X", BEARING.bpfi, 3, (("1x", 1.0),)), _spectrum(Rig(BEARING), "inner race")
    )
    assert found is not None
    assert found.side_decades > 8
    assert {"X - 1x", "X + 1x"} <= {line.label for line in found.lines if line.decades > 3}


def test_a_line_beyond_the_slip_is_another_thing() -> None:
    """The fundamental must be a peak of its own, not the flank of a neighbour."""
    spectrum = _spectrum(Rig(BEARING), "outer race")
    off = BEARING.bpfo / (1 + SLIP + 0.01)
    assert find(Kind("", "X", off, 4), spectrum) is None


def test_multiples_of_the_shaft_belong_to_the_shaft() -> None:
    rig = Rig(BEARING)
    t = rig.times
    noise = np.random.default_rng(8).normal(0, 1, len(t))
    swung = noise * np.sqrt(1 + 0.8 * np.cos(2 * np.pi * 3 * rig.shaft_hz * t))
    spectrum = Whitened(swung, rig.rate_hz).spectrum(Band(0, 9000, 0), rig.shaft_hz, 48)
    assert spectrum is not None
    assert spectrum.decades[round(3 / spectrum.step)] > 10
    found = find(Kind("", "X", 3.053, 4), spectrum)  # a 6203's BPFO, 1.7 % from 3x
    assert found is None or found.decades < 3
