from __future__ import annotations

import pytest
from bearings import Rig, recording, unread

from thrum.diagnosis.causes import NOT_CLEAR
from thrum.diagnosis.diagnose import diagnose
from thrum.diagnosis.geometry import known, of_dimensions
from thrum.diagnosis.strangers import strangers

OTHER = of_dimensions(9, 7.0, 38.5)  # as a 6205 of another maker: BPFO 3.68x instead of 3.585x
RIG = Rig(OTHER, rpm=1797, rate_hz=12_000, noise=1.0)


def test_another_makers_bearing_is_asked_for() -> None:
    samples = recording(RIG, "outer race")
    found = diagnose(unread(samples), rpm=1797, bearing=known("6205"))
    assert found.causes[0].name == NOT_CLEAR
    said = " ".join(found.causes[0].evidence)
    assert "3.69x" in said  # the nearest line of a spectrum of 48 turns
    assert "another bearing" in said
    right = diagnose(unread(samples), rpm=1797, bearing=OTHER)
    assert right.causes[0].name == "outer race"


@pytest.mark.parametrize("fault", ["", "outer race", "inner race", "ball", "cage"])
def test_no_line_of_the_bearing_is_a_stranger(fault: str) -> None:
    rig = Rig(known("6205"), rpm=1797, rate_hz=12_000, slip=0.01)
    found = diagnose(unread(recording(rig, fault)), rpm=1797, bearing=rig.bearing)
    orders = strangers(rig.bearing, found.analysis.envelopes)
    if fault in ("", "outer race"):
        assert orders == []
    elif fault == "inner race":  # its sidebands are asked for only where nothing is named
        assert found.causes[0].name == fault


def test_short_recordings_have_none() -> None:
    assert strangers(known("6205"), []) == []
