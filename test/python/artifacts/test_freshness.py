"""The hashes that decide whether to train: they see what computes, not how it is written."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from thrum import config
from thrum.artifacts import freshness, release
from thrum.artifacts.meaning import Sources
from thrum.compiler.graph import ModelError
from thrum.paths import ARTIFACTS, ROOT
from thrum.simulation import synth
from thrum.training import pipeline
from thrum.training.split import Part, Split, digest, split

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
    """What is released is what its sources give; train and commit again if this fails."""
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


def test_another_function_of_the_same_name_counts(tmp_path: Path) -> None:
    """`from a import f` and `from b import f` differ as f does, however deep."""
    package = tmp_path / "p"
    package.mkdir()
    (package / "a.py").write_text("def f(x):\n    return x + 1\n")
    (package / "b.py").write_text("def f(x):\n    return x + 2\n")
    (package / "middle.py").write_text("from p.a import f\n\ng = f\n")
    entry = package / "entry.py"
    entry.write_text("from p.middle import g\n\nprint(g(1))\n")
    before = Sources(package).hash(entry)
    (package / "middle.py").write_text("from p.b import f\n\ng = f\n")
    assert Sources(package).hash(entry) != before


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        ("x = 1", "x = 1.0", True),
        ("x = 1", "x = True", True),
        ("x = -1", "x = 1", True),
        ("x = a - b", "x = b - a", True),
        ("x = y if z else 0", "x = y if not z else 0", True),
        ("for i in a:\n    f(i)", "for i in a:\n    f(i)\nelse:\n    g()", True),
        ("import numpy as n\nx = n", "import scipy as n\nx = n", True),
        ("from numpy import sin as f\nx = f", "from numpy import cos as f\nx = f", True),
        ("class A:\n    x: int\n    y: int", "class A:\n    y: int\n    x: int", True),
        ("def f(x=1): pass", "def f(x=2): pass", True),
        ("raise A(1)", "raise B(1)", True),
        ("x = f'{a}'", "x = f'{b}'", True),
        ("x = 1", "if X:\n    x = 1", True),
        ("x = 1", "if TYPE_CHECKING:\n    y = 1\nelse:\n    x = 2", True),
        ("x = 1", "if TYPE_CHECKING:\n    import y\nelse:\n    x = 1", False),
        ("x = 1", "if TYPE_CHECKING:\n    from p import q\nx = 1", False),
        ("x = 1", "x = (1)  # one", False),
        ("def f(x): return x", "def f(x: int) -> int: return x", False),
        ("def f():\n    'Words.'\n    g()", "def f():\n    g()", False),
        ("raise A('a text')", "raise A(f'another {x}')", False),
        ("from numpy import sin\nx = sin", "from numpy import sin as s\nx = s", False),
    ],
)
def test_meaning_and_spelling(tmp_path: Path, old: str, new: str, counts: bool) -> None:
    path = tmp_path / "m.py"
    hashes = []
    for text in (old, new):
        path.write_text(text, encoding="utf-8")
        hashes.append(Sources(tmp_path).hash(path))
    assert (hashes[0] != hashes[1]) is counts


def test_all_that_the_pipeline_runs_is_hashed() -> None:
    """Modules that are loaded by importing the pipeline are among the files of its hash."""
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, thrum.training.pipeline, thrum.training.golden\n"
            "for n, m in sorted(sys.modules.items()):\n"
            "    if n.startswith('thrum.') and m.__file__: print(m.__file__)",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    sources = Sources(ROOT / freshness.PACKAGE)
    sources.hash(ROOT / freshness.PACKAGE / freshness.ENTRY)
    unseen = {Path(path) for path in loaded} - set(sources.files)
    assert unseen == set()


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


def _parts(first: int) -> Split:
    part = Part(np.full((2, 32), first, np.float32), np.array([0, 1], np.int8))
    return Split(train=part, stop=part, test=part)


def test_arrays_are_compared_by_value() -> None:
    assert digest(_parts(1)) == digest(_parts(1)) != digest(_parts(2))
    own = dataclasses.replace(_parts(1), own=_parts(1).train)
    assert digest(own) != digest(_parts(1))


def _train(
    monkeypatch: pytest.MonkeyPatch, folder: Path, arrays: bool, fit: bool, force: bool
) -> release.Release:
    """Run the pipeline on a small set with a training that must not happen."""
    small = dataclasses.replace(CFG, train=dataclasses.replace(CFG.train, machines=10))
    made = release.load()
    data = synth.training_set(small)
    parts = split(data.z, data.label, data.machine)
    stamp = {
        "sources": "0",
        "fit": pipeline._fit_fingerprint(small) if fit else "0",
        "arrays": digest(parts) if arrays else "0",
    }
    release.save(dataclasses.replace(made, determined_by=stamp), folder, {})
    monkeypatch.setattr(pipeline, "_trained", _must_not_train)
    return pipeline.train(small, folder, lambda text: None, force=force)


class TrainedError(Exception):
    """The pipeline wanted to train."""


def _must_not_train(*_: object) -> None:
    raise TrainedError


def test_equal_arrays_stamp_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sources differ, the arrays do not: the same network with a new stamp."""
    made = _train(monkeypatch, tmp_path, arrays=True, fit=True, force=False)
    assert made.determined_by["sources"] == freshness.fingerprint()
    assert (tmp_path / "model.tflite").read_bytes() == release.load().tflite
    assert freshness.why_stale(tmp_path) == ""


@pytest.mark.parametrize(
    ("arrays", "fit", "force"), [(False, True, False), (True, False, False), (True, True, True)]
)
def test_other_arrays_or_another_fit_train(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arrays: bool, fit: bool, force: bool
) -> None:
    with pytest.raises(TrainedError):
        _train(monkeypatch, tmp_path, arrays, fit, force)


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
