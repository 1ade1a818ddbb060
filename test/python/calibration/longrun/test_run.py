"""Simulated windows are those of the physics; machines are run as described; the report counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from thrum import config
from thrum.artifacts import release
from thrum.calibration.k_of_n import STEPS, alarms, highest, in_steps, levels
from thrum.calibration.longrun import installed, run, simulate
from thrum.calibration.longrun.evidence import Evidence, FaultRun, Plan, Votes, simulated
from thrum.calibration.longrun.installed import spread_windows
from thrum.calibration.longrun.library import Library, Plant, library, rendered
from thrum.calibration.longrun.service import MINUTES_PER_DAY, draw_service
from thrum.calibration.longrun.trial import BURST, try_baseline
from thrum.reference.baseline import Baseline, trial_windows, with_stride
from thrum.reference.network import Engine
from thrum.reference.operating_state import Operation
from thrum.reference.pipeline import Judge
from thrum.simulation.machine import Generator, at_load
from thrum.states import State

CFG = config.load()
ENGINE = Engine(release.load().graph)
MACHINES = 6
STATES = ((0.8, 0.5), (0.25, -0.6), (0.65, -0.2))  # warm and load, all between the grid points


def plant(number: int) -> Plant:
    rng = np.random.default_rng([7, number])
    return installed.draw_plant(CFG, rng, rng)


def learned(made: Library, rng: Generator) -> Baseline:
    """A baseline over all temperatures and loads."""
    warm, load = rng.random(CFG.baseline.windows), rng.uniform(-1, 1, CFG.baseline.windows)
    return Baseline.learn(made.draw(rng, warm, load, 1)[:, 0], CFG)


@pytest.fixture(scope="module")
def pairs() -> list[tuple[np.ndarray, np.ndarray]]:
    """z (windows, bands) of the same machine and state: rendered, and drawn from a library."""
    out = []
    for number in range(MACHINES):
        mine, rng = plant(number), np.random.default_rng(number)
        made = library(mine, rng, 160)
        baseline = learned(made, rng)
        for warm, load in STATES:
            drawn = made.draw(rng, np.full(16, warm), np.full(16, load), 16).reshape(256, -1)
            physics = rendered(mine, rng, warm, load, 256)
            out.append((baseline.deviation(physics), baseline.deviation(drawn)))
    return out


def test_deviations_have_the_distribution_of_the_physics(
    pairs: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    """Quantiles of z over all machines, states and bands."""
    real, drawn = (np.concatenate([pair[i].ravel() for pair in pairs]) / 32 for i in (0, 1))
    at = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
    np.testing.assert_allclose(np.quantile(drawn, at), np.quantile(real, at), rtol=0.06, atol=0.02)


def test_scores_are_equivalent_per_machine_and_state(
    pairs: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    """Mean scores agree within their own error: blocks of 16 windows are independent."""
    apart = []
    for real, drawn in pairs:
        a, b = (ENGINE.scores(z).reshape(16, 16).mean(axis=1) for z in (real, drawn))
        error = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 16) + 2.0  # 2 of 256: the interpolation
        apart.append((a.mean() - b.mean()) / error)
    assert np.abs(apart).max() < 5
    assert np.mean(np.abs(apart) > 2) < 0.25
    assert abs(float(np.mean(apart))) < 1


def test_false_alarms_are_equivalent(pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Share of 16-window decisions above thresholds from 0.3 to 0.5, within the errors of both."""
    real, drawn = (
        np.concatenate([ENGINE.scores(p[i]).reshape(16, 16).mean(axis=1) for p in pairs]) / 256
        for i in (0, 1)
    )
    for threshold in (0.3, 0.35, 0.4, 0.5):
        a, b = float(np.mean(real >= threshold)), float(np.mean(drawn >= threshold))
        mean = (a + b) / 2
        assert abs(a - b) < 4 * np.sqrt(2 * mean * (1 - mean) / len(real)) + 0.03


def test_bursts_of_the_table_are_those_of_the_windows() -> None:
    """The table holds, for each burst, the highest level of the detector on the same windows."""
    mine, rng = plant(0), np.random.default_rng(1)
    unit = installed.install(mine, ENGINE, rng, 0.2, 1.0, 160)
    seen = simulate.decisions(unit, ENGINE)
    table = highest(levels(seen.scores, 4, 6), 20)
    cell = int(seen.cell[unit.since])
    bands = unit.library.everything(seen.weight[cell : cell + 1])[0, 3]
    scores = in_steps(ENGINE.scores(unit.baseline.deviation(bands)))
    assert table[cell, 3, 7] == max(np.sort(scores[7 + i : 13 + i])[2] for i in range(20))


