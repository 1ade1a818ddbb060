"""How long things last, as the configuration has it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from thrum import config
from thrum.recordings.dataset import at_rate
from thrum.reference import lengths

CFG = config.load()


def test_a_baseline_grows_over_a_day_and_is_tried_for_a_week() -> None:
    assert lengths.grow_averages(CFG) == 240 and lengths.grow_apart(CFG) == 4500
    assert lengths.trial_windows(CFG) == 7 * 240
    assert lengths.final_windows(CFG) == lengths.grown_windows(CFG) == 512
    assert lengths.complete_windows(CFG) == 64 and lengths.first_windows(CFG) == 16


@pytest.mark.parametrize("rate_hz", [50, 200, 952, 3200, 12_000, 50_000])
def test_it_takes_a_day_at_any_rate(rate_hz: int) -> None:
    at = at_rate(CFG, rate_hz, 1)
    windows = lengths.grow_averages(at) * lengths.grow_apart(at)
    hours = windows * at.window.hop / rate_hz / 3600
    most = 60_000 * 240 * 256 / rate_hz / 3600  # of windows apart that 16 bits hold
    assert min(24, most) * 0.9 < hours <= 24
    assert lengths.grow_apart(at) >= lengths.grown_windows(at)


def test_a_recording_is_final_at_once() -> None:
    short = lengths.in_a_row(CFG)
    assert lengths.grow_averages(short) == lengths.trial_windows(short) == 0
    assert lengths.final_windows(short) == 64 and lengths.most_eased(short) == lengths.MOST_EASED


def test_averages_learned_apart_from_the_beginning_grow_no_further() -> None:
    far = lengths.with_stride(CFG, 5625)
    assert lengths.apart(far) and lengths.grow_averages(far) == 0
    assert lengths.trial_windows(far) == 7 * CFG.baseline.windows


def test_a_finer_average_may_be_eased_more_often() -> None:
    assert lengths.most_eased(CFG) == 15
    assert lengths.most_eased(replace(CFG, sample=replace(CFG.sample, rate_hz=200))) == 11
