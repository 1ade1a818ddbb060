"""Scores to states: the twin of lib/vibration/src/thrum/detector.cpp, one machine at a time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.states import State


@dataclass(frozen=True)
class DetectorConfig:
    """thrum::DetectorConfig: thresholds in Q8, counts in windows."""

    raise_q8: int
    clear_q8: int
    k: int
    n: int
    hold_windows: int

    @staticmethod
    def of(cfg: Config) -> DetectorConfig:
        """The integers that the firmware gets."""
        alarm = cfg.alarm
        return DetectorConfig(
            raise_q8=round(alarm.threshold * 256),
            clear_q8=round((alarm.threshold - alarm.dead_band) * 256),
            k=alarm.k,
            n=alarm.n,
            hold_windows=alarm.hold_windows,
        )


class Detector:
    """Feed one score per window; None stands for a window that could not be judged."""

    def __init__(self, config: DetectorConfig) -> None:
        """Start without history, in LEARNING."""
        self.config = config
        self._held = 0
        self._faults = 0
        self._raised = False
        self.lasted = 0  # windows that the latest alarm had lasted when it was raised
        self._forget(State.LEARNING)

    def update(self, score: int | None) -> State:
        """Take a score (0 to 255, Q8) or a fault (None); return the new state."""
        c = self.config
        if score is None:
            self._forget(State.FAULT)
            self._faults = min(self._faults + 1, c.n)
            self._raised = self._raised and self._faults < c.n
            return self.state
        self._votes.append(score < c.clear_q8 if self._raised else score >= c.raise_q8)
        self._held += 1
        if self.votes >= c.k and (not self._raised or self._held >= c.hold_windows):
            self._raised = not self._raised
            if self._raised:  # from the first of its votes to the last
                self.lasted = len(self._votes) - list(self._votes).index(True)
            self._votes.clear()
            self._held = 0
        return self.wait(score)

    @property
    def votes(self) -> int:
        """Votes for a change among the last n windows."""
        return sum(self._votes)

    def wait(self, score: int = 0) -> State:
        """Take a window without a verdict: its average is not complete."""
        self.score = score
        self._faults = 0
        self.state = State.ALARM if self._raised else State.OK
        return self.state

    def rest(self) -> State:
        """Take a window in which the machine was at rest."""
        self._raised = False
        return self._forget(State.IDLE)

    def learning(self) -> State:
        """Take a window that is learned, not judged."""
        self._raised = False
        return self._forget(State.LEARNING)

    def _forget(self, state: State) -> State:
        self._votes: deque[bool] = deque(maxlen=self.config.n)  # for a change
        self.score = 0  # Q8
        self.state = state
        return state


def run(scores: npt.NDArray[np.integer], cfg: Config) -> npt.NDArray[np.uint8]:
    """States (n,) of a stream of scores (n,), Q8; a negative score stands for a fault."""
    detector = Detector(DetectorConfig.of(cfg))
    states = [detector.update(int(s) if s >= 0 else None) for s in scores]
    return np.array(states, np.uint8)
