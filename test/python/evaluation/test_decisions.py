"""Decisions: which recordings count where, and how many decisions they give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from recordings import CFG, noise

from thrum.evaluation import cases, decisions, scorers, tables
from thrum.recordings.dataset import Recording


def mean_z(z: np.ndarray) -> np.ndarray:
    """A network that needs no training: 0.5 where |z| is 1.2 on average."""
    scores: np.ndarray = np.minimum(z.mean(axis=1) / 32 / 2.4, 1.0)
    return scores


NETWORK = {"net": scorers.network(mean_z, CFG)}


def rows(recordings: list[Recording]) -> list[decisions.Row]:
    """Evaluate the untrained network."""
    return decisions.evaluate(cases.cases("test", recordings, CFG), NETWORK)


def test_healthy_and_faulty_are_told_apart() -> None:
    """Equal noise raises no alarm, noise of twice the level always does, after one decision."""
    (row,) = rows([noise(1), noise(2, 1, 600.0)])
    assert row.same is not None and row.same.value == 0 and row.other is None
    assert row.detected is not None and row.detected.value == 1 and row.missed == 0
    assert row.auc == row.partial_auc == 1
    assert row.delay_s == pytest.approx(16 * 256 / CFG.sample.rate_hz)


def test_counts_of_windows_and_decisions() -> None:
    """Half of the healthy recording is learned; independent decisions share no sample."""
    (row,) = rows([noise(1), noise(2, 1)])
    assert row.learned == 20_000 // 256
    assert row.same is not None and row.same.decisions == 78 - 15
    assert row.same.independent == 78 // 16
    assert row.windows == 78 + 156


def test_same_and_other_sessions_are_apart() -> None:
    """A louder healthy session alarms as `other`; the same session does not."""
    (row,) = rows([noise(1), noise(2, session="b", level=600.0), noise(3), noise(4, 1, 600.0)])
    assert row.other is not None and row.other.value == 1
    assert row.same is not None and row.same.value == 0 and row.same.decisions == 63 + 141


def test_condition_without_healthy_recording() -> None:
    """It is judged against the machine's first healthy recording, and says so."""
    first, second = rows([noise(1), noise(2, 1), noise(3, 1, 600.0, condition="fast")])
    assert (first.learned_in, second.learned_in) == ("c", "c")
    assert second.condition == "fast" and second.same is None and np.isnan(second.auc)
    assert "fast, learned at c" in tables.table([second])


def test_a_recording_without_a_decision_is_named_not_missed() -> None:
    """Windows overlap more if that gives it one; 16 of them must fit."""
    short, shorter = noise(3, 1, 600.0, samples=1_500), noise(4, 1, 600.0, samples=1_000)
    all_cases = cases.cases("test", [noise(1), noise(2, 1, 600.0), short, shorter], CFG)
    assert all_cases[0].cfg.window.hop == 64
    (row,) = decisions.evaluate(all_cases, NETWORK)
    assert row.missed == 0 and cases.too_short(all_cases) == ["r4"]


def test_a_device_does_not_learn_more_than_4096_windows() -> None:
    """Of a longer half it learns every second one."""
    cfg = replace(CFG, window=replace(CFG.window, hop=16))
    (case,) = cases.cases("test", [noise(1, samples=140_000)], cfg)
    assert len(decisions.look(case).learned.windows) == 2180


def test_machines_of_a_condition_are_pooled() -> None:
    """One row; decisions of both machines count."""
    (row,) = rows([noise(1), noise(2, 1), noise(3, machine="n"), noise(4, 1, machine="n")])
    assert row.same is not None and row.same.decisions == 2 * 63
