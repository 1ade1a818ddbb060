"""Scores to states: the twin of lib/vibration/src/thrum/detector.cpp, one machine at a time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.reference.baseline import EASED_VOTES, SUDDEN_WINDOWS
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


STRAIN_OF_CLIPPED = 8
STRAINED = 240
LONG_FAULT = 255  # windows in a row


class Detector:
    """Feed one score per window; None stands for a window that could not be judged."""

    def __init__(self, config: DetectorConfig) -> None:
        """Start without history, in LEARNING."""
        self.config = config
        self._held = 0
        self._faults = 0
        self._raised = False
        self._strain = 0
        self.anew = False  # with this window an alarm ended unjudged: averages start anew
        self.strained = False  # the sensor is at its limit again and again
        self.state = State.LEARNING
        self._forget()

    def update(self, score: int | None, sudden: bool = False) -> State:
        """Take a score (0 to 255, Q8) or a fault other than saturation (None).

        sudden: the machine has become much louder at once. Return the new state.
        """
        c = self.config
        if score is None:
            return self.fail()
        self.lasted = 0
        clears = score < c.clear_q8 and not sudden
        self._votes.append(clears if self._raised else score >= c.raise_q8)
        self._held += 1
        if self.votes >= c.k and (not self._raised or self._held >= c.hold_windows):
            self._change()
        elif sudden and not self._raised:
            self._change(min(c.n, SUDDEN_WINDOWS))
        self.score = score
        self._relax()
        return self._settle(State.OK)

    def _change(self, least: int = 0) -> None:
        """Begin or end an alarm that has lasted from the first of its votes, or `least` windows."""
        self._raised = not self._raised
        if self._raised:
            votes = list(self._votes)
            self.lasted = max(len(votes) - votes.index(True) if True in votes else 0, least)
        self._votes.clear()
        self._held = 0

    @property
    def raised(self) -> bool:
        """Whether there is an alarm, also while the state is FAULT."""
        return self._raised or self.strained

    @property
    def votes(self) -> int:
        """Votes for a change among the last n windows."""
        return sum(self._votes)

    @property
    def doubts(self) -> bool:
        """Whether there is an alarm, or much speaks for one: nothing is to be learned."""
        return self.raised or self.votes > EASED_VOTES

    def fail(self, saturated: bool = False) -> State:
        """Take a window that could not be judged."""
        self.score = self.lasted = 0
        self.anew = False
        if self._faults < LONG_FAULT:
            self._faults += 1
            ends = self._faults == self.config.n and self._raised
            self.anew = ends or self._faults == LONG_FAULT
        if self.anew:
            self._forget()
        self.state = State.FAULT
        if not saturated:
            return self.state
        self._strain = min(self._strain + STRAIN_OF_CLIPPED, STRAINED)
        self.strained = self.strained or self._strain == STRAINED
        return self._settle(State.FAULT) if self.strained else self.state

    def wait(self) -> State:
        """Take a window without a verdict: its average is not complete."""
        self.score = self.lasted = 0
        self._relax()
        return self._settle(State.GATHERING)

    def rest(self) -> State:
        """Take a window in which the machine was at rest."""
        self.anew = self.raised
        if self.anew:
            self._forget()
            self._strain, self.strained = 0, False
        self.score = self.lasted = 0
        self.state = State.IDLE
        return self.state

    def learning(self) -> State:
        """Take a window that is learned, not judged."""
        self._forget()
        self._relax()
        return self._settle(State.LEARNING)

    def _relax(self) -> None:
        """A window was measured, within the sensor's range."""
        self._faults = 0
        self.anew = False
        self._strain = max(self._strain - 1, 0)
        self.strained = self.strained and self._strain > 0

    def _settle(self, unless_alarm: State) -> State:
        self.state = State.ALARM if self.raised else unless_alarm
        return self.state

    def _forget(self) -> None:
        self._votes: deque[bool] = deque(maxlen=self.config.n)  # for a change
        self._raised = False
        self.lasted = 0  # windows that the change had lasted, where the last one raised the alarm
        self.score = 0  # Q8


def run(scores: npt.NDArray[np.integer], cfg: Config) -> npt.NDArray[np.uint8]:
    """States (n,) of a stream of scores (n,), Q8; a negative score stands for a stuck sensor."""
    detector = Detector(DetectorConfig.of(cfg))
    states = [detector.update(int(s) if s >= 0 else None) for s in scores]
    return np.array(states, np.uint8)
