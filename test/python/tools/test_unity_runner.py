"""The Unity runner in a project of its own, on the host: bad endings are failures with a reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from unity_project import make_project, pio_test

ENDINGS = {
    "nothing": ("void RunTests() {}", "No test case ran"),
    "failure": ("void RunTests() { RUN_TEST(Fails); }", "Expected 1 Was 2"),
    "crash": ("void RunTests() { RUN_TEST(Passes); abort(); }", "after Passes: killed by SIGABRT"),
    "exit": ("void RunTests() { RUN_TEST(Passes); exit(0); }", "without Unity's summary"),
    "hang": ("void RunTests() { for (;;) pause(); }", "still running after 5 s"),
}
FLAGS = "void RunTests() { RUN_TEST(Passes); static_assert(GIVEN + INCLUDED == 3); }"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a path with a space, with one suite per ending."""
    suites = {"flags": FLAGS, **{name: code for name, (code, _) in ENDINGS.items()}}
    return make_project(tmp_path_factory.mktemp("a project"), suites)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_bad_ending_is_a_failure_with_its_reason(project: Path, ending: str) -> None:
    result = pio_test(project, ending)
    assert result.returncode == 1
    assert ENDINGS[ending][1] in result.stdout + result.stderr


def test_flags_of_tests_may_have_two_words(project: Path) -> None:
    """`-include FILE` renames Unity on the Nano 33 BLE."""
    result = pio_test(project, "flags")
    assert result.returncode == 0, result.stdout + result.stderr


def test_unitys_macro_is_not_redefined(project: Path) -> None:
    """mbed_config.h defines UNITY_INCLUDE_CONFIG_H, too; included.h stands for it."""
    shutil.rmtree(project / ".pio", ignore_errors=True)
    result = pio_test(project, "flags", "-vvv")
    words = result.stdout + result.stderr
    assert result.returncode == 0 and "-DUNITY_INCLUDE_CONFIG_H=" in words
    assert "warning" not in words and "redefined" not in words
