"""Protocol, statistics, scorers and table of the evaluation, and that it cannot fool itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from recordings import CFG, noise

from thrum.evaluation import cases, decisions, evaluate, metrics, scorers, tables
from thrum.recordings import dataset
from thrum.recordings.dataset import Recording
from thrum.simulation import synth

SHORT = replace(CFG, baseline=replace(CFG.baseline, windows=64))


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


def test_nothing_healthy_is_an_error() -> None:
    """Without a healthy recording there is no baseline."""
    with pytest.raises(ValueError, match="no healthy recording"):
        rows([noise(1, 1)])


def test_short_recordings_overlap_their_windows() -> None:
    """The hop is halved until 32 windows can be learned, at most to a quarter window."""
    for samples, hop in ((40_000, 256), (10_000, 128), (5_000, 64), (2_500, 64)):
        (case,) = cases.cases("test", [noise(1, samples=samples)], CFG)
        assert case.cfg.window.hop == hop


def test_too_short_to_learn_from_is_an_error() -> None:
    """A device learns at least 16 windows; the message says how long to record."""
    with pytest.raises(cases.ProtocolError, match=r"r1: 0\.62 s are too short.*0\.76 s"):
        rows([noise(1, samples=2_000)])


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


def test_learned_and_judged_samples_do_not_overlap() -> None:
    """The two parts of the learned recording make up the whole and share nothing."""
    rec = noise(1)
    (case,) = cases.cases("test", [rec], CFG)
    halves = [case.learn.samples, case.same[0].samples]
    assert np.array_equal(np.concatenate(halves), rec.samples)


def test_machines_of_a_condition_are_pooled() -> None:
    """One row; decisions of both machines count."""
    (row,) = rows([noise(1), noise(2, 1), noise(3, machine="n"), noise(4, 1, machine="n")])
    assert row.same is not None and row.same.decisions == 2 * 63


def test_simple_scorers_find_a_louder_machine() -> None:
    """All but the kurtosis, which is blind to level."""
    healthy, loud = (
        scorers.observe(dataset.windows(rec, CFG), CFG) for rec in (noise(1), noise(2, 1, 600.0))
    )
    for name, scorer in scorers.simple(CFG).items():
        own, other = scorer(healthy, [healthy, loud])
        assert own.mean() < 1, name
        assert (other.mean() > 1) == (name != "kurtosis"), name


def test_wilson_interval() -> None:
    """Values of the literature: 0 of 10 and 5 of 10; more decisions narrow it."""
    assert metrics.wilson(0.0, 10) == pytest.approx((0.0, 0.2775), abs=1e-3)
    assert metrics.wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-3)
    assert metrics.share(np.empty(0, bool), 0) is None


def test_areas_under_the_curve() -> None:
    """Perfect, useless, inverted, ties, and the part below a false-positive rate of 0.1."""
    low, high = np.arange(100.0), np.arange(100.0) + 100
    assert metrics.partial_auc(low, high) == metrics.partial_auc(low, high, 0.1) == 1
    assert metrics.partial_auc(high, low) == metrics.partial_auc(high, low, 0.1) == 0
    assert metrics.partial_auc(low, low) == pytest.approx(0.5)
    assert metrics.partial_auc(low, low, 0.1) == pytest.approx(0.05)
    assert metrics.partial_auc(np.zeros(5), np.zeros(7)) == 0.5
    assert np.isnan(metrics.partial_auc(low, np.empty(0)))


def test_auc_equals_the_rank_statistic() -> None:
    """Random scores with ties: share of pairs in the right order, ties half."""
    rng = np.random.default_rng(3)
    a, b = rng.integers(0, 20, 60).astype(float), rng.integers(5, 25, 80).astype(float)
    pairs = np.mean((b[:, None] > a) + 0.5 * (b[:, None] == a))
    assert metrics.partial_auc(a, b) == pytest.approx(pairs)


def test_running_mean() -> None:
    """Full sets only."""
    assert np.allclose(metrics.running_mean(np.arange(5.0), 2), [0.5, 1.5, 2.5, 3.5])
    assert len(metrics.running_mean(np.arange(3.0), 4)) == 0


def test_synthetic_machines_are_not_those_of_training() -> None:
    """Another seed: no recording of the evaluation is drawn by the training set."""
    (case,) = evaluate.synthetic_cases(SHORT, 1)
    rng = np.random.default_rng(CFG.train.seed)
    trained = synth.machine_set(SHORT, rng, "t", 128, 32)
    cases.check_leak([trained.baseline, *trained.faulty], case.judged)
    assert len(case.same) == 2 and len(case.other) == 1 and len(case.faulty) == 5
