"""The command line: quick, lists every command, refuses bad values before it opens anything."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from thrum.cli.main import COMMANDS, main
from thrum.paths import ROOT


def test_every_module_of_commands_is_a_command() -> None:
    files = {path.stem for path in (ROOT / "thrum" / "cli").glob("*.py")}
    assert files - {"__init__", "main", "options"} == set(COMMANDS)


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_only_cli_knows_argparse() -> None:
    """Whoever calls the package from Python passes typed arguments, not a namespace."""
    package = ROOT / "thrum"
    known = {path for path in package.rglob("*.py") if "argparse" in _imports(path)}
    assert known and {path.parent for path in known} == {package / "cli"}


def test_help_needs_the_standard_library_alone() -> None:
    """-S leaves no site-packages, so neither NumPy nor TensorFlow slows the start."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "thrum", "-h"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    shown = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert [word for word in shown if word in COMMANDS] == list(COMMANDS)


def test_without_the_environment_one_sentence_says_what_to_type() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "thrum", "evaluate"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "numpy is not installed" in done.stderr and "make setup" in done.stderr


@pytest.mark.parametrize(
    "line",
    [
        "longrun --machines 0",
        "longrun --days -1",
        "calibrate --days nan",
        "record --port none --label healthy --machine m --seconds nan",
        "record --port none --label healthy --machine m --seconds -3",
        "verify --port none --windows 0",
        "verify --port none --seconds inf",
    ],
)
def test_values_out_of_range(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(line.split())
    assert stopped.value.code == 2
    assert ": give a number " in capsys.readouterr().err


LOUD = """
import sys
from thrum.cli import look, main

def loud(_):
    for _ in range(10_000):
        print("x" * 80)
    return 0

look.run = loud
sys.exit(main.main(["look", "."]))
"""


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    """`thrum look DIR | head -1`: no traceback when the pipe closes."""
    (tmp_path / "loud.py").write_text(LOUD, encoding="utf-8")
    line = f"{sys.executable} {tmp_path / 'loud.py'} | head -1"
    done = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["x" * 80] and done.stderr == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file or directory", "a.csv"), "a.csv: No such file"),
        (PermissionError(13, "Permission denied", "b.csv"), "b.csv: Permission denied"),
        (OSError(28, "No space left on device", "c.wav"), "c.wav: No space left"),
        (KeyError("rate"), "unexpected KeyError: 'rate'; send "),
        (ValueError("two\nlines"), "unexpected ValueError: two; send "),
        (RecursionError(), "unexpected RecursionError: ; send "),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_no_error_shows_a_traceback(
    error: Exception,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """An error that nobody expected is one line, and whole in a file."""

    def fail(_: object) -> int:
        raise error

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("thrum.cli.look.run", fail)
    assert main(["look", "."]) == 1
    told = capsys.readouterr()
    assert told.out == "" and len(told.err.splitlines()) == 1
    assert told.err.startswith(f"error: {said}")
    log = tmp_path / "thrum-error.log"
    assert log.is_file() == ("unexpected" in said)
    assert "unexpected" not in said or "Traceback" in log.read_text(encoding="utf-8")
