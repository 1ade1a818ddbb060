"""What a board must answer to each window: the integer twins and TFLM's reference kernels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model import reference
from model.challenge import Challenge
from model.detector import Detector, DetectorConfig
from model.features import band_power, log_bands
from model.operation import Operation, Running
from model.params import Config

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]
I8 = npt.NDArray[np.int8]

NONE, STUCK, SATURATED = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Answer:
    """One judgement: log bands uint16 and z uint8 (bands,), then the words of the `S` line."""

    log_bands: U16
    z: U8
    decision: tuple[str, ...]  # healthy, anomalous, mean, state, fault, RMS of z, RMS in mg


def expected(
    cfg: Config, model: bytes, mg_q12: int, learn: int, given: Sequence[Challenge]
) -> list[Answer]:
    """Answers to windows in order; the first `learn` that can be judged are learned."""
    bands, faults, rms = _measure(cfg, mg_q12, given)
    running, z = _run(cfg, learn, bands, faults)
    judged = [i for i, how in enumerate(running) if how is Running.JUDGED]
    scores: dict[int, I8] = {}
    if judged:
        scores = dict(zip(judged, reference.run(model, _network_input(z[judged])), strict=True))
    detector = Detector(DetectorConfig.of(cfg))
    answers = []
    for i, how in enumerate(running):
        words = _decide(detector, int(faults[i]), how, scores.get(i))
        answers.append(Answer(bands[i], z[i], (*words, str(_rms_deviation(z[i])), str(rms[i]))))
    return answers


def _run(
    cfg: Config, learn: int, bands: U16, faults: npt.NDArray[np.int64]
) -> tuple[list[Running | None], U8]:
    """How the machine runs in every window (None: a fault) and its deviations."""
    operation = Operation(cfg, learn)
    z = np.zeros(bands.shape, np.uint8)
    running: list[Running | None] = [None] * len(bands)
    for i in np.flatnonzero(faults == NONE):
        running[i], z[i] = operation.take(bands[i])
    return running, z


def _decide(
    detector: Detector, fault: int, how: Running | None, scores: I8 | None
) -> tuple[str, ...]:
    if fault != NONE:
        state = detector.update(None)
        return "-", "-", str(detector.mean_score()), str(int(state)), str(fault)
    if scores is None:
        state = detector.rest() if how is Running.AT_REST else detector.learning()
        return "-", "-", "0", str(int(state)), str(NONE)
    state = detector.update(int(scores[1]) + 128)
    return (str(scores[0]), str(scores[1]), str(detector.mean_score()), str(int(state)), str(NONE))


def _measure(
    cfg: Config, mg_q12: int, given: Sequence[Challenge]
) -> tuple[U16, npt.NDArray[np.int64], list[int]]:
    bands = np.zeros((len(given), cfg.features.bands), np.uint16)
    faults = np.zeros(len(given), np.int64)
    rms = [0] * len(given)
    for axes in {len(c.samples) for c in given}:
        rows = [i for i, c in enumerate(given) if len(c.samples) == axes]
        samples = np.stack([given[i].samples for i in rows])
        bands[rows] = log_bands(samples, cfg)
        square = np.zeros(len(rows), np.int64)
        for axis in range(axes):
            stats, _ = band_power(samples[:, axis], cfg.features.bands)
            square += stats.rms**2
            fault = np.where(
                stats.clipped > samples.shape[2] // 16,
                SATURATED,
                np.where(stats.peak == 0, STUCK, NONE),
            )
            faults[rows] = np.where(faults[rows] == NONE, fault, faults[rows])
        for i, total in zip(rows, square, strict=True):
            rms[i] = (math.isqrt(int(total)) * mg_q12 + 2048) >> 12
    return bands, faults, rms


def _network_input(z: U8) -> I8:
    return (z.astype(np.int16) - 128).astype(np.int8)


def _rms_deviation(z: U8) -> int:
    return math.isqrt(int((z.astype(np.int64) ** 2).sum()) // len(z))
