"""The Unity runner in a project of its own, on the host: bad endings are failures with a reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap

PROJECT = """\
[env:native]
platform = native@1.2.1
test_framework = custom
extra_scripts = pre:tools/test_flags.py
custom_test_timeout = 2
custom_test_build_flags =
    -DGIVEN=1
    -include test/included.h
"""
ENDINGS = {
    "nothing": ("void RunTests() {}", "No test case ran"),
    "failure": ("void RunTests() { RUN_TEST(Fails); }", "Expected 1 Was 2"),
    "crash": ("void RunTests() { RUN_TEST(Passes); abort(); }", "after Passes: killed by SIGABRT"),
    "exit": ("void RunTests() { RUN_TEST(Passes); exit(0); }", "without Unity's summary"),
    "hang": ("void RunTests() { for (;;) pause(); }", "still running after 2 s"),
}
FLAGS = "void RunTests() { RUN_TEST(Passes); static_assert(GIVEN + INCLUDED == 3); }"
SUITE = """\
#include <stdlib.h>
#include <unistd.h>
#include "../unity_main.h"
void Passes() { TEST_ASSERT_EQUAL(1, 1); }
void Fails() { TEST_ASSERT_EQUAL(1, 2); }
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a path with a space, with one suite per ending."""
    root = tmp_path_factory.mktemp("a project")
    (root / "platformio.ini").write_text(PROJECT, encoding="utf-8")
    for name in ("test/unity_main.h", "test/test_custom_runner.py", "tools/test_flags.py"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(bootstrap.ROOT / name, root / name)
    (root / "test" / "included.h").write_text("#define INCLUDED 2\n", encoding="utf-8")
    suites = {"flags": FLAGS, **{name: code for name, (code, _) in ENDINGS.items()}}
    for name, run_tests in suites.items():
        suite = root / "test" / f"test_{name}"
        suite.mkdir()
        (suite / "test_main.cpp").write_text(f"{SUITE}{run_tests}\n", encoding="utf-8")
    return root


def run_suite(project: Path, name: str) -> subprocess.CompletedProcess[str]:
    """`pio test` of one suite."""
    core = {"PLATFORMIO_CORE_DIR": str(bootstrap.ROOT / bootstrap.FOLDER)}
    return subprocess.run(
        [sys.executable, "-m", "platformio", "test", "--filter", f"test_{name}"],
        cwd=project,
        env={**os.environ, **(core if bootstrap.SWITCH.exists() else {})},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_bad_ending_is_a_failure_with_its_reason(project: Path, ending: str) -> None:
    result = run_suite(project, ending)
    assert result.returncode == 1
    assert ENDINGS[ending][1] in result.stdout + result.stderr


def test_flags_of_tests_may_have_two_words(project: Path) -> None:
    """`-include FILE` renames Unity on the Nano 33 BLE."""
    result = run_suite(project, "flags")
    assert result.returncode == 0, result.stdout + result.stderr
