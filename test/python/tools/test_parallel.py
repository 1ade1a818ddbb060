"""Stages side by side: whole outputs, failures last, no more at a time than lanes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.ci import check, parallel, stages
from tools.ci.stages import Outcome, Stage


def _stage(name: str, code: str) -> Stage:
    return Stage(name, (sys.executable, "-c", code))


def test_the_output_of_a_failure_comes_last(capsys: pytest.CaptureFixture[str]) -> None:
    todo = [_stage("bad", "print('one'); print('two'); raise SystemExit(1)")]
    todo += [_stage(f"good {k}", f"print('from {k}')") for k in range(3)]
    outcomes = parallel.run(todo, 1)
    assert [outcomes[stage.name].ok for stage in todo] == [False, True, True, True]
    out = capsys.readouterr().out
    assert "== bad: FAILED" in out and out.index("from 2") < out.index("one\ntwo\n")


def test_stages_run_side_by_side_but_no_more_than_lanes(tmp_path: Path) -> None:
    """Each leaves a mark while it runs and counts the marks that it sees."""
    code = (
        "import os, pathlib, time\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "mark = folder / str(os.getpid())\n"
        "mark.touch(); time.sleep(0.3); print(len(list(folder.iterdir()))); mark.unlink()\n"
    )
    outcomes = parallel.run([_stage(str(k), code) for k in range(4)], 2)
    seen = [int(outcome.output) for outcome in outcomes.values()]
    assert max(seen) <= 2 and 2 in seen


def test_what_a_stopped_stage_has_said_is_kept() -> None:
    code = "import time; print('so far', flush=True); time.sleep(60)"
    outcome = stages.run(Stage("slow", (sys.executable, "-c", code), seconds=2.0))
    assert not outcome.ok and outcome.output == "so far\n" and "stopped after 2 s" in str(outcome)


def test_the_last_line_counts_tests_and_a_failed_check(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = {"a": Outcome(True, 7), "b": Outcome(False, 3, 2), "ruff": Outcome(False)}
    assert check._report(outcomes, [], "5", 1.0) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "10 passed, 3 failed" and "failed: b, ruff" in lines[-2]
    assert any("THRUM_SEED=5" in line for line in lines)


def test_the_seed_of_a_run_reaches_its_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THRUM_SEED", "11")
    monkeypatch.setenv("THRUM_LINE_SEED", "")  # so that it is put back
    monkeypatch.delenv("THRUM_LINE_SEED")
    assert check._seed() == "11"
    code = "import os; print(os.environ['THRUM_LINE_SEED'])"
    assert stages.run(_stage("seed", code)).output == "11\n"
