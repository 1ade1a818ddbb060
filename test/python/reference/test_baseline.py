"""Baselines: NumPy and C++ in the same integers, and what the numbers mean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import vibration

from thrum import config as params
from thrum.reference.baseline import OF_AVERAGES, OF_WINDOWS, Baseline, network_input

CFG = params.load()


def learning(stride: int) -> tuple[params.Config, int]:
    """A configuration with a spread of at least a quarter octave, and its factor in C++."""
    baseline = replace(CFG.baseline, stride=stride, min_spread=0.25, min_spread_apart=0.25)
    cfg = replace(CFG, baseline=baseline)
    return cfg, OF_AVERAGES if stride >= CFG.alarm.most_windows else OF_WINDOWS


@pytest.mark.parametrize("stride", [1, 100])
@pytest.mark.parametrize("learn", [16, 256, 1000])
def test_baseline_and_deviation(learn: int, stride: int) -> None:
    cfg, factor = learning(stride)
    rng = np.random.default_rng(learn)
    level = rng.uniform(0, 40, 32)
    spread = rng.uniform(0, 3, 32)
    rows = level + spread * rng.standard_normal((learn + 500, 32))
    rows[rng.integers(0, learn, 5)] += 20
    log_bands = np.rint(rows * 256).clip(0, 16383).astype(np.uint16)
    expected = Baseline.learn(log_bands[:learn], cfg).deviation(log_bands[learn:])
    np.testing.assert_array_equal(vibration.deviation(log_bands, learn, 64, factor), expected)


@pytest.mark.parametrize("stride", [1, 100])
def test_baseline_at_the_extremes(stride: int) -> None:
    cfg, factor = learning(stride)
    rng = np.random.default_rng(3)
    for rows in (
        rng.integers(0, 16384, (64, 32)),
        rng.choice([0, 16383], (64, 32)),
        np.zeros((64, 32)),
    ):
        log_bands = rows.astype(np.uint16)
        expected = Baseline.learn(log_bands[:32], cfg).deviation(log_bands[32:])
        np.testing.assert_array_equal(vibration.deviation(log_bands, 32, 64, factor), expected)


def test_baseline_finds_mean_and_sigma() -> None:
    rng = np.random.default_rng(7)
    log_bands = np.rint(256 * (20 + rng.standard_normal((512, 32)))).astype(np.uint16)
    for stride, sigmas in ((1, 0.406), (100, 0.648)):
        baseline = Baseline.learn(log_bands, learning(stride)[0])
        np.testing.assert_allclose(baseline.mean / 256, 20, atol=0.2)
        np.testing.assert_allclose((1 << 20) / baseline.scale / 256, sigmas, rtol=0.15)


def test_a_trial_eases_what_has_moved_most() -> None:
    """Rows of a machine that now and then does what it did not while it was learned."""
    cfg, factor = learning(100)
    rng = np.random.default_rng(8)
    rows = 20 + rng.uniform(0.1, 0.6, 32) * rng.standard_normal((32 * 3 + 200, 32))
    rows[40:80:7] += rng.uniform(-4, 4, (6, 32))
    log_bands = np.rint(rows * 256).astype(np.uint16)
    before = baseline = Baseline.learn(log_bands[:32], cfg)
    expected = []
    for k, row in enumerate(log_bands[32:, np.newaxis]):
        expected.append(baseline.deviation(row)[0])
        baseline = baseline.eased(expected[-1]) if k < 63 else baseline
    got = vibration.deviation(log_bands, 32, 64, factor, trial=2)
    np.testing.assert_array_equal(got, expected)
    assert (baseline.scale < before.scale).sum() > 20
    far = log_bands[47:48]
    assert baseline.deviation(far).astype(int).sum() < before.deviation(far).astype(int).sum()


def test_the_mean_is_not_biased_by_rounding() -> None:
    """A mean of 16 bits is right to 1/32 octave after 4096 windows."""
    rng = np.random.default_rng(5)
    level = rng.uniform(5, 40, 32)
    rows = np.rint(256 * (level + rng.uniform(0, 0.6, 32) * rng.standard_normal((4096, 32))))
    mean = Baseline.learn(rows.astype(np.uint16), learning(1)[0]).mean
    np.testing.assert_allclose(mean, rows[1024:].mean(axis=0), atol=8)


def test_ranking() -> None:
    z = np.random.default_rng(4).integers(0, 256, (500, 32)).astype(np.uint8)
    z[0], z[1], z[2] = 0, 255, np.arange(32)
    np.testing.assert_array_equal(vibration.ranked(z), network_input(z))
    assert (np.diff(network_input(z).astype(int), axis=1) <= 0).all()
