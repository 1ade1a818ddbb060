"""One window after the other, as src/pipeline.cpp judges it: baseline, network, decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.reference.baseline import EASED_VOTES, network_input
from thrum.reference.detector import Detector, DetectorConfig
from thrum.reference.operating_state import Growth, Operation, Running
from thrum.states import Fault, State

I8 = npt.NDArray[np.int8]
U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]

Network = Callable[[I8], I8]  # int8 (n, bands) to int8 (n, classes)


@dataclass(frozen=True, eq=False)
class Judged:
    """The outcome of a window. running: None for a fault; scores: None without the network's."""

    running: Running | None
    z: U8
    scores: I8 | None
    state: State
    score: int  # Q8, the detector's


class Judge:
    """Feed the windows of one machine in order."""

    def __init__(
        self, cfg: Config, operation: Operation, network: Network, fed: bool = False
    ) -> None:
        """Judge what the operation does not learn. fed: by a host; no baseline grows from it."""
        self._fed = fed
        self._config = DetectorConfig.of(cfg)
        self._detector = Detector(self._config)
        self._operation, self._network = operation, network

    def take(self, log_bands: U16, fault: int = Fault.NONE, rms: int = 0) -> Judged:
        """Take one window: uint16 Q8 (bands,), RMS in counts."""
        judged = self._judge(log_bands, fault, rms)
        doubted = Growth.DOUBTED if self._detector.doubts else Growth.FREE
        self._operation.let(Growth.HELD if self._fed else doubted)
        if self._detector.anew:
            self._operation.interrupt()
        return judged

    def _judge(self, log_bands: U16, fault: int, rms: int) -> Judged:
        if fault != Fault.NONE:
            z = np.zeros(log_bands.shape, np.uint8)
            state = self._detector.fail(fault == Fault.SATURATED)
            return Judged(None, z, None, state, self._detector.score)
        running, z = self._operation.take(log_bands, rms)
        if running is not Running.JUDGED:
            state = without_scores(self._detector, running)
            return Judged(running, z, None, state, self._detector.score)
        scores = self._network(network_input(z[np.newaxis]))[0]
        score = int(scores[1]) + 128
        state = self._detector.update(score, self._operation.sudden)
        if eases(self._detector, score):
            self._operation.ease(z)
        return Judged(running, z, scores, state, self._detector.score)


def eases(detector: Detector, score: int) -> bool:
    """Whether a trial is eased by the score that the detector has just taken."""
    anomalous = score >= detector.config.raise_q8
    return anomalous and detector.state is State.OK and detector.votes <= EASED_VOTES


def without_scores(detector: Detector, how: Running | None) -> State:
    """The state after a window that is learned, at rest, or has no complete average."""
    if how is Running.AT_REST:
        return detector.rest()
    return detector.wait() if how is Running.GATHERING else detector.learning()
