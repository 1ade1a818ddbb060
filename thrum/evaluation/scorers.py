"""Scorers: the network and simpler scores to compare it with.

A scorer learns from one part and gives every set of alarm.mean_windows consecutive windows of other
parts a score that is 1 at its threshold. The network and the scores of z judge averages of log
bands; the other scores are averaged themselves. The network's threshold is the configured one; the
others take 1.3 times the 99th percentile of their decisions on the part they learned from.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thrum.artifacts.release import Release
from thrum.compiler.graph import ModelError
from thrum.config import Config
from thrum.evaluation.metrics import Floats, running_mean
from thrum.reference.answers import Measured, measure
from thrum.reference.baseline import Baseline, network_input, ranked
from thrum.reference.network import Engine, dequantized
from thrum.reference.smoothing import smoothed

ON_TARGET = "network on target"
_PERCENTILE, _MARGIN = 99, 1.3
_OF_A_CASE = 16  # recordings whose averages are kept


@dataclass(frozen=True, eq=False)
class Observed:
    """A recording or a part of one; kind says whether it is healthy, faulty or learned.

    Windows int16 (w, axes, length) with their features and the result of the sensor check.
    """

    name: str
    kind: str
    windows: NDArray[np.int16]
    measured: Measured

    @property
    def bands(self) -> NDArray[np.uint16]:
        """Log bands Q8 (w, bands)."""
        return self.measured.log_bands

    @property
    def count(self) -> int:
        """Windows."""
        return len(self.measured.log_bands)

    @functools.cached_property
    def level(self) -> Floats:
        """RMS of each window over all axes, in counts."""
        return window_rms(self.windows)

    @functools.cached_property
    def kurtosis(self) -> Floats:
        """Kurtosis of each window, the largest of its axes."""
        return window_kurtosis(self.windows)


Predict = Callable[[NDArray[np.uint8]], Floats]
Learn = Callable[[Observed], Callable[[Observed], Floats]]
Scorer = Callable[[Observed, Sequence[Observed]], list[Floats]]


def observe(windows: NDArray[np.int16], cfg: Config, name: str = "", kind: str = "") -> Observed:
    """Compute the features of windows int16 (w, axes, length)."""
    return Observed(name, kind, windows, measure(cfg, windows))


def _each(learn: Learn) -> Scorer:
    """Learn once, then score part by part."""

    def score(learned: Observed, parts: Sequence[Observed]) -> list[Floats]:
        of_part = learn(learned)
        return [of_part(part) for part in parts]

    return score


def network(predict: Predict, cfg: Config) -> Scorer:
    """A model that maps z uint8 (w, bands) in Q5 to scores (w,) from 0 to 1."""

    def learn(learned: Observed) -> Callable[[Observed], Floats]:
        baseline = _baseline(learned, cfg)
        return lambda seen: predict(baseline.deviation(_averages(seen, cfg))) / cfg.alarm.threshold

    return _each(learn)


@functools.lru_cache(_OF_A_CASE)
def _baseline(learned: Observed, cfg: Config) -> Baseline:
    """Learn a baseline, or take the last one: several scorers ask for the same one in a row."""
    return Baseline.learn(learned.bands, cfg)


@functools.lru_cache(_OF_A_CASE)
def _averages(seen: Observed, cfg: Config) -> NDArray[np.uint16]:
    """Averages to judge, kept because several scorers ask for the same ones in a row."""
    return smoothed(seen.bands, cfg)


def int8_model(data: bytes) -> Predict:
    """A quantized .tflite on the reference kernels."""
    from thrum.training.quantize import anomaly, int8_network

    outputs = int8_network(data)
    return lambda z: anomaly(outputs(network_input(z)))


def engine_model(made: Release) -> Predict:
    """The quantized network of a release, in the integers of the AOT engine; needs no TensorFlow.

    A network that NumPy does not have runs on the reference kernels.
    """
    try:
        engine = Engine(made.graph)
    except ModelError:
        return int8_model(made.tflite)
    return lambda z: engine.scores(z) / 256.0


def float_model(keras_model: Any) -> Predict:
    """A Keras model; its input is z in sigma."""

    def predict(z: NDArray[np.uint8]) -> Floats:
        outputs = keras_model.predict(ranked(z).astype(np.float32) / 32, batch_size=4096, verbose=0)
        return np.asarray(outputs[:, 1], np.float64)

    return predict


def simple(cfg: Config) -> dict[str, Scorer]:
    """The simple scores by name."""
    return {
        "RMS": _standardized(lambda seen: seen.level, cfg),
        "kurtosis": _standardized(lambda seen: seen.kurtosis, cfg),
        "largest z": _of_z(lambda z: z.max(axis=1), cfg),
        "mean of z": _of_z(lambda z: z.mean(axis=1), cfg),
        "RMS of z": _of_z(lambda z: np.sqrt((z**2).mean(axis=1)), cfg),
        "Mahalanobis": _calibrated(lambda learned: _mahalanobis(learned, cfg), cfg),
    }


def of_model(tflite: bytes, cfg: Config) -> dict[str, Scorer]:
    """The int8 model and the simple scores."""
    return {"network int8": network(int8_model(tflite), cfg), **simple(cfg)}


def of_release(made: Release, cfg: Config, target: Scorer | str) -> dict[str, Scorer | str]:
    """The network in float, in int8 and on target (or why not), and the simple scores."""
    return {
        "network float": network(dequantized(made.graph), cfg),
        "network int8": network(int8_model(made.tflite), cfg),
        ON_TARGET: target,
        **simple(cfg),
    }


def _calibrated(learn: Learn, cfg: Config) -> Scorer:
    """Divide raw scores by the threshold that the learned part suggests."""

    def calibrated(learned: Observed) -> Callable[[Observed], Floats]:
        raw = learn(learned)
        own = raw(learned)
        threshold = max(_MARGIN * float(np.percentile(own, _PERCENTILE)), 1e-9)
        return lambda seen: raw(seen) / threshold

    return _each(calibrated)


def _standardized(statistic: Callable[[Observed], Floats], cfg: Config) -> Scorer:
    """Distance of a statistic from its mean over the learned part, in standard deviations."""

    def learn(learned: Observed) -> Callable[[Observed], Floats]:
        values = statistic(learned)
        mean, spread = values.mean(), max(float(values.std()), 1e-9)
        return lambda seen: running_mean(
            np.abs(statistic(seen) - mean) / spread, cfg.alarm.mean_windows
        )

    return _calibrated(learn, cfg)


def _of_z(statistic: Callable[[Floats], Floats], cfg: Config) -> Scorer:
    def learn(learned: Observed) -> Callable[[Observed], Floats]:
        baseline = _baseline(learned, cfg)
        return lambda seen: statistic(baseline.deviation(_averages(seen, cfg)) / 32.0)

    return _calibrated(learn, cfg)


def _mahalanobis(learned: Observed, cfg: Config) -> Callable[[Observed], Floats]:
    """Covariance of log bands, shrunk towards its diagonal the more, the fewer the windows."""
    bands = learned.bands / 256.0
    mean = bands.mean(axis=0)
    covariance = np.cov(bands, rowvar=False)
    shrink = min(1.0, bands.shape[1] / len(bands))
    diagonal = np.diag(np.maximum(np.diag(covariance), 1e-4))
    inverse = np.linalg.inv((1 - shrink) * covariance + shrink * diagonal)

    def distance(seen: Observed) -> Floats:
        d = _averages(seen, cfg) / 256.0 - mean
        squared: Floats = np.einsum("wi,ij,wj->w", d, inverse, d)
        return np.sqrt(np.maximum(squared, 0) / len(mean))

    return distance


def window_rms(windows: NDArray[np.int16]) -> Floats:
    """RMS (w,) of windows (w, axes, length) over all axes, the mean of each removed."""
    rms: Floats = np.sqrt((_centred(windows) ** 2).mean(axis=2).sum(axis=1))
    return rms


def window_kurtosis(windows: NDArray[np.int16]) -> Floats:
    """Kurtosis (w,) of windows (w, axes, length): the largest of the axes."""
    squares = _centred(windows) ** 2
    variance = np.maximum(squares.mean(axis=2), 1e-9)
    kurtosis: Floats = ((squares**2).mean(axis=2) / variance**2).max(axis=1)
    return kurtosis


def _centred(windows: NDArray[np.int16]) -> Floats:
    x = windows.astype(np.float64)
    centred: Floats = x - x.mean(axis=2, keepdims=True)
    return centred
