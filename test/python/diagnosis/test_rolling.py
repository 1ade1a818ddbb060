from __future__ import annotations

import pytest
from bearings import Rig, recording

from thrum.diagnosis import rolling
from thrum.diagnosis.causes import OF_BEARINGS
from thrum.diagnosis.envelope import TURNS, Whitened
from thrum.diagnosis.geometry import Bearing, known, of_dimensions
from thrum.diagnosis.rolling import Judged

RIGS = {
    "6205": Rig(known("6205")),
    "6203, mains of 60 Hz": Rig(known("6203"), rpm=1750, rate_hz=12_000, mains_hz=60, slip=0.01),
    "ZA-2115": Rig(known("ZA-2115"), rpm=2000, noise=0.6, slip=-0.01),
    "slow": Rig(of_dimensions(8, 17.5, 77.5), rpm=720, rate_hz=25_600, jitter=0.01),
}


def _judge(rig: Rig, fault: str, bearing: Bearing | None = None) -> tuple[list[Judged], list[str]]:
    bearing = bearing or rig.bearing
    white = Whitened(recording(rig, fault), rig.rate_hz)
    bands = white.bands(4 * bearing.bpfi * rig.shaft_hz)
    spectra = [white.spectrum(band, rig.shaft_hz, turns) for band in bands for turns in TURNS]
    return rolling.judge(bearing, [s for s in spectra if s], 0.0)


@pytest.mark.parametrize("rig", RIGS.values(), ids=RIGS.keys())
@pytest.mark.parametrize("fault", OF_BEARINGS)
def test_every_fault_is_named_first(rig: Rig, fault: str) -> None:
    ranked, doubts = _judge(rig, fault)
    assert (ranked[0].name, ranked[0].strong, doubts) == (fault, True, [])


@pytest.mark.parametrize("rig", RIGS.values(), ids=RIGS.keys())
def test_gears_and_mains_are_no_bearing(rig: Rig) -> None:
    ranked, _ = _judge(rig, "")
    assert not any(judged.strong for judged in ranked)


def test_a_fault_of_another_bearing_is_none_of_this_one() -> None:
    """A gear's or another shaft's lines must not be taken for this bearing's."""
    ranked, _ = _judge(RIGS["6205"], "outer race", known("UER204"))
    assert not any(judged.strong for judged in ranked)


def test_the_evidence_names_line_frequency_band_and_depth() -> None:
    ranked, _ = _judge(RIGS["6205"], "inner race")
    cause = rolling.cause(ranked[0], 25.0)
    text = " ".join(cause.evidence)
    assert "BPFI at 135." in text
    assert "slip" in text
    assert "spectral kurtosis" in text
    assert cause.marks[0].label == "BPFI"
    assert cause.marks[0].hz == pytest.approx(25 * cause.marks[0].order)
