"""The hash that decides whether to train: complete, stable, blind to ends of lines, quick."""

from __future__ import annotations

import ast
import hashlib
import json
import shutil
import time
from pathlib import Path

import pytest

from model import freshness, release

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files that determine the model, in a folder of their own."""
    (tmp_path / "model").mkdir()
    for name in freshness.SOURCES:
        shutil.copy(ROOT / "model" / f"{name}.py", tmp_path / "model")
    shutil.copy(ROOT / "model" / "config.toml", tmp_path / "model")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    return tmp_path


def test_committed_model_is_fresh() -> None:
    """What is released is what its sources give; train and commit again if this fails."""
    assert freshness.why_stale(release.FOLDER) == "", "type: python -m model train"


def test_copy_has_the_same_hash(copy: Path) -> None:
    """Neither time stamps nor the place count."""
    assert freshness.fingerprint(copy) == freshness.fingerprint()


def _imports(path: Path) -> set[str]:
    """Modules of the package that a module imports, anywhere in its text."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "model":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("model."):
            found.add(str(node.module).removeprefix("model."))
    return found


def test_every_module_of_the_pipeline_counts() -> None:
    """SOURCES is the closure of what pipeline.py imports."""
    known: set[str] = set()
    queue = {"pipeline"}
    while queue:
        name = queue.pop()
        known.add(name)
        queue |= _imports(ROOT / "model" / f"{name}.py") - known
    assert sorted(known) == sorted(freshness.SOURCES)


@pytest.mark.parametrize("name", ["model/synth.py", "model/config.toml", "requirements.txt"])
def test_ends_of_lines_do_not_count(copy: Path, name: str) -> None:
    before = freshness.fingerprint(copy)
    path = copy / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert freshness.fingerprint(copy) == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("model/config.toml", "machines = ", "machines = 1"),
        ("model/train.py", "_FOLDS = 10", "_FOLDS = 11"),
        ("requirements.txt", "keras==3", "keras==4"),
        ("requirements.txt", "tflite_micro==0", "tflite_micro==1"),
    ],
)
def test_what_determines_the_model_counts(copy: Path, name: str, old: str, new: str) -> None:
    before = freshness.fingerprint(copy)
    text = (copy / name).read_text(encoding="utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new), encoding="utf-8")
    assert freshness.fingerprint(copy) != before


def test_other_requirements_do_not_count(copy: Path) -> None:
    before = freshness.fingerprint(copy)
    path = copy / "requirements.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("pytest==", "pytest==1"), "utf-8")
    assert freshness.fingerprint(copy) == before


def test_missing_or_damaged_model_is_stale(tmp_path: Path) -> None:
    assert "model.json does not exist" in freshness.why_stale(tmp_path)
    (tmp_path / "model.tflite").write_bytes(b"other")
    shutil.copy(release.FOLDER / "model.json", tmp_path)
    assert "model.tflite does not belong to model.json" in freshness.why_stale(tmp_path)
    for content in ("", "{}", "[]", '{"determined_by": "ab'):
        (tmp_path / "model.json").write_text(content, encoding="utf-8")
        assert "model.json is damaged (" in freshness.why_stale(tmp_path)
    made = {"determined_by": "0", "tflite_sha256": hashlib.sha256(b"other").hexdigest()}
    (tmp_path / "model.json").write_text(json.dumps(made), encoding="utf-8")
    assert freshness.why_stale(tmp_path) == "the sources of the model have changed"


def test_takes_milliseconds() -> None:
    start = time.perf_counter()
    freshness.why_stale(release.FOLDER)
    assert time.perf_counter() - start < 0.05
