"""A baseline that grows: provisional after its first windows, final after its averages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from thrum import config
from thrum.artifacts import release
from thrum.reference.baseline import (
    PRIOR,
    PROVISIONAL,
    WIDEST,
    Baseline,
)
from thrum.reference.lengths import grow_apart, grow_averages, grown_windows
from thrum.reference.network import Engine
from thrum.reference.operating_state import Operation, Running
from thrum.reference.pipeline import Judge
from thrum.states import State

CFG = config.load()
ENGINE = Engine(release.load().graph)
BANDS = 32
U16 = npt.NDArray[np.uint16]
AVERAGES = 40


def _cfg(apart: int = 560, averages: int = AVERAGES) -> config.Config:
    """Grows by `averages`, about `apart` windows apart."""
    hours = averages * apart * CFG.window.hop / CFG.sample.rate_hz / 3600
    return replace(CFG, baseline=replace(CFG.baseline, hours=hours, averages=averages))


def _rows(count: int, seed: int = 1, moved: npt.NDArray[np.float64] | float = 0.0) -> U16:
    """Log bands of a machine that `moved` octaves, (windows, 1) or one number."""
    rng = np.random.default_rng(seed)
    noise = 0.5 * rng.standard_normal((count, BANDS))
    return np.rint(256 * (20 + np.linspace(0, -6, BANDS) + noise + moved)).astype(np.uint16)


def _grown(start: Baseline, averages: U16, cfg: config.Config) -> Baseline:
    for taken, row in enumerate(averages, 1):
        start = start.grown(row, taken, cfg)
    return start


@pytest.mark.parametrize("sigma", [0.0, 0.1, 0.3, 1.0])
def test_mean_and_spread_are_those_of_all_averages(sigma: float) -> None:
    """To 0.02 octaves, and to a tenth; what was learned first counts as 16 averages."""
    cfg = _cfg(averages=240)
    rng = np.random.default_rng(3)
    level = rng.uniform(5, 40, BANDS)
    rows = np.rint(256 * (level + sigma * rng.standard_normal((240, BANDS)))).astype(np.uint16)
    first = Baseline(np.rint(256 * level).astype(np.uint16), np.full(BANDS, 10_000, np.uint16))
    made = _grown(first, rows, cfg)
    share = PRIOR / (PRIOR + 240)
    mean = share * first.mean + (1 - share) * rows.mean(axis=0)
    assert np.abs(made.mean - mean).max() < 0.02 * 256 + 30 * sigma
    least = cfg.baseline.min_spread_apart
    wanted = share * (2**12 / 10_000) + (1 - share) * 0.65 * sigma
    np.testing.assert_allclose(2**12 / made.scale, max(wanted, least), rtol=0.2)
    assert np.median(2**12 / made.scale) == pytest.approx(max(wanted, least), rel=0.07)


def test_extremes_stay_within_16_bits() -> None:
    cfg = _cfg(averages=240)
    rng = np.random.default_rng(4)
    for scale in (504, 2048, 61_681):
        first = Baseline(np.full(BANDS, 8000, np.uint16), np.full(BANDS, scale, np.uint16))
        made = _grown(first, rng.choice([0, 16383], (240, BANDS)).astype(np.uint16), cfg)
        assert made.mean.max() <= 16383 and made.scale.min() >= WIDEST
        same = _grown(first, np.full((240, BANDS), 8000, np.uint16), cfg)
        np.testing.assert_array_equal(same.mean, 8000)


def test_one_average_in_a_hundred_that_is_far_off_does_not_widen_it() -> None:
    """A knock at the machine counts as an average of five spreads at most."""
    rows = _rows(240, seed=5)
    knocked = rows.copy()
    knocked[::100] += 2000
    first = Baseline(rows[0], np.full(BANDS, 10_000, np.uint16))
    clean, seen = (_grown(first, part, _cfg(averages=240)) for part in (rows, knocked))
    assert np.median(clean.scale / seen.scale) < 1.1


def test_it_is_judged_while_it_grows_and_tried_after_that() -> None:
    cfg = _cfg()
    assert grow_averages(cfg) == AVERAGES and grow_apart(cfg) >= grown_windows(cfg) == 512
    operation = Operation(cfg)
    seen = [operation.take(row)[0] for row in _rows(CFG.baseline.windows + 16)]
    assert seen[-1] is Running.JUDGED
    assert operation.baseline is not None and operation.baseline.provisional
    stored = 0
    for row in _rows(AVERAGES * grow_apart(cfg) + 20, seed=2):
        assert operation.take(row)[0] is Running.JUDGED
        stored += operation.completed
    assert not operation.baseline.provisional and stored == AVERAGES // 4
    operation.interrupt()
    after = [operation.take(row)[0] for row in _rows(600, seed=6)]
    assert after == [Running.GATHERING] * 511 + [Running.JUDGED] * 89  # complete averages alone


def test_no_spread_counts_as_less_than_a_quarter_octave_while_it_grows() -> None:
    tight = Baseline(np.full(BANDS, 5000, np.uint16), np.full(BANDS, 58_254, np.uint16))
    at = np.full((1, BANDS), 5064, np.uint16)  # a quarter octave
    assert replace(tight, provisional=True).deviation(at)[0, 0] == 32
    assert replace(tight, provisional=False).deviation(at)[0, 0] == 114
    assert round(2**20 / (0.25 * 256)) == PROVISIONAL


def test_what_the_machine_does_within_hours_becomes_healthy() -> None:
    """It drifts by half an octave to and fro: the first 20 seconds have not seen that."""
    cfg = _cfg()
    windows = AVERAGES * grow_apart(cfg)
    drift = 0.5 * np.sin(2 * np.pi * np.arange(windows) / 5000)[:, np.newaxis]
    operation = Operation(cfg)
    judge = Judge(cfg, operation, ENGINE.outputs)
    for row in _rows(CFG.baseline.windows):
        judge.take(row)
    first = operation.baseline
    for row in _rows(windows, seed=7, moved=drift):
        judge.take(row)
    last = operation.baseline
    assert first is not None and last is not None and not last.provisional
    later = [judge.take(row).state for row in _rows(10_000, seed=8, moved=drift[:10_000])]
    assert set(later) == {State.OK}


def test_while_there_is_an_alarm_it_takes_in_one_average_of_eight() -> None:
    cfg = _cfg(apart=128)
    operation = Operation(cfg)
    judge = Judge(cfg, operation, ENGINE.outputs)
    for row in _rows(CFG.baseline.windows + 16 * grow_apart(cfg) + 100):
        judge.take(row)
    before = operation.baseline
    broken = _rows(12_000, seed=9, moved=2.0)
    states = [judge.take(row).state for row in broken]
    assert states.index(State.ALARM) < 100 and set(states[200:]) == {State.ALARM}
    assert before is not None and operation.baseline is not None
    moved = operation.baseline.mean.astype(int) - before.mean
    assert 0 < moved.max() < 0.25 * 2.0 * 256  # of the two octaves
    taken = operation.baseline
    for row in _rows(3000, seed=10):
        judge.take(row)
    assert operation.baseline is not taken  # and goes on after that


def test_hours_too_short_for_sixteen_averages_make_it_final_at_once() -> None:
    short = replace(CFG, baseline=replace(CFG.baseline, hours=0.02))
    assert grow_averages(short) == 0 and grow_averages(CFG) == 240
    operation = Operation(short)
    for row in _rows(CFG.baseline.windows):
        operation.take(row)
    assert operation.baseline is not None and not operation.baseline.provisional


def test_windows_that_a_host_feeds_grow_no_baseline() -> None:
    cfg = _cfg(apart=128)
    operation = Operation(cfg)
    judge = Judge(cfg, operation, ENGINE.outputs, fed=True)
    for row in _rows(CFG.baseline.windows + 20):
        judge.take(row)
    before = operation.baseline
    for row in _rows(1000, seed=11):
        judge.take(row)
    assert operation.baseline is before