def test_a_trial_is_the_firmwares() -> None:
    """Scores and baseline of trial.py against Judge, window by window, an alarm among them."""
    rng = np.random.default_rng(4)
    cfg = replace(CFG, alarm=replace(CFG.alarm, mean_windows=1, most_windows=1))
    cfg = replace(cfg, baseline=replace(cfg.baseline, windows=64, trial=14))
    rows = np.rint(5000 + 100 * rng.standard_normal((64 + 9 * BURST, 32)))
    rows[64 + 2 * BURST : -2 * BURST, :4] += 350  # eased
    rows[64 + 5 * BURST : 64 + 6 * BURST, 4:24] += 9000  # an alarm
    rows[-BURST:, 8:10] += 350  # eased after it
    bands = rows.astype(np.uint16)
    operation = Operation(cfg, 64)
    judge = Judge(cfg, operation, ENGINE.outputs)
    wanted = [judge.take(row) for row in bands][64:]
    learned = Baseline.learn(bands[:64], cfg)
    got, scores = try_baseline(cfg, ENGINE, learned, bands[64:].reshape(9, BURST, 32))
    assert [judged.score for judged in wanted] == (scores.reshape(-1) // 16).tolist()
    assert operation.baseline is not None and operation.eased > 3
    np.testing.assert_array_equal(got.scale, operation.baseline.scale)
    alarms_in = {n // BURST for n, w in enumerate(wanted) if w.state is State.ALARM}
    assert 5 in alarms_in and not alarms_in & {0, 1, 2, 3, 4, 8}


def test_a_night_stop_is_cold_and_is_not_judged() -> None:
    """Of many machines, half stop; nothing is judged then, and the morning starts cold."""
    services = [draw_service(np.random.default_rng(seed), 2.0) for seed in range(40)]
    stopping = [service for service in services if not service.running.all()]
    assert 10 <= len(stopping) <= 30
    for service in stopping:
        assert service.running.sum() == 2 * 14 * 60
        start = int(np.flatnonzero(np.diff(service.running.astype(int)) == 1)[0]) + 1
        assert service.warm[start] < 0.1 < 0.5 < service.warm[start + 240]
    assert all(len(service.warm) == 2 * MINUTES_PER_DAY for service in services)
    assert all(np.abs(service.load).max() <= 1 for service in services)


def test_load_moves_between_two_sessions() -> None:
    """The ends are the sessions; gain and what temperature does stay."""
    mine = plant(1)
    assert at_load(mine.idle, mine.full, -1.0).speed == pytest.approx(mine.idle.speed)
    full = at_load(mine.idle, mine.full, 1.0)
    assert full.speed == pytest.approx(mine.full.speed) and full.gain == mine.idle.gain
    assert np.allclose(full.modes, mine.full.modes)


def test_a_short_run_counts_days_alarms_and_faults() -> None:
    """Three installations of one machine; the same seed gives the same."""
    plan, rules = Plan(3, 0.5, 4.0), [Votes(1, 1), Votes(28, 32)]
    first, second = (simulated(CFG, ENGINE, plan, rules, 5) for _ in range(2))
    on_trial = 3 * trial_windows(with_stride(CFG, 999)) / spread_windows(CFG) * 4 / 24
    assert first.trial_days == pytest.approx(on_trial, rel=0.01)
    assert 0.4 * 3 < first.machine_days <= 0.5 * 3 + 0.01
    assert len(first.faults) == 3 * 5 * 3 and first.raised[0].shape == (3, STEPS + 1)
    np.testing.assert_array_equal(first.raised, second.raised)
    assert (first.raised[1][:, 2000:] <= first.raised[0][:, 2000:]).all()
    severe, slight = (np.isfinite(first.delays(0, 2253, s)).mean() for s in (1.0, 0.25))
    assert severe >= slight


def test_report_says_what_is_met() -> None:
    """Two alarms in 900 machine-days are within a budget of 1 per 30; half found is not 90 %."""
    raised = np.zeros((6, STEPS + 1), np.int64)
    raised[0, :3000] = 2
    low, high = np.full(100, 1000), np.full(100, 4000)
    faults = [
        FaultRun(kind, severity, [level])
        for kind in ("unbalance", "misalignment", "looseness", "bearing", "rub")
        for severity in (0.25, 0.5, 1.0)
        for level in (low, high)
    ]
    text = run.report(CFG, Evidence(5.12, 5.12, [Votes(8, 12)], 900.0, [raised], faults), 0.55)
    assert "2 false alarms, 0.07 per machine and 30 days" in text and "budget 1 met" in text
    assert (
        "50%; target 90% NOT met" in text
        and "1 of 2 machines alarmed at all, the worst 2 times; the others 0.00" in text
    )
    assert alarms([np.array([0, 3000, 0])])[2999] == 1
