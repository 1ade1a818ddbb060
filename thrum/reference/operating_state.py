"""How the machine runs: the twin of lib/vibration/src/thrum/operation.cpp, one machine at a time.

The rules are specified at the top of operation.h.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.reference.baseline import (
    SUDDEN,
    SUDDEN_WINDOWS,
    Baseline,
    Learner,
)
from thrum.reference.learned_state import LearnedState
from thrum.reference.lengths import (
    apart,
    complete_windows,
    first_windows,
    grow_apart,
    grown_windows,
    most_eased,
)
from thrum.reference.rest import Rest
from thrum.reference.smoothing import Smoothing

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]

CONVINCING = 8  # surprises in a row
UNSURE = 8  # one average of so many may be doubted
NEARER = 128  # Q8, hysteresis between states
RECENT = 8  # windows of the short average
MOST_STATES = 4  # on boards of 32 bits; 1 on the ATmega328P


class Growth(Enum):
    """Whether a baseline may grow from the next window; see operating_state.h."""

    FREE = 0
    DOUBTED = 1
    HELD = 2


class Running(Enum):
    """The way that a window is to take."""

    LEARNING = 0
    AT_REST = 1
    GATHERING = 2
    JUDGED = 3


class Operation:
    """Feed the windows of one machine in order."""

    def __init__(self, cfg: Config, windows: int | None = None, states: int | None = None) -> None:
        """Begin to learn `states` operating states from `windows` windows each."""
        self._cfg = cfg
        self._windows = cfg.baseline.windows if windows is None else windows
        self._wanted = min(MOST_STATES, cfg.baseline.states if states is None else states)
        self._idle_drop = round(cfg.baseline.idle_drop * 256)
        self._state_step = round(cfg.baseline.state_step * 256)
        self._left = 0  # windows until the next one is learned
        self._growth = Growth.FREE
        self._expected = False
        self._unsure = 0  # doubted averages that baselines took in
        self._states = [self._new()]
        self._smoothing = Smoothing(complete_windows(cfg))
        self._recent = Smoothing(RECENT)
        self._rest = Rest(round(cfg.baseline.idle_drop * 256))
        self._sudden = 0
        self.averages: U16 = np.zeros(0, np.uint16)  # Q8 (bands,), the latest
        self._surprises = 0
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
        recent = self._recent.take(log_bands)
        running = self._follow(int(log_bands.max()), recent)
        if running is not Running.JUDGED:
            return running, none
        state = self._states[self.present]
        ready = state.ready is not None
        if state.ready is not None:
            self._watch(state.ready, recent)
        self._smoothing.grow(self._windows_now())
        self.averages = self._smoothing.take(log_bands)
        if not state.tried():
            self._learn(state, log_bands, rms)
        if not ready or state.ready is None:
            return Running.LEARNING, none
        grown = state.grown()
        first = grown_windows(self._cfg) if grown else first_windows(self._cfg)
        if self._smoothing.count < first and not self.sudden:
            return Running.GATHERING, none
        return Running.JUDGED, state.ready.deviation(self.averages[np.newaxis])[0]

    def _follow(self, level: int, recent: U16) -> Running:
        """What a window of this level is to be; JUDGED: to be learned or judged."""
        known = [state.level for state in self._states if state.settled()]
        if self._rest.take(level, recent, known, self.baseline is not None):
            self._surprises = self._sudden = 0
            return Running.AT_REST
        before = self.present
        self._choose(level)
        if self._surprising(level):
            self._surprises += 1
            if self._surprises == CONVINCING:
                self._begin_state()
            if self.baseline is not None:
                return Running.GATHERING
            self.interrupt()
            return Running.LEARNING
        if before != self.present:
            self.interrupt()
        self._surprises = 0
        return Running.JUDGED

    def ease(self, z: U8) -> None:
        """The network finds the window just taken, with these z, anomalous without an alarm."""
        state = self._states[self.present]
        if state.ready is not None and not state.tried() and not state.growing():
            state.ready = state.ready.eased(z, most_eased(self._cfg))
            self.eased += 1

    def expect(self) -> int:
        """Learn the next state as soon as its level shows: its number, 0 if all are known."""
        self._expected = len(self._states) < self._wanted
        return len(self._states) if self._expected else 0

    def let(self, growth: Growth) -> None:
        """What the window just taken says about the next one."""
        self._growth = growth

    def interrupt(self) -> None:
        """Start averages anew: the next window does not continue the last one."""
        self._smoothing.reset()
        self._recent.reset()
        self._sudden = 0

    def _learn(self, state: LearnedState, log_bands: U16, rms: int) -> None:
        grows = state.ready is not None and state.grows()
        averaged = grows or apart(self._cfg)
        if not self._due(state, averaged):
            return
        self._unsure += state.growing() and self._growth is not Growth.FREE
        self.completed = state.take(self.averages if averaged else log_bands, rms)
        grows = grows or state.growing()
        self._left = grow_apart(self._cfg) if grows else self._cfg.baseline.stride

    def _due(self, state: LearnedState, averaged: bool) -> bool:
        """Whether a state learns this window, or the average of which it is the last."""
        if state.learner.learned < state.learner.dropped:
            return True
        self._left = max(self._left - 1, 0)
        complete = not averaged or self._smoothing.count >= self._windows_now()
        return not self._left and complete and not self._blocked(state)

    def _blocked(self, state: LearnedState) -> bool:
        """Whether a state must not grow now."""
        enough = UNSURE * (self._unsure + 1) > state.took_in
        doubted = self._growth is Growth.DOUBTED and enough
        return state.growing() and (self._growth is Growth.HELD or doubted)

    def _windows_now(self) -> int:
        """Windows of a complete average, as the present state takes them."""
        state, grown = self._states[self.present], grown_windows(self._cfg)
        near = state.growing() and not self._blocked(state) and self._left < grown
        return grown if near or state.grown() else complete_windows(self._cfg)

    def _new(self) -> LearnedState:
        self._left = self._cfg.baseline.stride
        return LearnedState(Learner(self._cfg, self._windows), self._cfg)

    def _watch(self, baseline: Baseline, recent: U16) -> None:
        full = self._recent.count == RECENT
        loud = full and int(baseline.louder(recent[np.newaxis])[0]) >= SUDDEN
        self._sudden = min(self._sudden + 1, SUDDEN_WINDOWS) if loud else 0

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
        if not state.known() or self._rest.low:
            return False
        if state.ready is None:
            return abs(level - state.level) > self._idle_drop
        return self._expected and abs(level - state.level) > self._state_step

    def _begin_state(self) -> None:
        if self._states[self.present].ready is not None:
            self._states.append(self._new())
            self.present = len(self._states) - 1
            self._expected = False
        else:
            self._states[self.present] = self._new()
            self.restarts += 1
        self._surprises = 0
