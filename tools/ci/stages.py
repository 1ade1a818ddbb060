"""The stages of `make test`: what each runs and how its outcome is read."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / ".pio" / "reports"
STAGE_SECONDS = 1800.0
_CLANG_FORMAT = str(Path(sys.executable).with_name("clang-format"))  # its package cannot be run
GENERATED = {"model_data.h", "model_params.h", "model_aot.h", "golden.h"}


@dataclass(frozen=True)
class Stage:
    """One command; with a JUnit report when it counts tests."""

    name: str
    command: tuple[str, ...]
    report: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """How a stage ended."""

    ok: bool
    passed: int = 0  # test cases
    failed: int = 0
    remark: str = ""

    def __str__(self) -> str:
        counts = (
            f", {self.passed} passed, {self.failed} failed" if self.passed + self.failed else ""
        )
        return ("ok" if self.ok else "FAILED") + counts + self.remark


def static_checks() -> list[Stage]:
    """Linters, types and formatting."""
    sources = sorted(str(path.relative_to(ROOT)) for path in _cpp_sources())
    checks = [
        _python_stage("ruff check", "ruff", "check", "--quiet", "."),
        _python_stage("ruff format", "ruff", "format", "--check", "--quiet", "."),
        Stage("clang-format", (_CLANG_FORMAT, "--dry-run", "--Werror", *sources)),
    ]
    if sys.version_info >= (3, 11):  # 3.10 gets an older NumPy, whose types differ
        checks.append(_python_stage("mypy", "mypy"))
    return checks


def python_tests() -> Stage:
    """The pytest suites."""
    report = REPORTS / "pytest.xml"
    command = ("pytest", "--quiet", f"--junitxml={report}")
    return _python_stage("pytest", *command, report=report)


def firmware_tests(environment: str) -> Stage:
    """The Unity suites of one environment."""
    report = REPORTS / f"{environment}.xml"
    command = ("platformio", "test", "-e", environment, "--junit-output-path", str(report))
    return _python_stage(f"pio test -e {environment}", *command, report=report)


def run(stage: Stage) -> Outcome:
    """Run the command; a test stage without a single executed case has failed."""
    if stage.report:
        stage.report.parent.mkdir(parents=True, exist_ok=True)
        stage.report.unlink(missing_ok=True)
    try:
        code = subprocess.run(
            stage.command, cwd=ROOT, stdin=subprocess.DEVNULL, timeout=STAGE_SECONDS, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return Outcome(False, failed=1, remark=f", stopped after {STAGE_SECONDS:.0f} s")
    if stage.report is None:
        return Outcome(code == 0)
    passed, failed = count(stage.report)
    if passed + failed == 0:
        return Outcome(False, failed=1, remark=", no test ran")
    if code and not failed:
        return Outcome(False, passed, 1, f", exit code {code} although no test failed")
    return Outcome(code == 0 and failed == 0, passed, failed)


def count(report: Path) -> tuple[int, int]:
    """Passed and failed test cases in a JUnit report; (0, 0) when there is none."""
    try:
        cases = list(ET.parse(report).iter("testcase"))
    except (OSError, ET.ParseError):
        return 0, 0
    failed = sum(_has(case, "failure", "error") for case in cases)
    skipped = sum(_has(case, "skipped") for case in cases)
    return len(cases) - failed - skipped, failed


def _has(case: ET.Element, *tags: str) -> bool:
    return any(case.find(tag) is not None for tag in tags)


def _python_stage(name: str, module: str, *arguments: str, report: Path | None = None) -> Stage:
    return Stage(name, (sys.executable, "-m", module, *arguments), report)


def _cpp_sources() -> Iterable[Path]:
    for folder in ("lib", "src", "test", "tools"):
        for pattern in ("*.h", "*.c", "*.cpp"):
            found = (ROOT / folder).rglob(pattern)
            yield from (path for path in found if path.name not in GENERATED)
