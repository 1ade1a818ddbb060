"""Scores to states: the twin of lib/vibration/src/thrum/detector.cpp, one machine at a time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from model.params import Config


class State(IntEnum):
    """What the telemetry line shows."""

    LEARNING = 0
    OK = 1
    ALARM = 2
    FAULT = 3
    IDLE = 4


@dataclass(frozen=True)
class DetectorConfig:
    """thrum::DetectorConfig: thresholds in Q8, counts in windows."""

    mean_windows: int
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
            mean_windows=alarm.mean_windows,
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
        self._config = config
        self._held = 0
        self.state = State.LEARNING
        self._reset(State.LEARNING)

    def update(self, score: int | None) -> State:
        """Take a score (0 to 255, Q8) or a fault (None); return the new state."""
        if score is None:
            self._reset(State.FAULT)
            return self.state
        c = self._config
        self._scores.append(score)
        if self.state is not State.ALARM:
            self.state = State.OK
        if len(self._scores) < c.mean_windows:
            return self.state
        total = sum(self._scores)
        self._raise.append(total >= c.raise_q8 * c.mean_windows)
        self._clear.append(total < c.clear_q8 * c.mean_windows)
        if self.state is State.ALARM:
            self._held += 1
            if self._held >= c.hold_windows and sum(self._clear) >= c.k:
                self.state = State.OK
        elif sum(self._raise) >= c.k:
            self.state = State.ALARM
            self._held = 0
        return self.state

    def rest(self) -> State:
        """Take a window in which the machine was at rest."""
        self._reset(State.IDLE)
        return self.state

    def learning(self) -> State:
        """Take a window that is learned, not judged."""
        self._reset(State.LEARNING)
        return self.state

    def mean_score(self) -> int:
        """Mean of the scores in the history, Q8, rounded."""
        count = len(self._scores)
        return 0 if count == 0 else (sum(self._scores) + count // 2) // count

    def _reset(self, state: State) -> None:
        self._scores: deque[int] = deque(maxlen=self._config.mean_windows)
        self._raise: deque[bool] = deque(maxlen=self._config.n)
        self._clear: deque[bool] = deque(maxlen=self._config.n)
        self._held = 0
        self.state = state


def run(scores: npt.NDArray[np.integer], cfg: Config) -> npt.NDArray[np.uint8]:
    """States (n,) of a stream of scores (n,), Q8; a negative score stands for a fault."""
    detector = Detector(DetectorConfig.of(cfg))
    states = [detector.update(int(s) if s >= 0 else None) for s in scores]
    return np.array(states, np.uint8)
