"""NumPy and C++ give the same integers: features, statistics, baseline and deviation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import vibration

from thrum import config as params
from thrum.reference import features
from thrum.reference.baseline import OF_AVERAGES, OF_WINDOWS, Baseline, network_input
from thrum.reference.detector import Detector, DetectorConfig
from thrum.reference.smoothing import Smoothing

CFG = params.load()


def adversarial(length: int, axes: int) -> npt.NDArray[np.int16]:
    """Windows at the edges of the arithmetic: silence, DC, saturation, impulses, pure tones."""
    n = np.arange(length)
    sign = np.where(n % 2 == 0, 1, -1)
    square = np.where(n < length // 2, 32767, -32768)
    one_low = np.where(n == 7, -32768, 32767)
    rows = [0 * n, 0 * n + 32767, 0 * n - 32768, sign * 32767, sign * -32768, square, one_low]
    rows += [-one_low.clip(-32767), (n == 0) * 32767, (n == length // 2) * -32768, (n == 3) * 1]
    rows += [sign, (n % 4 < 2) * 65535 - 32768, n - length // 2, (n * 257) % 65536 - 32768]
    for cycles in (0.5, 1, 3.37, length / 4, length / 2 - 1):
        for amplitude in (1, 100, 32767):
            rows.append(np.rint(amplitude * np.sin(2 * np.pi * cycles * n / length + 0.3)))
    stacked = np.stack(rows).clip(-32768, 32767).astype(np.int16)
    return np.stack([np.roll(stacked, axis, axis=0) for axis in range(axes)], axis=1)


def random_windows(count: int, axes: int, length: int, seed: int) -> npt.NDArray[np.int16]:
    """Noise of every loudness from one count to hard clipping, coloured and offset at random."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((count, axes, length))
    noise += rng.uniform(0, 1, (count, 1, 1)) * np.cumsum(noise, axis=2)
    gain = 2.0 ** rng.uniform(-1, 16, (count, axes, 1))
    offset = rng.integers(-32768, 32768, (count, axes, 1)) * rng.integers(0, 2, (count, 1, 1))
    return np.rint(noise * gain + offset).clip(-32768, 32767).astype(np.int16)


def check_equal(windows: npt.NDArray[np.int16], bands: int, floor_log2: int) -> None:
    cfg = replace(CFG, features=params.Features(bands=bands, floor_log2=floor_log2))
    ours, stats = vibration.log_bands(windows, bands, floor_log2)
    np.testing.assert_array_equal(ours, features.log_bands(windows, cfg))
    for axis in range(windows.shape[1]):
        expected, _ = features.band_power(windows[:, axis], bands)
        np.testing.assert_array_equal(stats[:, axis, 0].astype(np.int16), expected.mean)
        np.testing.assert_array_equal(stats[:, axis, 1], expected.peak)
        np.testing.assert_array_equal(stats[:, axis, 2], expected.rms)
        np.testing.assert_array_equal(stats[:, axis, 3], expected.clipped)


@pytest.mark.parametrize("axes", [1, 3])
def test_random_windows_of_the_default_configuration(axes: int) -> None:
    check_equal(random_windows(3000, axes, 256, seed=axes), 32, 6)


@pytest.mark.parametrize("length, bands", [(64, 16), (128, 32), (256, 32), (512, 8), (1024, 32)])
@pytest.mark.parametrize("floor_log2", [0, 6, 30])
def test_every_length_band_count_and_floor(length: int, bands: int, floor_log2: int) -> None:
    check_equal(adversarial(length, 2), bands, floor_log2)
    check_equal(random_windows(100, 1, length, seed=length + bands), bands, floor_log2)


def test_log_bands_match_the_floating_point_definition() -> None:
    """A loud broadband window agrees with a float FFT to a twentieth of an octave."""
    windows = random_windows(400, 1, 256, seed=5)
    loud = windows[
        (np.abs(windows.astype(int)).max(axis=(1, 2)) < 32000) & (windows.std(axis=(1, 2)) > 300)
    ]
    x = loud[:, 0] - loud[:, 0].mean(axis=1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(x * np.hanning(257)[:-1])) ** 2
    spectrum[:, 0] = 0
    power = spectrum[:, :128].reshape(len(loud), 32, 4).sum(axis=2)
    strong = power > power.max(axis=1, keepdims=True) * 1e-5
    error = features.log_bands(loud, CFG) / 256 - np.log2(power + 64)
    assert strong.sum() > 1000
    assert np.abs(error[strong]).max() < 0.05


def test_silence_is_the_floor() -> None:
    silence = np.zeros((1, 1, 256), np.int16)
    assert (features.log_bands(silence, CFG) == 6 * 256).all()


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


@pytest.mark.parametrize("log2_windows", range(8))
def test_smoothing(log2_windows: int) -> None:
    """Noise, the extremes, and steps between them."""
    rng = np.random.default_rng(log2_windows)
    rows = np.concatenate(
        [
            rng.integers(0, 16384, (200, 32)),
            rng.choice([0, 16383], (200, 32)),
            np.repeat(rng.choice([0, 1, 16382, 16383], (20, 32)), 16 << log2_windows, axis=0),
        ]
    ).astype(np.uint16)
    smoothing = Smoothing(1 << log2_windows)
    expected = np.stack([smoothing.take(row) for row in rows])
    np.testing.assert_array_equal(vibration.smoothed(rows, log2_windows), expected)
    np.testing.assert_allclose(expected[-1].astype(int), rows[-1], atol=1)


def test_ranking() -> None:
    z = np.random.default_rng(4).integers(0, 256, (500, 32)).astype(np.uint8)
    z[0], z[1], z[2] = 0, 255, np.arange(32)
    np.testing.assert_array_equal(vibration.ranked(z), network_input(z))
    assert (np.diff(network_input(z).astype(int), axis=1) <= 0).all()


@pytest.mark.parametrize(
    "config",
    [
        DetectorConfig.of(CFG),
        DetectorConfig(raise_q8=128, clear_q8=128, k=1, n=1, hold_windows=0),
        DetectorConfig(raise_q8=140, clear_q8=90, k=28, n=32, hold_windows=500),
    ],
)
def test_detector(config: DetectorConfig) -> None:
    """Slow swings, spikes and faults drive both through every transition."""
    rng = np.random.default_rng(11)
    swing = 128 + 250 * np.sin(np.arange(20_000) / 90) + rng.normal(0, 60, 20_000)
    scores = swing.clip(0, 255).astype(np.int16)
    scores[rng.random(20_000) < 0.05] = -1
    scores[6_000:9_000:3] = -2
    scores[12_000:12_100] = -2
    detector = Detector(config)
    expected = [
        (detector.update(int(s)) if s >= 0 else detector.fail(bool(s == -2)), detector.score)
        for s in scores
    ]
    states, means = vibration.detect(scores, config)
    assert set(states) == {1, 2, 3}
    np.testing.assert_array_equal(np.stack([states, means], axis=1), expected)
