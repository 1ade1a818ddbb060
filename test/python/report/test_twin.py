"""The reference beside a replay: windows that differ are counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from replays import HOP, scene
from vibration import native_firmware

from thrum import config
from thrum.artifacts import release
from thrum.device.telemetry import Telemetry
from thrum.firmware.native import Replay, replay
from thrum.reference import tflm
from thrum.report import twin

CFG = config.load()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """The native firmware on noise: 16 windows learned, 40 windows judged, the last 16 louder."""
    wav = tmp_path_factory.mktemp("twin") / "recording.wav"
    return replay(native_firmware(), scene(56, 16, 40, axes=1), CFG, wav)


def test_deviations_follow_the_baseline_that_was_learned(seen: Replay) -> None:
    z = twin.follow(seen, release.load().tflite, CFG).z
    assert z.shape == (40, CFG.features.bands)
    assert z[-1].mean() > 2 * z[0].mean()
    assert seen.hop == HOP


@pytest.mark.skipif(not tflm.available(), reason="the tflite_micro wheel is Linux x86-64 only")
def test_one_window_that_differs_is_counted(seen: Replay) -> None:
    tflite = release.load().tflite
    same = twin.follow(seen, tflite, CFG)
    assert (same.compared, same.different) == (40, 0)
    anomaly = seen.telemetry.anomaly.copy()
    anomaly[-1] = 0.5 if anomaly[-1] != 0.5 else 0.4
    told: Telemetry = replace(seen.telemetry, anomaly=anomaly)
    other = twin.follow(replace(seen, telemetry=told), tflite, CFG)
    assert (other.compared, other.different) == (40, 1)
    np.testing.assert_array_equal(other.z, same.z)
