"""NumPy and C++ give the same integers: features, statistics, baseline and deviation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import vibration
from windows import adversarial, random_windows

from thrum import config as params
from thrum.reference import features

CFG = params.load()


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
