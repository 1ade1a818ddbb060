"""Expected results of a replay, computed in NumPy and with TFLM's reference kernels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from thrum.config import Config
from thrum.firmware.native import Replay
from thrum.recordings.dataset import at_rate, cut
from thrum.reference import tflm
from thrum.reference.baseline import SUDDEN, SUDDEN_WINDOWS, Baseline, network_input
from thrum.reference.detector import Detector, DetectorConfig
from thrum.reference.features import log_bands
from thrum.reference.operating_state import RECENT
from thrum.reference.smoothing import Smoothing, averages_of
from thrum.training.quantize import int8_outputs


@dataclass(frozen=True, eq=False)
class Twin:
    """Deviations uint8 (windows after learning, bands) in Q5; how many windows agree.

    `compared` is 0 where the reference interpreter is missing.
    """

    z: npt.NDArray[np.uint8]
    compared: int
    different: int


def follow(replay: Replay, tflite: bytes, cfg: Config) -> Twin:
    """Compute a replay's judged windows again. Recordings with sensor faults are not supported."""
    scene = replay.scene
    at = at_rate(cfg, scene.rate_hz, scene.samples.shape[1])
    bands = log_bands(cut(scene.samples, cfg.window.length, cfg.window.hop), at)
    smoothing = Smoothing(at.alarm.most_windows)
    averages = np.stack([smoothing.take(window) for window in bands])
    baseline = Baseline.learn(bands[: scene.learn], at)
    z = baseline.deviation(averages[scene.learn :])
    if not tflm.available():
        return Twin(z, 0, 0)
    scores = int8_outputs(tflite, network_input(z))[:, 1].astype(np.int64) + 128
    expected = _judge(scores, _sudden(baseline, bands, scene.learn), cfg)
    seen = replay.telemetry
    found = np.stack([np.rint(seen.anomaly * 100).astype(np.int64), seen.state], axis=1)
    different = (expected != found[scene.learn :]).any(axis=1)
    return Twin(z, len(expected), int(different.sum()))


def _sudden(baseline: Baseline, bands: npt.NDArray[np.uint16], learn: int) -> npt.NDArray[np.bool_]:
    """Whether the fast path sees an alarm in each window after learning."""
    recent = averages_of(bands, 1, RECENT)[learn:]
    loud = np.concatenate([np.zeros(SUDDEN_WINDOWS - 1, bool), baseline.louder(recent) >= SUDDEN])
    return np.asarray(sliding_window_view(loud, SUDDEN_WINDOWS).all(axis=-1), np.bool_)


def _judge(
    scores: npt.NDArray[np.int64], sudden: npt.NDArray[np.bool_], cfg: Config
) -> npt.NDArray[np.int64]:
    """Score in hundredths, as printed, and state of each window: (n, 2)."""
    detector = Detector(DetectorConfig.of(cfg))
    rows = []
    for score, louder in zip(scores, sudden, strict=True):
        state = detector.update(int(score), bool(louder))
        rows.append(((detector.score * 100 + 128) >> 8, int(state)))
    return np.array(rows, np.int64).reshape(-1, 2)
