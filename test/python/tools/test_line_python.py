"""tools/ci/line_python.py: the Python that a firmware's answers are compared in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from thrum.paths import ROOT
from tools.ci import line_python as module
from tools.ci.line_python import NoPythonError, line_python

VENV = ".venv/Scripts/python.exe" if sys.platform == "win32" else ".venv/bin/python"


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Paths of Pythons that have NumPy."""
    found: set[str] = set()
    monkeypatch.setattr(module, "_runs", lambda python, root: python in found)
    return found


def script(root: Path, text: str) -> None:
    path = root / "tools" / "ci" / "venv.py"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def test_the_projects_own_is_first(tmp_path: Path, able: set[str]) -> None:
    able |= {str(tmp_path / VENV), sys.executable}
    assert line_python(tmp_path) == str(tmp_path / VENV)


def test_platformios_own_will_do(tmp_path: Path, able: set[str]) -> None:
    able.add(sys.executable)
    assert line_python(tmp_path) == sys.executable


def test_the_users_counts_unchecked(tmp_path: Path, able: set[str]) -> None:
    python = tmp_path / "python"
    python.touch()
    assert line_python(tmp_path, python) == str(python)
    with pytest.raises(NoPythonError, match=r"custom_python = .*no does not exist"):
        line_python(tmp_path, tmp_path / "no")


def test_one_is_made_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, "import pathlib, sys\npathlib.Path(__file__).with_name(sys.argv[1]).touch()")
    made = tmp_path / "tools" / "ci" / "--core"
    monkeypatch.setattr(module, "_runs", lambda python, root: made.exists())
    assert line_python(tmp_path) == str(tmp_path / VENV)


@pytest.mark.usefixtures("able")
def test_failure_says_why_and_what_to_type(tmp_path: Path) -> None:
    script(tmp_path, "import sys\nsys.exit('environment: no ensurepip')")
    with pytest.raises(NoPythonError) as error:
        line_python(tmp_path)
    words = str(error.value)
    assert "no ensurepip" in words and "python tools\\ci\\venv.py" in words


def test_a_python_is_asked_for_all_that_is_imported(tmp_path: Path) -> None:
    assert not module._runs(str(tmp_path / "python"), ROOT)
    assert module._runs(sys.executable, ROOT)
