"""The evaluation that the report keeps in a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from report_material import CFG, evaluation, release

from thrum.artifacts.release import Release
from thrum.evaluation.decisions import Decided, Row
from thrum.report import evaluated
from thrum.report.evaluated import Evaluation


def test_the_evaluation_is_kept_until_something_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[int] = []

    def count(decided: list[Decided]) -> tuple[Row, ...]:
        calls.append(len(decided))
        return evaluation().rows

    monkeypatch.setattr(evaluated, "synthetic_cases", lambda cfg: [])
    monkeypatch.setattr(evaluated, "public_cases", lambda cfg, directory: [])
    monkeypatch.setattr("thrum.evaluation.decisions.rows", count)
    monkeypatch.setattr("thrum.evaluation.scorers.of_release", lambda made, cfg, target: {})
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    file = tmp_path / "kept" / "evaluation.json"

    def evaluate(made: Release) -> Evaluation:
        return evaluated.of_release(made, CFG, recordings, file, lambda: "not run")

    kept = Evaluation(evaluation().rows, (), "not run")
    assert evaluate(release()) == evaluate(release()) == kept
    assert len(calls) == 1
    evaluate(replace(release(), tflite=b"another"))
    file.write_text("{", encoding="utf-8")
    evaluate(release())
    assert len(calls) == 3
