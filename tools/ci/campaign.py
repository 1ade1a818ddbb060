"""The tests that take hours: `make campaign`. `make test` runs a seeded sample of each."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.ci.stages import ONE_THREAD, REPORTS, ROOT, Stage

HOURS = 24 * 3600.0  # seconds
PYTEST = {  # the variables that make a test file long
    "test_fuzz": {"THRUM_FUZZ_RUNS": "1000000"},
    "test_soak": {"THRUM_SOAK_WINDOWS": "32400000"},
    "test_importer_fuzz": {"THRUM_MUTATIONS": "1000000"},
    "test_tflite": {"THRUM_EVERY_BIT": "1"},
    "test_release": {"THRUM_EVERY_BIT": "1"},
    "test_mutations": {"THRUM_MUTANTS": "1000"},
    "gateway/test_run": {"THRUM_GATEWAY_FAILURES": "1000"},
    "test_robust": {"THRUM_ROBUST": "1"},
    "test_record_port": {"THRUM_RECORD_SECONDS": "60"},
}
STREAMED = {"native": "100000", "cortexm_sim": "10000", "nano_sim": "3000"}  # windows


def stages() -> list[Stage]:
    """All of them, the longest first."""
    long = [_python(name, variables) for name, variables in PYTEST.items()]
    return [*long, *(_stream(name, windows) for name, windows in STREAMED.items()), _long_run()]


def _python(name: str, variables: dict[str, str]) -> Stage:
    report = REPORTS / f"campaign_{name}.xml"
    command = (sys.executable, "-m", "pytest", "--quiet", f"--junitxml={report}", _file(name))
    said = " ".join(f"{key}={value}" for key, value in variables.items())
    return Stage(f"{name} with {said}", command, report, {**ONE_THREAD, **variables}, HOURS)


def _file(name: str) -> str:
    """A test file, wherever below test/python it is."""
    [path] = Path(ROOT / "test" / "python").rglob(f"{name}.py")
    return str(path)


def _stream(environment: str, windows: str) -> Stage:
    report = REPORTS / f"campaign_{environment}.xml"
    run = (sys.executable, "-m", "platformio", "test", "-e", environment, "-f", "test_stream")
    variables = {"THRUM_LINE_WINDOWS": windows}
    command = (*run, "--junit-output-path", str(report))
    return Stage(f"{windows} windows through {environment}", command, report, variables, HOURS)


def _long_run() -> Stage:
    """Machine-years at window level; it fails only if it breaks, its figures are for a reader."""
    command = (sys.executable, "-m", "thrum", "longrun")
    return Stage("machine-years of operation", command, environment=ONE_THREAD, seconds=HOURS)
