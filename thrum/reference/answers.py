"""Expected answers of the firmware to each window: the integer twins and a network's reference."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.reference.features import accumulate, band_power, clear, log_power
from thrum.reference.lengths import apart, trial_windows
from thrum.reference.operating_state import Operation
from thrum.reference.pipeline import I8, Judge, Judged, Network
from thrum.states import Fault

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Measured:
    """Features and sensor check of n windows.

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


def measure(cfg: Config, samples: npt.NDArray[np.int16]) -> Measured:
    """Measure windows int16 (n, axes, length); every axis counts."""
    total = clear(len(samples), cfg.features.bands)
    square = np.zeros(len(samples), np.int64)
    fault = np.full(len(samples), Fault.NONE, np.int64)
    for axis in range(samples.shape[1]):
        stats, power = band_power(samples[:, axis], cfg.features.bands)
        total = accumulate(total, power)
        square += stats.rms**2
        of_axis = np.where(
            stats.clipped > samples.shape[2] // 16,
            Fault.SATURATED,
            np.select([stats.peak == 0, stats.peak == 1], [Fault.STUCK, Fault.NOISE], Fault.NONE),
        )
        fault = np.where(fault == Fault.NONE, of_axis, fault)
    rms = np.array([math.isqrt(value) for value in square.tolist()], np.int64)
    return Measured(log_power(total, cfg.features.floor_log2), fault, rms)


def answers(cfg: Config, network: Network, mg_q12: int, learn: int, seen: Measured) -> list[Answer]:
    """Answers to measured windows in order; the first `learn` that can be judged are learned."""
    if not apart(cfg) or not trial_windows(cfg):  # else what the network says changes the next z
        network = _asked_at_once(cfg, network, learn, seen)
    judge = Judge(cfg, Operation(cfg, learn), network, fed=True)
    out = []
    for bands, fault, rms in zip(seen.log_bands, seen.fault, seen.rms, strict=True):
        judged = judge.take(bands, int(fault))
        deviation, level = rms_deviation(judged.z), milli_g(int(rms), mg_q12)
        words = (*_decision(judged, int(fault)), str(deviation), str(level))
        out.append(Answer(bands, judged.z, words))
    return out


def difference(got: Answer, wanted: Answer) -> str:
    """The first difference, with both values; empty if nothing does."""
    if not np.array_equal(got.log_bands, wanted.log_bands):
        return f"log bands {got.log_bands.tolist()}, expected {wanted.log_bands.tolist()}"
    if not np.array_equal(got.z, wanted.z):
        return f"z {got.z.tolist()}, expected {wanted.z.tolist()}"
    if got.decision != wanted.decision:
        return f"decision {' '.join(got.decision)}, expected {' '.join(wanted.decision)}"
    return ""


def _asked_at_once(cfg: Config, network: Network, learn: int, seen: Measured) -> Network:
    """The same network, which has seen all inputs before: it is slow to ask one by one."""
    asked: list[I8] = []

    def quiet(inputs: I8) -> I8:
        asked.append(inputs)
        return np.full((len(inputs), 2), -128, np.int8)

    judge = Judge(cfg, Operation(cfg, learn), quiet, fed=True)
    for bands, fault in zip(seen.log_bands, seen.fault, strict=True):
        judge.take(bands, int(fault))
    if not asked:
        return network
    inputs = np.concatenate(asked)
    known = {row.tobytes(): out for row, out in zip(inputs, network(inputs), strict=True)}

    def answer(rows: I8) -> I8:
        """Start averages anew, after a rest that ended an alarm."""
        found = [known.get(row.tobytes()) for row in rows]
        return np.stack(
            [network(rows[k : k + 1])[0] if out is None else out for k, out in enumerate(found)]
        )

    return answer


def _decision(judged: Judged, fault: int) -> tuple[str, ...]:
    """The first words of the `S` line."""
    scores = ("-", "-") if judged.scores is None else tuple(map(str, judged.scores))
    return (*scores, str(judged.score), str(int(judged.state)), str(fault))


def milli_g(rms: int, mg_q12: int) -> int:
    """An RMS in counts as the telemetry line has it."""
    return (rms * mg_q12 + 2048) >> 12


def rms_deviation(z: U8) -> int:
    """RMS of one window's deviations (bands,), Q5."""
    return math.isqrt(int((z.astype(np.int64) ** 2).sum()) // len(z))
