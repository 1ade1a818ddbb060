"""Operating states: the replay of test/test_replay in NumPy, and what the rules mean."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from model import params
from model.baseline import REACH, Baseline
from model.detector import Detector, DetectorConfig, State
from model.operation import Operation, Running

SUITE = Path(__file__).parents[1] / "test_replay" / "test_main.cpp"
CFG = params.load()
WINDOWS, BANDS = 10_000, 32
SHAPE = 3000 + 211 * (np.arange(BANDS) * 7 % BANDS)
U16 = npt.NDArray[np.uint16]


class Stream:
    """The generator of the suite: windows of a machine that does all kinds of things."""

    def __init__(self) -> None:
        self.noise = 1

    def random(self) -> int:
        self.noise = (self.noise * 1664525 + 1013904223) & 0xFFFFFFFF
        return self.noise >> 24

    def segment(self, window: int) -> tuple[int, int]:
        kind = self.random() >> 4
        learns = window % 5000 < 500
        runs = learns or kind < 8
        if learns and window % 5000 < 125:
            level = 700
        elif runs or kind >= 14:
            level = 0
        else:
            level = -1600 if kind < 10 else 500 if kind < 12 else -450
        return level, 700 if not runs and kind >= 12 else 0

    def windows(self) -> Iterator[tuple[int, U16]]:
        level, fault = 0, 0
        for window in range(WINDOWS):
            if window % 125 == 0:
                level, fault = self.segment(window)
            moved = np.where(np.arange(BANDS) // 8 == 2, fault, 0)
            drawn = [self.random() + self.random() for _ in range(BANDS)]
            yield window, (SHAPE + level + moved + drawn).astype(np.uint16)


class Hash:
    """FNV-1a, 32 bits."""

    def __init__(self) -> None:
        self.value = 2166136261

    def add(self, *values: int) -> None:
        for value in values:
            self.value = ((self.value ^ value) * 16777619) & 0xFFFFFFFF

    def add16(self, *values: int) -> None:
        for value in values:
            self.add(value & 255, value >> 8)


def _replay(states: int, stride: int) -> tuple[int, set[State]]:
    cfg = replace(
        CFG,
        baseline=replace(
            CFG.baseline, stride=stride, min_spread=0.25, min_spread_apart=0.25, trial=1
        ),
        alarm=replace(CFG.alarm, mean_windows=4, most_windows=4),
    )
    detector = Detector(DetectorConfig(128, 102, 8, 12, 32))
    hashed, stream = Hash(), Stream()
    operation, seen = Operation(cfg, 128, states), set()
    for window, log_bands in stream.windows():
        if window == WINDOWS // 2:
            operation = Operation(cfg, 128, states)
        if window % 997 == 996:
            operation.interrupt()
            hashed.add(detector.update(None))
            continue
        running, z = operation.take(log_bands, stream.noise >> 20)
        if running is Running.JUDGED:
            score = 2 * math.isqrt(int((z.astype(int) ** 2).sum()) // BANDS)
            hashed.add16(score)
            hashed.add(detector.update(min(score, 255)), *map(int, z))
        elif running is Running.GATHERING:
            hashed.add(detector.wait())
        else:
            hashed.add(detector.rest() if running is Running.AT_REST else detector.learning())
        hashed.add(operation.present)
        hashed.add16(operation.learned)
        hashed.add(detector.score)
        if operation.completed:
            _add_baseline(hashed, operation)
        seen.add(detector.state)
    return hashed.value, seen


def _add_baseline(hashed: Hash, operation: Operation) -> None:
    baseline = operation.baseline
    if baseline is not None:
        hashed.add16(operation.rms)
        for mean, scale in zip(baseline.mean, baseline.scale, strict=True):
            hashed.add16(int(mean), int(scale))


@pytest.mark.parametrize("name, states, stride", [("One", 1, 5), ("Three", 3, 1)])
def test_the_suite_expects_what_numpy_computes(name: str, states: int, stride: int) -> None:
    written = re.search(rf"kHashOf{name}States? = UINT32_C\((0x[0-9a-f]+)\)", SUITE.read_text())
    value, seen = _replay(states, stride)
    assert seen == {State.LEARNING, State.OK, State.ALARM, State.IDLE}
    assert written is not None and written[1] == f"0x{value:08x}"


def _rows(level: float, count: int, seed: int = 1, tilt: float = 0.0) -> U16:
    """Log bands of a steady machine around `level` octaves."""
    rng = np.random.default_rng(seed)
    shape = np.linspace(0, -6 + tilt, BANDS)
    return np.rint(256 * (level + shape + 0.5 * rng.standard_normal((count, BANDS)))).astype(
        np.uint16
    )


def _feed(operation: Operation, rows: U16) -> list[Running]:
    return [operation.take(row)[0] for row in rows]


def test_a_run_up_does_not_spoil_the_baseline() -> None:
    """Sixty windows five octaves off, then a steady machine."""
    steady = _rows(20, 200)
    disturbed = np.concatenate([_rows(25, 60, seed=2, tilt=4), steady[:196]])
    clean = Baseline.learn(_rows(20, 256, seed=3), CFG)
    spoilt = Baseline.learn(disturbed, CFG)
    assert np.abs(clean.mean.astype(int) - spoilt.mean).max() < 60
    assert (spoilt.scale > 0.8 * clean.scale).all()


def test_stride_spreads_the_windows() -> None:
    cfg = replace(CFG, baseline=replace(CFG.baseline, stride=10))
    operation = Operation(cfg, 32)
    assert set(_feed(operation, _rows(20, 319))) == {Running.LEARNING}
    assert operation.learned == 31
    _feed(operation, _rows(20, 1))
    assert operation.baseline is not None


def _strided(stride: int, **alarm: int) -> params.Config:
    return replace(
        CFG,
        baseline=replace(CFG.baseline, stride=stride),
        alarm=replace(CFG.alarm, **alarm),
    )


def test_a_long_baseline_outlasts_stops_and_gaps() -> None:
    """It is not learned from the machine at rest, and no gap starts the wait for a window anew."""
    operation = Operation(_strided(100, most_windows=32), 128)
    _feed(operation, _rows(20, 40))  # the run-in, window by window: the level is known
    assert operation.learned == 32
    for _ in range(12):
        assert set(_feed(operation, _rows(14, 3000))) == {Running.AT_REST}
        _feed(operation, _rows(20, 60))
        operation.interrupt()
    assert operation.restarts == 0
    assert 37 <= operation.learned <= 39  # 7 strides; some wait for an average after a gap
    _feed(operation, _rows(20, 9000))
    baseline = operation.baseline
    assert baseline is not None and abs(int(baseline.mean[0]) - 20 * 256) < 16


def test_what_a_machine_rarely_does_is_learned_on_trial() -> None:
    """Half an octave louder in one part of the spectrum: an alarm, but for a trial that saw it."""
    far = {}
    for trial in (0, 2):
        cfg = _strided(64, most_windows=64)
        cfg = replace(cfg, baseline=replace(cfg.baseline, trial=trial))
        operation = Operation(cfg, 32)
        _feed(operation, _rows(20, 32 * 64))
        assert operation.completed
        rare = _rows(20, 32 * 64)
        rare[:, 8:16] += 100
        steady = _rows(20, 33 * 64, seed=4)
        _feed(operation, np.concatenate([rare, steady]))
        z = [operation.take(row)[1].max() for row in rare[:600]]
        far[trial] = int(z[-1])
    assert far[2] <= REACH + 16 < 180 < far[0]


def test_a_machine_at_rest_is_neither_learned_nor_judged() -> None:
    operation = Operation(CFG, 64)
    _feed(operation, _rows(20, 32))
    assert set(_feed(operation, _rows(14, 100))) == {Running.AT_REST}
    assert operation.learned == 32
    _feed(operation, _rows(20, 32))
    assert set(_feed(operation, _rows(14, 100))) == {Running.AT_REST}
    assert _feed(operation, _rows(20, 100)) == [Running.GATHERING] * 15 + [Running.JUDGED] * 85


def test_learning_that_began_at_rest_starts_anew() -> None:
    operation = Operation(CFG, 64)
    _feed(operation, _rows(12, 30))
    _feed(operation, _rows(20, 8 + 64))
    assert operation.restarts == 1
    baseline = operation.baseline
    assert baseline is not None and abs(int(baseline.mean[0]) - 20 * 256) < 64


def test_a_loud_run_up_starts_learning_anew() -> None:
    operation = Operation(CFG, 64)
    _feed(operation, _rows(26, 12))
    assert set(_feed(operation, _rows(20, 8 + 64))) == {Running.LEARNING}
    assert operation.restarts == 1
    assert set(_feed(operation, _rows(20, 50))) == {Running.JUDGED}


def test_three_speeds_are_learned_and_told_apart() -> None:
    operation = Operation(CFG, 64, 3)
    for level in (18, 20, 22):
        _feed(operation, _rows(level, 80))
        assert operation.baseline is not None
    for state, level in enumerate((18, 20, 22)):
        running = _feed(operation, _rows(level, 50, seed=9))
        assert set(running[15:]) == {Running.JUDGED}
        assert operation.present == state
    assert set(_feed(operation, _rows(25, 50))) == {Running.JUDGED}  # nothing more is learned


def test_with_one_state_a_louder_machine_is_judged() -> None:
    operation = Operation(CFG, 64, 1)
    _feed(operation, _rows(18, 64))
    assert set(_feed(operation, _rows(24, 100))) == {Running.JUDGED}
