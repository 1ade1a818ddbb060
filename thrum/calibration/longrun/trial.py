"""The trial of a baseline: what operation.h's Ease does while the machine is judged already."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from thrum.calibration.k_of_n import Levels, in_steps
from thrum.config import Config
from thrum.reference.baseline import SUDDEN, SUDDEN_WINDOWS, Baseline
from thrum.reference.detector import Detector, DetectorConfig
from thrum.reference.lengths import most_eased
from thrum.reference.network import Engine
from thrum.reference.operating_state import RECENT
from thrum.reference.pipeline import eases
from thrum.reference.smoothing import averages_of
from thrum.states import State

Scores = NDArray[np.uint8]

BURST = 64  # votes that follow each other as rendered, one per window
_BATCH = 8192  # windows judged together: what fits the cache
_QUIET = 32  # bursts judged ahead: mostly none of them eases anything


def scores_of(baseline: Baseline, engine: Engine, bands: NDArray[np.uint16]) -> Scores:
    """Scores (...) of averages uint16 Q8 (..., bands)."""
    flat = bands.reshape(-1, bands.shape[-1])
    parts = [
        engine.scores(baseline.deviation(flat[i : i + _BATCH])) for i in range(0, len(flat), _BATCH)
    ]
    return np.concatenate([np.zeros(0, np.uint8), *parts]).reshape(bands.shape[:-1])


def recent_averages(bands: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Averages (..., windows - 7, bands) that the fast path looks at."""
    return averages_of(bands, RECENT, RECENT)


def suddenly(baseline: Baseline, recent: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Whether the fast path raises the alarm, (..., windows - 7).

    recent: averages (..., windows, bands).
    """
    loud = baseline.louder(recent) >= SUDDEN
    return np.asarray(sliding_window_view(loud, SUDDEN_WINDOWS, axis=-1).all(axis=-1), np.bool_)


def try_baseline(
    cfg: Config, engine: Engine, baseline: Baseline, drawn: NDArray[np.uint16]
) -> tuple[Baseline, Levels]:
    """The baseline after a trial by averages uint16 Q8 (bursts, BURST, bands) in order.

    Also the scores (bursts, BURST) in STEPS, each with the baseline as it was then. It is eased by
    the configured threshold, whatever threshold these scores are then held against.
    """
    decision = DetectorConfig.of(cfg)
    detector = Detector(decision)
    scores = np.zeros(drawn.shape[:2], np.uint8)
    burst = 0
    while burst < len(drawn):
        ahead = scores_of(baseline, engine, drawn[burst : burst + _QUIET])
        loud = np.flatnonzero((ahead >= decision.raise_q8).any(axis=1))
        quiet = len(ahead) if not len(loud) else int(loud[0])
        if detector.state is State.ALARM:
            quiet = 0
        elif quiet:
            detector = Detector(decision)  # a burst without a vote is longer than what it keeps
        scores[burst : burst + quiet] = ahead[:quiet]
        burst += quiet
        if burst < len(drawn) and quiet < len(ahead):
            baseline, scores[burst] = _eased(
                detector, engine, baseline, drawn[burst], most_eased(cfg)
            )
            burst += 1
    return baseline, in_steps(scores)


def _eased(
    detector: Detector,
    engine: Engine,
    baseline: Baseline,
    windows: NDArray[np.uint16],
    times: int,
) -> tuple[Baseline, Scores]:
    """One burst (BURST, bands), window by window."""
    scores = np.zeros(len(windows), np.uint8)
    for number, window in enumerate(windows):
        z = baseline.deviation(window[np.newaxis])
        scores[number] = engine.scores(z)[0]
        detector.update(int(scores[number]))
        if eases(detector, int(scores[number])):
            baseline = baseline.eased(z[0], times)
    return baseline, scores
