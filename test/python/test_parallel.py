"""Work on all processors, and on a Dask cluster of two workers: the same results."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from joblib import parallel_config
from plants import CFG, ENGINE, failing, process

from thrum import parallel
from thrum.calibration.longrun.evidence import Plan, Votes, simulated
from thrum.cli.main import main
from thrum.recordings.wav import write_wav

WINDOWS = 40


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster of two processes on this computer."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def test_results_come_in_order_and_from_several_processes() -> None:
    found = list(parallel.each(process, range(20), "things", most=2))
    assert [number for number, _ in found] == list(range(20))
    processes = {pid for _, pid in found}
    assert os.getpid() not in processes and len(processes) <= 2


def test_what_is_small_stays_here() -> None:
    found = list(parallel.each(process, range(3), "things", small=True))
    assert found == [(k, os.getpid()) for k in range(3)]


def test_items_may_be_made_one_by_one() -> None:
    found = parallel.each(process, (k for k in range(100)), "things", total=100, most=2)
    assert [number for number, _ in found] == list(range(100))


@pytest.mark.parametrize("small", [False, True])
def test_an_error_ends_all(small: bool) -> None:
    with pytest.raises(ValueError, match="3 is wrong"):
        list(parallel.each(failing, range(6), "things", small=small))


def test_a_backend_that_was_chosen_is_taken() -> None:
    with parallel_config(backend="threading", n_jobs=2):
        assert {pid for _, pid in parallel.each(process, range(4), "things")} == {os.getpid()}


@pytest.mark.parametrize(
    ("done", "seconds", "words"),
    [
        (10, 5.0, "10 of 100 files, 2 a second, about 45 s left"),
        (10, 500.0, "10 of 100 files, 0.02 a second, about 75 min left"),
        (10, 5000.0, "10 of 100 files, 0.002 a second, about 12.5 h left"),
        (100, 50.0, "100 of 100 files, 2 a second"),
    ],
)
def test_progress_says_how_long_it_will_take(done: int, seconds: float, words: str) -> None:
    assert parallel.progress_text("files", done, 100, seconds).rstrip() == words


def test_a_cluster_simulates_the_same(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `thrum calibrate` and `thrum longrun` do."""
    here = simulated(CFG, ENGINE, Plan(1, 0.25, 1.0, 128), [Votes(1, 1)], 5)
    monkeypatch.setenv(parallel.SCHEDULER, scheduler)
    there = simulated(CFG, ENGINE, Plan(2, 0.25, 1.0, 128), [Votes(1, 1)], 5)
    np.testing.assert_array_equal(here.raised[0][0], there.raised[0][0])
    assert len(there.faults) == 2 * len(here.faults)
    processes = {pid for _, pid in parallel.each(process, range(8), "things")}
    assert len(processes) == 2 and os.getpid() not in processes


def test_a_cluster_evaluates_the_same(
    scheduler: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rng = np.random.default_rng(1)
    for number in range(6):
        samples = rng.normal(0, 300, (256 * WINDOWS, 1))
        if number > 3:
            samples[::50] *= 20
        label = "healthy" if number < 4 else "faulty"
        write_wav(tmp_path / label / f"{number}.wav", samples.astype(np.int16), 3200, {})
    said = []
    for address in ("", scheduler):
        monkeypatch.setenv(parallel.SCHEDULER, address)
        assert main(["evaluate", str(tmp_path), "--scale", "16"]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] and "6 of 6 verdicts are right" in said[0]
