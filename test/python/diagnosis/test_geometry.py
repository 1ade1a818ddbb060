from __future__ import annotations

import pytest

from thrum.diagnosis.geometry import BearingError, known, of_dimensions, table


def test_the_6205_has_the_orders_that_cwru_publishes() -> None:
    bearing = known("6205-2rs")
    assert bearing.bpfi == pytest.approx(5.4152, abs=1e-3)
    assert bearing.bpfo == pytest.approx(3.5848, abs=1e-3)
    assert bearing.ftf == pytest.approx(0.39828, abs=1e-4)
    assert 2 * bearing.bsf == pytest.approx(4.7135, abs=1e-3)


def test_the_6203_has_the_orders_that_cwru_publishes() -> None:
    bearing = known("6203")
    assert bearing.bpfi == pytest.approx(4.9469, abs=1e-3)
    assert bearing.bpfo == pytest.approx(3.0530, abs=1e-3)
    assert 2 * bearing.bsf == pytest.approx(3.9874, abs=1e-3)


def test_a_contact_angle_counts() -> None:
    """Rexnord ZA-2115: Qiu and others 2006 give 236 Hz at 2,000 rpm for the outer race."""
    assert known("ZA-2115").bpfo * 2000 / 60 == pytest.approx(236.4, abs=0.2)


def test_every_bearing_has_a_source_and_sound_orders() -> None:
    for bearing in table():
        assert len(bearing.source) > 20
        assert bearing.bpfo + bearing.bpfi == pytest.approx(bearing.balls)
        assert 0.3 < bearing.ftf < 0.5


def test_an_unknown_bearing_says_what_there_is_and_what_to_do() -> None:
    with pytest.raises(BearingError, match=r"'6299' is not in the table \(6205, .*--balls"):
        known("6299")


def test_impossible_dimensions_are_named() -> None:
    with pytest.raises(BearingError, match=r"9 balls of .* do not fit"):
        of_dimensions(9, 79.4, 39.04)
    with pytest.raises(BearingError, match="balls = 2: must be a whole number, 3 to 200"):
        of_dimensions(2, 7.94, 39.04)
    with pytest.raises(BearingError, match="angle_deg"):
        of_dimensions(9, 7.94, 39.04, float("nan"))
