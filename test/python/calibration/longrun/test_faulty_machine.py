"""A machine whose fault grows while it runs."""

from __future__ import annotations

import numpy as np
from plants import plant

from thrum.calibration.longrun.faulty_machine import FaultShift, Growth, whole


def test_severity_grows_by_the_same_factor_every_hour() -> None:
    growth = Growth("rub", 2.0, 1.0, 3200)
    day = np.array([0.9, 1.0, 2.0, 3.0, 9.0])
    np.testing.assert_allclose(growth.severity(day), [0, 0.02, 0.02 * 150**0.5, 3, 3])


def test_the_fault_moves_the_bands_once_it_has_begun() -> None:
    growth = Growth("bearing", 2.0, 1.0, 3200)
    shift = FaultShift.of(plant(1), np.random.default_rng(2), growth)
    moved = shift.at(np.array([0, 1439, 1440, 3 * 1440, 9 * 1440]))
    assert not moved[:2].any() and np.abs(moved[2]).max() < 60
    assert moved[3].max() > 512  # two octaves at severity 3
    np.testing.assert_array_equal(moved[3], moved[4])


def test_bands_stay_within_what_the_device_can_hold() -> None:
    assert whole(np.array([-3.0, 7.6, 99_999.0])).tolist() == [0, 8, 16_383]
