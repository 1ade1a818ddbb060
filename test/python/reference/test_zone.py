"""Zones: NumPy and C++ alike, and what they take to be entered and left."""

from __future__ import annotations

import numpy as np
import pytest
import vibration

from thrum.reference.zone import WINDOWS, ZoneWatch

B, C = 717, 1152  # 2.8 and 4.5 mm/s, Q8


def _zones(velocities: np.ndarray[tuple[int], np.dtype[np.uint16]]) -> list[str]:
    watch = ZoneWatch(B, C)
    return [watch.take(int(velocity)) for velocity in velocities]


@pytest.mark.parametrize("seed", range(4))
def test_the_firmware_finds_the_same_zones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    level = np.repeat(rng.integers(0, 1800, 60), 50)
    noisy = np.clip(level + rng.normal(0, 200, len(level)), 0, 65535).astype(np.uint16)
    noisy[::97], noisy[5::101] = 0, 65535
    wanted = ["BCD".index(zone) for zone in _zones(noisy)]
    assert vibration.zones(noisy, B, C).tolist() == wanted and set(wanted) == {0, 1, 2}


def test_a_zone_takes_32_windows_beyond_its_limit() -> None:
    seen = _zones(np.full(50, C + 1, np.uint16))
    assert seen == ["B"] * (WINDOWS - 1) + ["D"] * (50 - WINDOWS + 1)
    assert set(_zones(np.full(500, B, np.uint16))) == {"B"}  # on the limit is within
    assert _zones(np.full(50, C, np.uint16))[-1] == "C"


def test_windows_between_do_not_hide_a_zone_and_one_alone_is_none() -> None:
    """Two of three beyond the limit: entered after some 96; one in three: never."""
    often = np.where(np.arange(600) % 3 == 0, 100, C + 50).astype(np.uint16)
    assert 80 < _zones(often).index("D") < 110 and set(_zones(often)[110:]) == {"D"}
    seldom = np.where(np.arange(6000) % 3 == 0, 60_000, 100).astype(np.uint16)
    assert set(_zones(seldom)) == {"B"}


def test_a_zone_is_left_after_as_many_windows_within() -> None:
    loud = np.full(200, C + 1, np.uint16)
    seen = _zones(np.concatenate([loud, np.full(100, 10, np.uint16)]))
    assert seen[200 + WINDOWS - 2] == "D" and seen[200 + WINDOWS - 1] == "B"
