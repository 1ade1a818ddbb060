"""A worse model does not replace a better one, and what is not ours is not overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from thrum.artifacts import release
from thrum.cli.main import main
from thrum.compiler.graph import ModelError
from thrum.paths import ARTIFACTS
from thrum.training import gate, pipeline


def metrics(auc: float, alarms: float, exact: float | None = None) -> dict[str, Any]:
    """Those of a training."""
    return {
        "int8": {"auc": auc, "false_alarms": alarms},
        "float": {"auc": auc if exact is None else exact, "false_alarms": alarms},
    }


@pytest.mark.parametrize(
    "new, words",
    [
        (metrics(0.88, 0.0), "AUC 0.8800, was 0.9000"),
        (metrics(0.9, 0.02), "false alarms 2.00%, were 0.00%"),
        (metrics(0.91, 0.0, 0.95), "AUC 0.9100 in int8, 0.9500 in float"),
        (metrics(float("nan"), 0.0), "AUC nan, was 0.9000"),
    ],
)
def test_what_is_worse_is_said_with_both_numbers(new: dict[str, Any], words: str) -> None:
    with pytest.raises(ModelError, match=rf"{words}.*`thrum train --accept`"):
        gate.check(new, metrics(0.9, 0.0))


def test_what_is_as_good_passes() -> None:
    gate.check(metrics(0.895, 0.004), metrics(0.9, 0.0))
    gate.check(metrics(0.5, 0.5), {})  # of a folder that says nothing
    gate.check(release.load().metrics, release.load().metrics)


def test_a_worse_network_leaves_the_released_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.save(release.load(), tmp_path)
    before = (tmp_path / release.TFLITE).read_bytes()
    known = release.load(tmp_path)
    with pytest.raises(ModelError, match="which stays"):
        pipeline.refuse_worse(tmp_path, metrics(0.6, 0.0))
    assert (tmp_path / release.TFLITE).read_bytes() == before
    pipeline.refuse_worse(tmp_path, known.metrics)
    pipeline.refuse_worse(tmp_path / "none", metrics(0.6, 0.0))


@pytest.mark.parametrize("name", [release.TFLITE, release.JSON, release.GOLDEN])
def test_what_was_changed_since_is_not_overwritten(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each of the three files, one by one, in a folder that training once wrote."""
    release.save(release.load(), tmp_path, release.read_json(ARTIFACTS / release.GOLDEN))
    assert release.foreign(tmp_path) == [] == release.foreign(tmp_path / "none")
    (tmp_path / name).write_text('{"mine": 1}')
    assert name in release.foreign(tmp_path)
    assert main(["train", "--out", str(tmp_path), "--manifest", "none", "--force"]) == 1
    assert "was not written by `thrum train`" in capsys.readouterr().err
    assert (tmp_path / name).read_text() == '{"mine": 1}'


def test_a_network_of_somebody_else_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / release.TFLITE).write_bytes(b"mine")
    assert main(["train", "--out", str(tmp_path), "--manifest", "none", "--force"]) == 1
    assert "was not written by `thrum train`" in capsys.readouterr().err
    assert (tmp_path / release.TFLITE).read_bytes() == b"mine"
