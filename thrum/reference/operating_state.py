"""How the machine runs: the twin of lib/vibration/src/thrum/operation.cpp, one machine at a time.

The rules are specified at the top of operation.h.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.reference.baseline import (
    STORED_EVERY,
    SUDDEN,
    SUDDEN_WINDOWS,
    Baseline,
    Learner,
    apart,
    complete_windows,
    first_windows,
    most_eased,
    run_in,
    trial_windows,
)
from thrum.reference.smoothing import Smoothing

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]

KNOWN_FROM = 8  # learned windows
CONVINCING = 8  # surprises in a row
WAKE = 256  # Q8, hysteresis of the machine at rest
NEARER = 128  # Q8, hysteresis between states
FLAT = 640  # Q8, how much louder a band of a silent machine is than the mean of all
QUIET = 128  # windows of a machine that is neither silent nor running down
RECENT = 8  # windows of the short average
MOST_STATES = 4  # on boards of 32 bits; 1 on the ATmega328P


class Running(Enum):
    """The way that a window is to take."""

    LEARNING = 0
    AT_REST = 1
    GATHERING = 2
    JUDGED = 3


@dataclass
class _State:
    """One operating state; its baseline exists once it is ready."""

    learner: Learner
    trial: int  # windows that it will be tried by
    ready: Baseline | None = None
    level: int = 0  # Q8, once a window was learned
    on_trial: int = 0

    def take(self, log_bands: U16, rms: int) -> None:
        if self.ready is not None:
            self.on_trial += 1
            return
        self.learner.take(log_bands, rms)
        self.level = self.learner.level()
        if self.learner.ready:
            self.ready = self.learner.baseline()

    def tried(self) -> bool:
        return self.ready is not None and self.on_trial == self.trial

    def known(self) -> bool:
        return self.learner.learned >= KNOWN_FROM

    def settled(self) -> bool:
        return self.known() and self.learner.learned >= run_in(self.learner.windows)


class Operation:
    """Feed the windows of one machine in order."""

    def __init__(self, cfg: Config, windows: int | None = None, states: int | None = None) -> None:
        """Begin to learn `states` operating states from `windows` windows each."""
        self._cfg = cfg
        self._windows = cfg.baseline.windows if windows is None else windows
        self._wanted = min(MOST_STATES, cfg.baseline.states if states is None else states)
        self._idle_drop = round(cfg.baseline.idle_drop * 256)
        self._state_step = round(cfg.baseline.state_step * 256)
        self._skipped = 0  # windows since the last one that was learned
        self._states = [self._new()]
        self._smoothing = Smoothing(complete_windows(cfg))
        self._recent = Smoothing(RECENT)
        self._lowest = self._quiet = self._sudden = 0
        self.averages: U16 = np.zeros(0, np.uint16)  # Q8 (bands,), the latest
        self._surprises = 0
        self._low = False  # the level is that of a machine at rest
        self.present = 0
        self.restarts = 0
        self.eased = 0  # times that a trial widened a baseline
        self.completed = False  # as operation.h says

    @property
    def sudden(self) -> bool:
        """Whether the machine has become much louder from one second to the next."""
        return self._sudden == SUDDEN_WINDOWS

    @property
    def learned(self) -> int:
        """Windows that the present state has learned."""
        return self._states[self.present].learner.learned

    @property
    def rms(self) -> int:
        """RMS of the present state in counts."""
        return self._states[self.present].learner.rms

    @property
    def baseline(self) -> Baseline | None:
        """That of the present state, once it is ready."""
        return self._states[self.present].ready

    def take(self, log_bands: U16, rms: int = 0) -> tuple[Running, U8]:
        """Take one window, uint16 Q8 (bands,); z is zero unless it is judged."""
        none = np.zeros(log_bands.shape, np.uint8)
        self.completed = False
        level = int(log_bands.max())
        recent = self._recent.take(log_bands)
        if self._rests(level, recent):
            self._surprises = self._sudden = 0
            return Running.AT_REST, none
        before = self.present
        self._choose(level)
        surprising = self._surprising(level)
        if surprising:
            self._surprises += 1
            if self._surprises == CONVINCING:
                self._begin_state()
            if self.baseline is not None:
                return Running.GATHERING, none
            self.interrupt()
            return Running.LEARNING, none
        if before != self.present:
            self.interrupt()
        self._surprises = 0
        state = self._states[self.present]
        ready = state.ready is not None
        if state.ready is not None:
            self._watch(state.ready, recent)
        self.averages = self._smoothing.take(log_bands)
        if not state.tried():
            self._learn(state, log_bands, rms)
        if not ready or state.ready is None:
            return Running.LEARNING, none
        if self._smoothing.count < first_windows(self._cfg) and not self.sudden:
            return Running.GATHERING, none
        return Running.JUDGED, state.ready.deviation(self.averages[np.newaxis])[0]

    def ease(self, z: U8) -> None:
        """The network finds the window just taken, with these z, anomalous without an alarm."""
        state = self._states[self.present]
        if state.ready is not None and not state.tried():
            state.ready = state.ready.eased(z, most_eased(self._cfg))
            self.eased += 1

    def interrupt(self) -> None:
        """Start averages anew: the next window does not continue the last one."""
        self._smoothing.reset()
        self._recent.reset()
        self._sudden = 0

    def _learn(self, state: _State, log_bands: U16, rms: int) -> None:
        averaged, stride = apart(self._cfg), self._cfg.baseline.stride
        complete = not averaged or self._smoothing.count == complete_windows(self._cfg)
        if state.learner.learned >= state.learner.dropped:
            self._skipped = min(self._skipped + 1, stride)
            if self._skipped < stride or not complete:
                return
            self._skipped = 0
        ready = state.ready is not None
        state.take(self.averages if averaged else log_bands, rms)
        on_trial = state.trial - state.on_trial
        self.completed = state.ready is not None and (not ready or on_trial % STORED_EVERY == 0)

    def _new(self) -> _State:
        self._skipped = 0
        return _State(Learner(self._cfg, self._windows), trial_windows(self._cfg))

    def _watch(self, baseline: Baseline, recent: U16) -> None:
        full = self._recent.count == RECENT
        loud = full and int(baseline.louder(recent[np.newaxis])[0]) >= SUDDEN
        self._sudden = min(self._sudden + 1, SUDDEN_WINDOWS) if loud else 0

    def _rests(self, level: int, recent: U16) -> bool:
        known = [state.level for state in self._states if state.settled()]
        quietest = min(known, default=0)
        wakes = quietest + WAKE
        limit = wakes if self._low else quietest
        self._low = bool(known) and level + self._idle_drop < limit
        if not self._low and int(recent.max()) + self._idle_drop >= wakes:
            self._quiet = 0
        return self._low and self._silent(recent)

    def _silent(self, recent: U16) -> bool:
        """Whether a quiet machine stands still or runs down."""
        loudest = int(recent.max())
        flat = loudest <= int(recent.sum(dtype=np.int64)) // len(recent) + FLAT
        if self._quiet == 0 or (not flat and loudest + WAKE < self._lowest):
            self._lowest, self._quiet = loudest, 1
        else:
            self._quiet = max(self._quiet - 1, 1) if flat else min(self._quiet + 1, QUIET)
        return flat or self._quiet != QUIET or self.baseline is None

    def _choose(self, level: int) -> None:
        present = self._states[self.present]
        if present.learner.learned == 0:
            return
        best = max(abs(level - present.level) - NEARER, 0)
        for number, state in enumerate(self._states):
            if state.learner.learned and abs(level - state.level) < best:
                best = abs(level - state.level)
                self.present = number

    def _surprising(self, level: int) -> bool:
        state = self._states[self.present]
        if not state.known() or self._low:
            return False
        if state.ready is None:
            return abs(level - state.level) > self._idle_drop
        missing = len(self._states) < self._wanted
        return missing and abs(level - state.level) > self._state_step

    def _begin_state(self) -> None:
        if self._states[self.present].ready is not None:
            self._states.append(self._new())
            self.present = len(self._states) - 1
        else:
            self._states[self.present] = self._new()
            self.restarts += 1
        self._surprises = 0
