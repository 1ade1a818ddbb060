"""The stages of `make test`: what each runs and how its outcome is read."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / ".pio" / "reports"
STAGE_SECONDS = 1800.0
# Programs whose packages cannot be run by `python -m`.
_CLANG_FORMAT, _LINT_IMPORTS = (
    str(Path(sys.executable).with_name(name)) for name in ("clang-format", "lint-imports")
)
GENERATED = {"model_data.h", "model_params.h", "model_aot.h", "golden.h"}
# The stages run side by side: a thread or a process for every processor only makes them wait.
ONE_THREAD = {
    "LOKY_MAX_CPU_COUNT": "1",
    **{
        f"{library}_THREADS": "1"
        for library in ("OMP_NUM", "OPENBLAS_NUM", "TF_NUM_INTRAOP", "TF_NUM_INTEROP")
    },
}

# Even where Python is told not to: compiling the tests anew takes each process 1.5 s.
KEEP_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True)
class Stage:
    """One command; with a JUnit report when it counts tests."""

    name: str
    command: tuple[str, ...]
    report: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)  # beside that of this process
    seconds: float = STAGE_SECONDS  # it is stopped after these


@dataclass(frozen=True)
class Outcome:
    """How a stage ended."""

    ok: bool
    passed: int = 0  # test cases
    failed: int = 0
    remark: str = ""
    output: str = ""  # all that the command has said

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
        Stage("import-linter", (_LINT_IMPORTS, "--no-logo")),
    ]
    if sys.version_info >= (3, 11):  # 3.10 gets an older NumPy, whose types differ
        checks.append(_python_stage("mypy", "mypy"))
    return checks


def fresh_headers() -> Stage:
    """Builds the host's firmware, for the model and the headers that this makes on the way.

    Its build folder is its own: tests of the same environment run beside the other stages.
    """
    folder = {"PLATFORMIO_BUILD_DIR": str(ROOT / ".pio" / "fresh")}
    command = (sys.executable, "-m", "platformio", "run", "--silent", "-e", "native")
    return Stage("pio run -e native", command, environment=folder)


def python_tests(workers: int, *arguments: str, seconds: float = STAGE_SECONDS) -> Stage:
    """The pytest suites, a file at a time in each of so many processes."""
    report = REPORTS / "pytest.xml"
    command = ["pytest", "--quiet", f"--junitxml={report}", "--durations=10"]
    if workers > 1:
        command += ["-n", str(workers), "--dist", "loadfile"]
    return Stage(
        "pytest",
        (sys.executable, "-m", *command, *arguments),
        report,
        ONE_THREAD,
        seconds,
    )


def firmware_tests(environment: str, suites: Iterable[str] = ()) -> Stage:
    """The Unity suites of one environment, all of them or some."""
    report = REPORTS / f"{environment}.xml"
    command = ["platformio", "test", "-e", environment, "--junit-output-path", str(report)]
    for suite in suites:
        command += ["-f", suite]
    return _python_stage(f"pio test -e {environment}", *command, report=report)


def run(stage: Stage) -> Outcome:
    """Run the command; a test stage without a single executed case has failed."""
    if stage.report:
        stage.report.parent.mkdir(parents=True, exist_ok=True)
        stage.report.unlink(missing_ok=True)
    code, output = _collect(stage)
    if code is None:
        return Outcome(False, 0, 1, f", stopped after {stage.seconds:.0f} s", output)
    if stage.report is None:
        return Outcome(code == 0, output=output)
    passed, failed = count(stage.report)
    if passed + failed == 0:
        return Outcome(False, 0, 1, ", no test ran", output)
    if code and not failed:
        remark = f", exit code {code} although no test failed"
        return Outcome(False, passed, 1, remark, output)
    return Outcome(code == 0 and failed == 0, passed, failed, "", output)


def _collect(stage: Stage) -> tuple[int | None, str]:
    """The exit code, or None if time was up, and the output."""
    with tempfile.TemporaryFile() as output:  # what a stopped command has said is kept
        try:
            code: int | None = subprocess.run(
                stage.command,
                cwd=ROOT,
                env={**os.environ, **KEEP_BYTECODE, **stage.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=stage.seconds,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = None
        output.seek(0)
        return code, output.read().decode("utf-8", "replace")


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
