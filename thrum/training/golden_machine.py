"""A machine that comes to every state, and the hash of all results of its windows.

test/test_replay draws the same windows on every target: a machine that runs up, changes speed,
stops, breaks and is learned again. They go through baseline, averages, deviation, the released
network, the released decision and the trial. How long things last follows from how many windows an
average and a vote take.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.reference.operating_state import Operation
from thrum.reference.pipeline import Judge, Judged, Network
from thrum.states import Fault, State

U16 = npt.NDArray[np.uint16]

PART = 5_000  # windows; after them the machine is learned again
# Windows of the baseline: in a row; averages, which a trial follows; in a row, and then it grows.
LEARNED = (128, 16, 64)
GROWS = 2  # the part in which it does
AVERAGES = 16  # that it takes in
RATE_HZ, HOP, A_MINUTE = 3200, 256, 750  # windows a minute
FIRST_WINDOWS = 16  # of the first average that is judged, where single windows are learned
RUN_UP = 8  # windows at the start of the first part
LOSES_SAMPLES = 97  # one of this many windows
SATURATES, SATURATES_EVERY = 1000, 4000  # windows in which every third is at the sensor's limit
IDLE_DROP, STATE_STEP, MIN_SPREAD = 4.0, 1.5, 0.25  # octaves of power


class Hash:
    """FNV-1a, 32 bits."""

    def __init__(self) -> None:
        self.value = 2166136261

    def add(self, *values: int) -> None:
        """Take bytes."""
        for value in values:
            self.value = ((self.value ^ (value & 255)) * 16777619) & 0xFFFFFFFF

    def add16(self, *values: int) -> None:
        """Take 16 bits each, the lower byte first."""
        for value in values:
            self.add(value, value >> 8)


@dataclass(frozen=True)
class Replayed:
    """The hash, the states that the machine came to, and how often its trial eased the baseline."""

    value: int
    states: set[State]
    eased: int


def replay(cfg: Config, network: Network, states: int) -> Replayed:
    """Judge all parts of the machine, with this many operating states."""
    stream, hashed = _Stream(cfg), Hash()
    met: set[State] = set()
    eased = 0
    for part in range(len(LEARNED)):
        operation = Operation(stream.configured(part), LEARNED[part], states)
        judge = Judge(cfg, operation, network)
        for at in range(PART):
            operation.expect()
            log_bands = stream.window(part, at)
            judged = judge.take(log_bands, _fault(part * PART + at), stream.noise >> 20)
            _add(hashed, judged, operation)
            met.add(judged.state)
        eased += operation.eased
    return Replayed(hashed.value, met, eased)


def _fault(window: int) -> Fault:
    """The same as FaultOf of test_replay."""
    if window % SATURATES_EVERY >= SATURATES_EVERY - SATURATES and window % 3 == 0:
        return Fault.SATURATED
    return Fault.SAMPLES_LOST if window % LOSES_SAMPLES == LOSES_SAMPLES - 1 else Fault.NONE


def _add(hashed: Hash, judged: Judged, operation: Operation) -> None:
    if judged.scores is not None:
        hashed.add(*map(int, judged.z), *map(int, judged.scores))
    hashed.add(judged.state, judged.score, operation.present)
    hashed.add16(operation.learned)
    baseline = operation.baseline
    if judged.running is not None and operation.completed and baseline is not None:
        bands = np.stack([baseline.mean, baseline.scale], axis=-1)
        hashed.add16(operation.rms, *map(int, bands.reshape(-1)))


class _Stream:
    """The generator of the suite, integer by integer."""

    def __init__(self, cfg: Config) -> None:
        self.noise = 1
        self._cfg = cfg
        self._bands = cfg.features.bands
        self._base = 3000 + 211 * (np.arange(self._bands) * 7 % self._bands)
        self._segment = 2 * (cfg.alarm.most_windows + cfg.alarm.n)
        self._level = self._fault = 0

    def configured(self, part: int) -> Config:
        """First single windows are learned, then averages, then both."""
        minutes = -(-2 * self._cfg.alarm.most_windows * AVERAGES // A_MINUTE)
        baseline = replace(
            self._cfg.baseline,
            windows=LEARNED[part],
            hours=minutes / 60 if part == GROWS else 0.0,
            averages=AVERAGES,
            stride=self._stride(part),
            idle_drop=IDLE_DROP,
            state_step=STATE_STEP,
            min_spread=MIN_SPREAD,
            min_spread_apart=MIN_SPREAD,
            trial=1,
        )
        alarm = replace(self._cfg.alarm, mean_windows=FIRST_WINDOWS)
        sample = replace(self._cfg.sample, rate_hz=RATE_HZ)
        window = replace(self._cfg.window, hop=HOP)
        return replace(self._cfg, baseline=baseline, alarm=alarm, sample=sample, window=window)

    def window(self, part: int, at: int) -> U16:
        """Log bands of window `at` of a part."""
        if at % self._segment == 0:
            self._draw(at < LEARNED[part] * self._stride(part) + 2 * self._segment)
        level = 1600 if part != 1 and at < RUN_UP else self._level
        moved = np.where(np.arange(self._bands) // 8 == 2, self._fault, 0)
        drawn = [self._random() + self._random() for _ in range(self._bands)]
        return (self._base + level + moved + drawn).astype(np.uint16)

    def _stride(self, part: int) -> int:
        return self._cfg.alarm.most_windows + 1 if part == 1 else 1

    def _draw(self, learns: bool) -> None:
        """Draw how the machine runs for the next segment: most of the time it is healthy."""
        kind = self._random() >> 4
        runs = learns or kind < 8
        self._fault = 0 if runs or kind < 12 else 700
        self._level = 0 if runs or kind >= 14 else -1600 if kind < 10 else 500
        if not runs and 12 <= kind < 14:
            self._level = -450

    def _random(self) -> int:
        self.noise = (self.noise * 1664525 + 1013904223) & 0xFFFFFFFF
        return self.noise >> 24
