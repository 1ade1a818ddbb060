"""The network and the set it learns from keep their promises."""

from __future__ import annotations

import numpy as np
import pytest

from thrum import config
from thrum.artifacts import release
from thrum.reference import tflm

CFG = config.load()


@pytest.mark.skipif(not tflm.available(), reason="the tflite_micro wheel is Linux x86-64 only")
def test_more_deviation_never_looks_healthier() -> None:
    """Raising any bands of the released int8 model never lowers its score."""
    rng = np.random.default_rng(2)
    low = rng.integers(0, 256, (4000, CFG.features.bands))
    low = low * (rng.random(low.shape) < rng.random((4000, 1))) // rng.integers(1, 9, (4000, 1))
    high = np.minimum(low + rng.integers(0, 64, low.shape) * (rng.random(low.shape) < 0.2), 255)
    tflite = release.load().tflite
    before, after = (
        tflm.run(tflite, (z - 128).astype(np.int8))[:, 1].astype(int) for z in (low, high)
    )
    assert np.ptp(before) > 100
    assert (after >= before).all()
