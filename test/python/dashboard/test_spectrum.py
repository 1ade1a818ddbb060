"""The spectrum: vibration in mg, and the bands that moved most."""

from __future__ import annotations

import numpy as np
import pytest

from thrum import config
from thrum.artifacts import release
from thrum.dashboard.spectrum import band_mg, loudest
from thrum.reference.baseline import Baseline
from thrum.reference.features import log_bands

_CFG = config.from_tables(release.load().parameters)


def test_a_band_holds_the_vibration_of_a_sine() -> None:
    cfg = config.load()
    time_ = np.arange(256)
    amplitude = 8000
    sine = np.rint(amplitude * np.sin(2 * np.pi * 50 * time_ / 256)).astype(np.int16)
    bands = log_bands(sine[np.newaxis, np.newaxis], cfg)[0]
    mg = band_mg(bands / 256, 256, 0.5)
    assert np.sqrt((mg**2).sum()) == pytest.approx(amplitude / np.sqrt(2) * 0.5, rel=0.02)


def test_a_gross_fault_names_the_bands_that_moved_most() -> None:
    """Every deviation that the network sees is at its limit of 7.97 sigma."""
    baseline = Baseline(np.full(32, 5000, np.uint16), np.full(32, 8192, np.uint16))
    averages = (6280 + 10 * np.arange(32)).astype(np.uint16)
    averages[20], averages[9] = 2000, 7560
    assert (baseline.deviation(averages[np.newaxis]) == 255).all()
    assert loudest(_CFG, averages, baseline) == (
        "1000-1050 Hz -23.44 sigma x0.02, 450-500 Hz +20.00 sigma x32.00, "
        "1550-1600 Hz +12.44 sigma x8.61"
    )
