"""One operating state of a machine: learned, then growing, then on trial; as Baseline::Learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.reference.baseline import GROWN_STORED_EVERY, STORED_EVERY, Baseline, Learner
from thrum.reference.lengths import grow_averages, run_in, trial_windows

U16 = npt.NDArray[np.uint16]

KNOWN_FROM = 8  # learned windows


@dataclass
class LearnedState:
    """One operating state; its baseline exists once it is ready."""

    learner: Learner
    cfg: Config
    ready: Baseline | None = None
    level: int = 0  # Q8, once a window was learned
    took_in: int = 0  # averages
    on_trial: int = 0

    def take(self, log_bands: U16, rms: int) -> bool:
        """Learn; whether the result is to be stored."""
        if self.ready is None:
            self.learner.take(log_bands, rms)
            self.level = self.learner.level()
            if self.learner.ready:
                self.ready = self.learner.baseline()
            return self.ready is not None
        if self.growing():
            self.took_in += 1
            self.ready = self.ready.grown(log_bands, self.took_in, self.cfg)
            self.learner.grow(rms, self.took_in)
            self.level = self.ready.level()
            return (grow_averages(self.cfg) - self.took_in) % GROWN_STORED_EVERY == 0
        self.on_trial += 1
        return (trial_windows(self.cfg) - self.on_trial) % STORED_EVERY == 0

    def grows(self) -> bool:
        """Whether it takes in averages after its windows."""
        return grow_averages(self.cfg) != 0

    def growing(self) -> bool:
        """It is provisional: judged already, and not final."""
        return self.ready is not None and self.took_in != grow_averages(self.cfg)

    def grown(self) -> bool:
        """It is final, and has grown from averages."""
        return self.ready is not None and self.grows() and not self.growing()

    def tried(self) -> bool:
        """The trial is over: nothing is learned any more."""
        done = self.on_trial == trial_windows(self.cfg)
        return self.ready is not None and not self.growing() and done

    def known(self) -> bool:
        """Its level is known."""
        return self.learner.learned >= KNOWN_FROM

    def settled(self) -> bool:
        """And its run-in is over."""
        return self.known() and self.learner.learned >= run_in(self.learner.windows)
