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
custom_test_timeout = 2
"""
ENDINGS = {
    "nothing": ("void RunTests() {}", "No test case ran"),
    "failure": ("void RunTests() { RUN_TEST(Fails); }", "Expected 1 Was 2"),
    "crash": ("void RunTests() { RUN_TEST(Passes); abort(); }", "after Passes: killed by SIGABRT"),
    "exit": ("void RunTests() { RUN_TEST(Passes); exit(0); }", "without Unity's summary"),
    "hang": ("void RunTests() { for (;;) pause(); }", "still running after 2 s"),
}
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
    for name in ("unity_main.h", "test_custom_runner.py"):
        (root / "test").mkdir(exist_ok=True)
        shutil.copy(bootstrap.ROOT / "test" / name, root / "test")
    for name, (run_tests, _) in ENDINGS.items():
        suite = root / "test" / f"test_{name}"
        suite.mkdir()
        (suite / "test_main.cpp").write_text(f"{SUITE}{run_tests}\n", encoding="utf-8")
    return root


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_bad_ending_is_a_failure_with_its_reason(project: Path, ending: str) -> None:
    core = {"PLATFORMIO_CORE_DIR": str(bootstrap.ROOT / bootstrap.FOLDER)}
    result = subprocess.run(
        [sys.executable, "-m", "platformio", "test", "--filter", f"test_{ending}"],
        cwd=project,
        env={**os.environ, **(core if bootstrap.SWITCH.exists() else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert ENDINGS[ending][1] in result.stdout + result.stderr
