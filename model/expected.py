"""What a firmware must answer to each window: the integer twins and a network's reference."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.baseline import network_input
from model.challenge import Challenge
from model.detector import Detector, DetectorConfig, State
from model.features import accumulate, band_power, clear, log_power
from model.operation import Operation, Running
from model.params import Config

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]
I8 = npt.NDArray[np.int8]

I64 = npt.NDArray[np.int64]
Network = Callable[[I8], I8]  # int8 (n, bands) to int8 (n, classes)

NONE, STUCK, SATURATED = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Measured:
    """What features and sensor check make of n windows.

    Log bands uint16 Q8 (n, bands); fault (n,); RMS of all axes in counts (n,).
    """

    log_bands: U16
    fault: I64
    rms: I64


@dataclass(frozen=True, eq=False)
class Answer:
    """One judgement: log bands uint16 and z uint8 (bands,), then the words of the `S` line."""

    log_bands: U16
    z: U8
    decision: tuple[str, ...]  # healthy, anomalous, mean, state, fault, RMS of z, RMS in mg


def expected(
    cfg: Config, network: Network, mg_q12: int, learn: int, given: Sequence[Challenge]
) -> list[Answer]:
    """Answers to windows in order; the first `learn` that can be judged are learned."""
    return answers(cfg, network, mg_q12, learn, _measure_each(cfg, given))


def measure(cfg: Config, samples: npt.NDArray[np.int16]) -> Measured:
    """Measure windows int16 (n, axes, length); every axis counts."""
    total = clear(len(samples), cfg.features.bands)
    square = np.zeros(len(samples), np.int64)
    fault = np.full(len(samples), NONE, np.int64)
    for axis in range(samples.shape[1]):
        stats, power = band_power(samples[:, axis], cfg.features.bands)
        total = accumulate(total, power)
        square += stats.rms**2
        of_axis = np.where(
            stats.clipped > samples.shape[2] // 16,
            SATURATED,
            np.where(stats.peak == 0, STUCK, NONE),
        )
        fault = np.where(fault == NONE, of_axis, fault)
    rms = np.array([math.isqrt(value) for value in square.tolist()], np.int64)
    return Measured(log_power(total, cfg.features.floor_log2), fault, rms)


def answers(cfg: Config, network: Network, mg_q12: int, learn: int, seen: Measured) -> list[Answer]:
    """Answers to measured windows in order; the first `learn` that can be judged are learned."""
    running, z = _run(cfg, learn, seen.log_bands, seen.fault)
    judged = [i for i, how in enumerate(running) if how is Running.JUDGED]
    scores: dict[int, I8] = {}
    if judged:
        scores = dict(zip(judged, network(network_input(z[judged])), strict=True))
    detector = Detector(DetectorConfig.of(cfg))
    out = []
    for i, how in enumerate(running):
        words = _decide(detector, int(seen.fault[i]), how, scores.get(i))
        words = (*words, str(rms_deviation(z[i])), str(milli_g(int(seen.rms[i]), mg_q12)))
        out.append(Answer(seen.log_bands[i], z[i], words))
    return out


def difference(got: Answer, wanted: Answer) -> str:
    """What differs, with both values; empty if nothing does."""
    if not np.array_equal(got.log_bands, wanted.log_bands):
        return f"log bands {got.log_bands.tolist()}, expected {wanted.log_bands.tolist()}"
    if not np.array_equal(got.z, wanted.z):
        return f"z {got.z.tolist()}, expected {wanted.z.tolist()}"
    if got.decision != wanted.decision:
        return f"decision {' '.join(got.decision)}, expected {' '.join(wanted.decision)}"
    return ""


def _run(
    cfg: Config, learn: int, bands: U16, faults: npt.NDArray[np.int64]
) -> tuple[list[Running | None], U8]:
    """How the machine runs in every window (None: a fault) and its deviations."""
    operation = Operation(cfg, learn)
    z = np.zeros(bands.shape, np.uint8)
    running: list[Running | None] = [None] * len(bands)
    for i, fault in enumerate(faults):
        if fault == NONE:
            running[i], z[i] = operation.take(bands[i])
        else:
            operation.interrupt()
    return running, z


def _decide(
    detector: Detector, fault: int, how: Running | None, scores: I8 | None
) -> tuple[str, ...]:
    if fault != NONE:
        state = detector.update(None)
        return "-", "-", "0", str(int(state)), str(fault)
    if scores is None:
        state = without_scores(detector, how)
        return "-", "-", "0", str(int(state)), str(NONE)
    state = detector.update(int(scores[1]) + 128)
    return (str(scores[0]), str(scores[1]), str(detector.score), str(int(state)), str(NONE))


def without_scores(detector: Detector, how: Running | None) -> State:
    """What becomes of a window that is learned, at rest, or has no complete average."""
    if how is Running.AT_REST:
        return detector.rest()
    return detector.wait() if how is Running.GATHERING else detector.learning()


def _measure_each(cfg: Config, given: Sequence[Challenge]) -> Measured:
    """Windows that need not have the same number of axes."""
    bands = np.zeros((len(given), cfg.features.bands), np.uint16)
    fault, rms = np.zeros((2, len(given)), np.int64)
    for axes in {len(c.samples) for c in given}:
        rows = [i for i, c in enumerate(given) if len(c.samples) == axes]
        found = measure(cfg, np.stack([given[i].samples for i in rows]))
        bands[rows], fault[rows], rms[rows] = found.log_bands, found.fault, found.rms
    return Measured(bands, fault, rms)


def milli_g(rms: int, mg_q12: int) -> int:
    """An RMS in counts as the telemetry line has it."""
    return (rms * mg_q12 + 2048) >> 12


def rms_deviation(z: U8) -> int:
    """RMS of one window's deviations (bands,), Q5."""
    return math.isqrt(int((z.astype(np.int64) ** 2).sum()) // len(z))
