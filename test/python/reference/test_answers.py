"""Expected answers of a firmware: measured windows, decisions, differences."""

from __future__ import annotations

import numpy as np
import pytest

from thrum import config
from thrum.reference.answers import Answer, difference, measure, milli_g, rms_deviation
from thrum.states import Fault

CFG = config.load()
LENGTH = CFG.window.length


def test_a_sensor_that_is_stuck_or_saturated_is_a_fault() -> None:
    """A sixteenth of the samples may be at the limit, one more may not; any axis counts."""
    rng = np.random.default_rng(1)
    windows = rng.integers(-9000, 9000, (4, 2, LENGTH)).astype(np.int16)
    windows[1, 1] = 77
    windows[2, 0, : LENGTH // 16] = 32767
    windows[3, 0, : LENGTH // 16 + 1] = 32767
    expected = [Fault.NONE, Fault.STUCK, Fault.NONE, Fault.SATURATED]
    assert measure(CFG, windows).fault.tolist() == expected


def test_the_level_of_axes_adds_as_squares() -> None:
    one = np.tile(np.array([300, -300], np.int16), LENGTH // 2)[np.newaxis]
    other = np.tile(np.array([400, -400], np.int16), LENGTH // 2)[np.newaxis]
    assert measure(CFG, np.stack([np.concatenate([one, other])])).rms.tolist() == [500]


def test_levels_are_rounded_as_the_firmware_does() -> None:
    assert [milli_g(rms, 2000) for rms in (0, 1, 2, 4096)] == [0, 0, 1, 2000]
    assert rms_deviation(np.array([3, 4], np.uint8)) == 3
    assert rms_deviation(np.full(32, 255, np.uint8)) == 255


@pytest.mark.parametrize(
    "other, words",
    [
        ({}, ""),
        ({"log_bands": np.array([1, 3], np.uint16)}, "log bands [1, 3], expected [1, 2]"),
        ({"z": np.array([9, 8], np.uint8)}, "z [9, 8], expected [9, 9]"),
        ({"decision": ("1", "2")}, "decision 1 2, expected 1 1"),
    ],
)
def test_the_first_difference_is_told_with_both_values(
    other: dict[str, object], words: str
) -> None:
    right = {
        "log_bands": np.array([1, 2], np.uint16),
        "z": np.array([9, 9], np.uint8),
        "decision": ("1", "1"),
    }
    got = Answer(**{**right, **other})  # type: ignore[arg-type]
    assert difference(got, Answer(**right)) == words  # type: ignore[arg-type]
