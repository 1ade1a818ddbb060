"""No attack on a simulated machine with a severe fault may silence the alarm."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from thrum import config
from thrum.artifacts import release
from thrum.calibration.longrun import installed
from thrum.calibration.longrun.library import Plant, rendered
from thrum.reference.network import Engine
from thrum.reference.operating_state import Operation
from thrum.reference.pipeline import Judge
from thrum.simulation.machine import Fault as MachineFault
from thrum.states import Fault, State

CFG = config.load()
ENGINE = Engine(release.load().graph)
U16 = npt.NDArray[np.uint16]
WINDOWS = 900  # with the fault
MACHINES = ((0, "bearing"), (1, "looseness"), (2, "unbalance"))


@functools.cache
def _bands(number: int, kind: str) -> tuple[U16, U16]:
    """Log bands of a healthy machine, and of the same one with a fault of severity 2."""
    rng = np.random.default_rng([14, number])
    plant: Plant = installed.draw_plant(CFG, rng, rng)
    healthy = rendered(plant, rng, 0.8, 0.0, CFG.baseline.windows + 100)
    return healthy, rendered(plant, rng, 0.8, 0.0, WINDOWS, MachineFault(kind, 2.0))


def _judge(number: int, kind: str) -> Judge:
    """A judge that has learned the machine."""
    judge = Judge(CFG, Operation(CFG), ENGINE.outputs)
    for row in _bands(number, kind)[0]:
        judge.take(row)
    return judge


@pytest.mark.parametrize(("number", "kind"), MACHINES)
@pytest.mark.parametrize("every", [16, 20, 40])
def test_a_window_that_is_stuck_now_and_then_does_not_hide_a_fault(
    number: int, kind: str, every: int
) -> None:
    judge = _judge(number, kind)
    seen = [
        judge.take(row, Fault.STUCK if at % every == 0 else Fault.NONE).state
        for at, row in enumerate(_bands(number, kind)[1])
    ]
    assert seen[0] is State.FAULT and seen.index(State.ALARM) < 120
    assert {state for at, state in enumerate(seen) if at % every == 0} == {State.FAULT}
    assert set(seen[-100:]) == {State.ALARM, State.FAULT}


@pytest.mark.parametrize(("number", "kind"), MACHINES)
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_clipping_does_not_hide_a_fault(number: int, kind: str, share: float) -> None:
    """The alarm comes: of the machine, or of the sensor that is at its limit."""
    clipped = np.random.default_rng(5).random(WINDOWS) < share
    judge = _judge(number, kind)
    seen = [
        judge.take(row, Fault.SATURATED if clips else Fault.NONE).state
        for row, clips in zip(_bands(number, kind)[1], clipped, strict=True)
    ]
    assert seen.index(State.ALARM) < 150
    assert set(seen[-100:]) <= {State.ALARM, State.FAULT} and seen.count(State.ALARM) > 100


@pytest.mark.parametrize(("number", "kind"), MACHINES)
@pytest.mark.parametrize("run", [5, 15, 40])
def test_a_machine_that_never_runs_long_is_judged(number: int, kind: str, run: int) -> None:
    """On for a few windows, then off: the alarm comes once runs add up, and again after it."""
    judge = _judge(number, kind)
    off = np.full(CFG.features.bands, CFG.features.floor_log2 * 256, np.uint16)
    seen = []
    for at, row in enumerate(_bands(number, kind)[1]):
        seen.append(judge.take(row).state)
        if at % run == run - 1:
            assert {judge.take(off).state for _ in range(100)} == {State.IDLE}
    assert State.ALARM in seen[:120] and State.ALARM in seen[-150:]
    assert State.OK not in seen[seen.index(State.ALARM) + 1 :][: CFG.alarm.mean_windows - 1]


@pytest.mark.parametrize("run", [15, 40])
def test_short_runs_of_a_healthy_machine_raise_no_alarm(run: int) -> None:
    judge, (healthy, _) = _judge(1, "looseness"), _bands(1, "looseness")
    off = np.full(CFG.features.bands, CFG.features.floor_log2 * 256, np.uint16)
    for at in range(1200):
        assert judge.take(healthy[at % len(healthy)]).state is State.OK
        if at % run == run - 1:
            judge.take(off)


@pytest.mark.parametrize("number", [1, 3, 6])
@pytest.mark.parametrize("octaves", [4.3, 5.0])
def test_a_machine_that_runs_on_much_quieter_is_an_alarm(number: int, octaves: float) -> None:
    """Below the level of rest, but not silent: a gain that was lost, a sensor that hangs loose."""
    judge, healthy = _judge(number, "bearing"), _bands(number, "bearing")[0]
    quieter = np.maximum(healthy.astype(int) - round(256 * octaves), 14 * 256).astype(np.uint16)
    assert (quieter.max(axis=1) - quieter.mean(axis=1)).min() > 2.6 * 256  # not silent
    seen = [judge.take(row).state for row in [*quieter, *quieter]]
    assert State.ALARM in seen[:320] and set(seen[320:]) == {State.ALARM}


def test_a_quieter_machine_that_stands_still_now_and_then_is_an_alarm() -> None:
    judge, healthy = _judge(1, "bearing"), _bands(1, "bearing")[0][:300]
    quieter = np.maximum(healthy.astype(int) - 1200, 14 * 256).astype(np.uint16)
    silent = np.full((20, CFG.features.bands), 14 * 256, np.uint16)
    runs = np.concatenate([quieter[:100], silent, quieter[100:200], silent, quieter[200:]])
    assert State.ALARM in [judge.take(row).state for row in runs]


@pytest.mark.parametrize("windows", [1, 20, 100])
def test_a_machine_that_runs_down_and_stands_still_is_at_rest(windows: int) -> None:
    """However long it takes; and when it runs again it is healthy at once."""
    judge, (healthy, _) = _judge(1, "looseness"), _bands(1, "looseness")
    noise = np.full(CFG.features.bands, 14 * 256)
    for at in range(windows):
        share = (at + 1) / windows
        row = np.maximum(healthy[at % len(healthy)] - share * 15 * 256, noise).astype(np.uint16)
        state = judge.take(row).state
    assert state is State.IDLE
    assert {judge.take(noise.astype(np.uint16)).state for _ in range(1000)} == {State.IDLE}
    assert {judge.take(row).state for row in healthy} == {State.OK}


def test_a_severe_fault_takes_the_fast_path() -> None:
    """Before 32 votes can have come, and before an average is complete."""
    for gathers in (False, True):
        operation = Operation(CFG)
        judge = Judge(CFG, operation, ENGINE.outputs)
        for row in _bands(1, "bearing")[0][: CFG.baseline.windows if gathers else None]:
            judge.take(row)
        if gathers:
            operation.interrupt()
        seen = [judge.take(row).state for row in _bands(1, "bearing")[1][:40]]
        assert seen.index(State.ALARM) < 20 and set(seen[20:]) == {State.ALARM}


def test_no_trial_moves_the_reference_of_the_first_days() -> None:
    """Whatever is judged on trial: the means stay, a band is at most twice as wide as learned."""
    cfg = replace(CFG, baseline=replace(CFG.baseline, windows=32, stride=64, trial=14))
    operation = Operation(cfg, 32)
    judge = Judge(cfg, operation, ENGINE.outputs)
    rng = np.random.default_rng(3)
    steady = 5000 + 100 * rng.standard_normal((2200, CFG.features.bands))
    for row in steady:
        judge.take(row.astype(np.uint16))
    learned = operation.baseline
    assert learned is not None
    moved = np.arange(20_000)[:, np.newaxis] * rng.uniform(0, 0.02, CFG.features.bands)
    for row in moved + np.resize(steady, moved.shape):
        judge.take(np.clip(row, 0, 16383).astype(np.uint16))
    tried = operation.baseline
    assert tried is not None and operation.eased > 0
    np.testing.assert_array_equal(tried.mean, learned.mean)
    assert (2.1 * tried.scale >= learned.scale).all() and (tried.scale < learned.scale).any()
