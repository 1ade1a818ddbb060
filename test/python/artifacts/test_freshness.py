"""The hashes that decide whether to train: they see what computes, not how it is written."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from thrum import config
from thrum.artifacts import freshness, release
from thrum.compiler.graph import ModelError
from thrum.paths import ARTIFACTS, ROOT
from thrum.training import pipeline

CFG = config.load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files that determine the model, in a folder of their own."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in (freshness.PACKAGE, "model"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    text = path.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def _replaced(path: Path, old: str, new: str) -> None:
    _rewrite(path, lambda text: text.replace(old, new, 1))


def test_committed_model_is_fresh() -> None:
    """The released model is the one its sources give; train and commit again if not."""
    assert freshness.why_stale(ARTIFACTS) == "", "type: thrum train"


def test_committed_model_says_what_fitted_it() -> None:
    made = release.load()
    assert made.determined_by["fit"] == pipeline._fit_fingerprint(CFG)


def test_copy_has_the_same_hash(copy: Path) -> None:
    """Neither time stamps nor the place count."""
    assert freshness.fingerprint(copy) == freshness.fingerprint()


@pytest.mark.parametrize(
    "name", ["thrum/simulation/synth.py", "model/config.toml", "pyproject.toml"]
)
def test_ends_of_lines_do_not_count(copy: Path, name: str) -> None:
    before = freshness.fingerprint(copy)
    path = copy / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert freshness.fingerprint(copy) == before


def test_comments_and_docstrings_do_not_count(copy: Path) -> None:
    before = freshness.fingerprint(copy)
    path = copy / "thrum" / "simulation" / "synth.py"
    _rewrite(path, lambda text: text.replace('"""', '"""Other words. ', 1) + "\n# a comment\n")
    _rewrite(copy / "model" / "config.toml", lambda text: text.replace("# ", "# other "))
    assert freshness.fingerprint(copy) == before


def test_the_text_of_an_error_does_not_count(copy: Path) -> None:
    before = freshness.fingerprint(copy)
    _replaced(
        copy / "thrum" / "training" / "quantize.py", "the representative windows must", "these must"
    )
    assert freshness.fingerprint(copy) == before


def test_the_name_of_a_file_does_not_count(copy: Path) -> None:
    before = freshness.fingerprint(copy)
    (copy / "thrum/reference/smoothing.py").rename(copy / "thrum/averages.py")
    for path in (copy / "thrum").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("thrum.reference.smoothing", "thrum.averages"), encoding="utf-8"
        )
    assert freshness.fingerprint(copy) == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("model/config.toml", "machines = ", "machines = 1"),
        ("thrum/training/split.py", "_FOLDS = 10", "_FOLDS = 11"),
        ("model/network.py", "Dense(16", "Dense(17"),
        ("model/network.py", 'NonNeg(), name="hidden0"', 'None, name="hidden0"'),
        ("thrum/reference/features.py", "<<", ">>"),
        ("thrum/reference/baseline.py", "from thrum.reference.smoothing import WEYL", "WEYL = 1"),
        ("pyproject.toml", "keras==3", "keras==4"),
        ("pyproject.toml", "tflite_micro==0", "tflite_micro==1"),
    ],
)
def test_what_determines_the_model_counts(copy: Path, name: str, old: str, new: str) -> None:
    before = freshness.fingerprint(copy)
    _replaced(copy / name, old, new)
    assert freshness.fingerprint(copy) != before


def test_other_requirements_do_not_count(copy: Path) -> None:
    before = freshness.fingerprint(copy)
    _replaced(copy / "pyproject.toml", "pytest==", "pytest==1")
    assert freshness.fingerprint(copy) == before


def test_a_number_after_a_hash_mark_inside_a_string_counts(copy: Path) -> None:
    path = copy / "model" / "config.toml"
    _replaced(path, '"anomalous"', '"anomalous # 1"')
    before = freshness.fingerprint(copy)
    _replaced(path, "# 1", "# 2")
    assert freshness.fingerprint(copy) != before


def test_missing_or_damaged_model_is_stale(tmp_path: Path) -> None:
    assert "model.json does not exist" in freshness.why_stale(tmp_path)
    (tmp_path / "model.tflite").write_bytes(b"other")
    shutil.copy(ARTIFACTS / "model.json", tmp_path)
    assert "model.tflite does not belong to model.json" in freshness.why_stale(tmp_path)
    for content in ("", "{}", "[]", '{"determined_by": "ab', '{"determined_by": "ab"}'):
        (tmp_path / "model.json").write_text(content, encoding="utf-8")
        assert "model.json is damaged (" in freshness.why_stale(tmp_path)
    whole = hashlib.sha256(b"other").hexdigest()
    made = {"determined_by": {"sources": "0"}, "tflite_sha256": whole}
    (tmp_path / "model.json").write_text(json.dumps(made), encoding="utf-8")
    assert freshness.why_stale(tmp_path) == "the sources of the model have changed"


def test_a_file_that_is_no_python_is_an_error_of_one_line(copy: Path) -> None:
    (copy / "thrum" / "simulation" / "synth.py").write_text("def f(:\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"synth\.py, line 1: "):
        freshness.fingerprint(copy)


def test_takes_milliseconds() -> None:
    freshness.why_stale(ARTIFACTS)
    start = time.process_time()
    freshness.why_stale(ARTIFACTS)
    assert time.process_time() - start < 0.05
