"""Operating states: the replay of test/test_replay, and what the rules mean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from thrum import config
from thrum.artifacts import release
from thrum.paths import ARTIFACTS
from thrum.reference.baseline import EASED_VOTES, WIDEST, Baseline
from thrum.reference.lengths import MOST_EASED
from thrum.reference.network import Engine
from thrum.reference.operating_state import Operation, Running
from thrum.reference.pipeline import Judge
from thrum.states import State
from thrum.training import golden_machine

CFG = config.load()
BANDS = 32
U16 = npt.NDArray[np.uint16]


@pytest.mark.parametrize("states", [1, 3])
def test_the_suite_expects_what_numpy_computes(states: int) -> None:
    """All of it in NumPy, the network as well."""
    made = release.load()
    cfg = config.from_tables(made.parameters)
    replayed = golden_machine.replay(cfg, Engine(made.graph).outputs, states)
    assert replayed.states == set(State)
    assert replayed.eased > 0 or states != 1  # what is missing becomes a state of its own
    written = release.read_json(ARTIFACTS / release.GOLDEN)["machine"]
    assert written[str(states)] == replayed.value


def _counts(inputs: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """A network that counts the bands beyond two sigma."""
    beyond = (inputs.astype(int) + 128 > 64).sum(axis=1)
    anomalous = np.minimum(beyond * 32, 255) - 128
    return np.stack([-anomalous - 1, anomalous], axis=1).astype(np.int8)


@pytest.mark.parametrize("windows", [16, 32, 128])
def test_the_replay_comes_to_every_state_however_many_windows_an_average_takes(
    windows: int,
) -> None:
    """Whatever the network."""
    alarm = replace(CFG.alarm, most_windows=windows)
    replayed = golden_machine.replay(replace(CFG, alarm=alarm), _counts, 1)
    assert replayed.states == set(State)


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


def _strided(stride: int, **alarm: int) -> config.Config:
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
        _feed(operation, _rows(20, 80))
        operation.interrupt()
    assert operation.restarts == 0
    assert 38 <= operation.learned <= 41  # 9 strides; some wait for an average after a gap
    _feed(operation, _rows(20, 9000))
    baseline = operation.baseline
    assert baseline is not None and abs(int(baseline.mean[0]) - 20 * 256) < 16


def test_what_a_machine_rarely_does_is_healthy_after_a_trial() -> None:
    """A quarter of an octave louder in one part of the spectrum: an alarm, but for a trial."""
    seen, eased, rare = {}, {}, _rows(20, 600)
    rare[:, 8:16] += 48
    for trial in (0, 2):
        cfg = _strided(64, most_windows=64)
        cfg = replace(cfg, baseline=replace(cfg.baseline, windows=32, trial=trial))
        operation = Operation(cfg, 32)
        judge = Judge(cfg, operation, _counts)
        steady = _rows(20, 35 * 64, seed=4)
        for row in np.concatenate([_rows(20, 33 * 64), rare, steady, rare, steady]):
            judge.take(row)
        eased[trial] = operation.eased
        seen[trial] = [judge.take(row).state for row in rare]
        assert operation.eased == eased[trial]  # the trial is over
    assert seen[0][-1] is State.ALARM and set(seen[2]) == {State.OK}
    assert eased == {0: 0, 2: eased[2]} and eased[2] > 0


@pytest.mark.parametrize(("stride", "gathered"), [(1, 15), (64, 63)])
def test_where_averages_are_learned_only_complete_ones_are_judged(
    stride: int, gathered: int
) -> None:
    operation = Operation(_strided(stride), 32)
    _feed(operation, _rows(20, 33 * stride + 64))
    operation.interrupt()
    seen = _feed(operation, _rows(20, 100))
    assert seen == [Running.GATHERING] * gathered + [Running.JUDGED] * (100 - gathered)


def test_on_trial_a_large_change_alarms() -> None:
    """Six octaves in half of the bands are eased for sixteen votes at most, then never again."""
    cfg = _strided(64, most_windows=64)
    operation = Operation(cfg, 32)
    judge = Judge(cfg, operation, _counts)
    for row in _rows(20, 34 * 64):
        judge.take(row)
    broken = _rows(20, 600)
    broken[:, 16:] += 1500
    seen = [judge.take(row).state for row in broken]
    assert seen.index(State.ALARM) <= 64 + CFG.alarm.k and seen[-1] is State.ALARM
    assert 0 < operation.eased <= EASED_VOTES
    eased = operation.eased
    for row in broken:
        judge.take(row)
    assert operation.eased == eased


def test_no_band_is_eased_beyond_two_octaves() -> None:
    baseline = Baseline(np.full(BANDS, 5000, np.uint16), np.full(BANDS, WIDEST + 1, np.uint16))
    for _ in range(200):
        baseline = baseline.eased(np.full(BANDS, 255, np.uint8))
    assert baseline.scale[0] == WIDEST + 1 - WIDEST // 16
    assert baseline.steps is not None and baseline.steps[0] == 1


def test_no_band_is_eased_more_often_than_is_allowed() -> None:
    """A fault that grows little by little meets a bound at twice the spread that was learned."""
    baseline = Baseline(np.full(BANDS, 5000, np.uint16), np.full(BANDS, 14_980, np.uint16))
    for _ in range(200):
        baseline = baseline.eased(np.full(BANDS, 255, np.uint8))
    assert baseline.steps is not None and set(baseline.steps) == {MOST_EASED}
    assert baseline.scale[0] / 14_980 == pytest.approx((15 / 16) ** MOST_EASED, rel=0.001)


def test_a_machine_at_rest_is_neither_learned_nor_judged() -> None:
    operation = Operation(CFG, 64)
    _feed(operation, _rows(20, 32))
    assert set(_feed(operation, _rows(14, 100))) == {Running.AT_REST}
    assert operation.learned == 32
    _feed(operation, _rows(20, 32))
    assert set(_feed(operation, _rows(14, 100))) == {Running.AT_REST}
    assert set(_feed(operation, _rows(20, 100))) == {Running.JUDGED}  # with the windows before


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
    for number, level in enumerate((18, 20, 22)):
        _feed(operation, _rows(level, 80))
        assert operation.expect() == (number + 1) % 3
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


@pytest.mark.parametrize("states", [2, 4])
def test_no_fault_is_learned_as_a_state_that_nobody_asked_for(states: int) -> None:
    """Much louder, as a severe fault is, with states missing: judged by the one that is known."""
    operation = Operation(CFG, 64, states)
    judge = Judge(CFG, operation, _counts)
    for row in _rows(18, 200):
        judge.take(row)
    seen = [judge.take(row).state for row in _rows(22, 300)]
    assert seen.index(State.ALARM) < 64 and set(seen[64:]) == {State.ALARM}
    assert operation.present == 0 and operation.restarts == 0
