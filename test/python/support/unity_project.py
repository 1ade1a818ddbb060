"""A PlatformIO project of its own with our Unity runner, for tests of that runner."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.offline import bootstrap

FILES = (
    "test/unity_main.h",
    "test/test_custom_runner.py",
    "tools/__init__.py",
    "tools/scons/test_flags.py",
    "tools/ci/line_python.py",
    "tools/ci/program.py",
)
PROJECT = """\
[env:native]
platform = native@1.2.1
test_framework = custom
extra_scripts = pre:tools/scons/test_flags.py
custom_test_timeout = 5
custom_test_build_flags =
    -DGIVEN=1
    -include test/included.h
"""
SUITE = """\
#include <stdlib.h>
#include <unistd.h>
#include "../unity_main.h"
void Passes() { TEST_ASSERT_EQUAL(1, 1); }
void Fails() { TEST_ASSERT_EQUAL(1, 2); }
"""


def make_project(root: Path, suites: Mapping[str, str]) -> Path:
    """A project with one suite for each name; what is given of it defines RunTests()."""
    (root / "platformio.ini").write_text(PROJECT, encoding="utf-8")
    for name in FILES:
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(bootstrap.ROOT / name, root / name)
    # The second macro is what mbed_config.h defines.
    macros = "#define INCLUDED 2\n#define UNITY_INCLUDE_CONFIG_H\n"
    (root / "test" / "included.h").write_text(macros, encoding="utf-8")
    for name, code in suites.items():
        (root / "test" / f"test_{name}").mkdir()
        write_suite(root, name, code)
    return root


def write_suite(root: Path, name: str, code: str) -> None:
    """Let a suite's source define RunTests() like this."""
    main = root / "test" / f"test_{name}" / "test_main.cpp"
    main.write_text(f"{SUITE}{code}\n", encoding="utf-8")


def pio_test(root: Path, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    """`pio test` of one suite, with PlatformIO's packages of this checkout."""
    core = {"PLATFORMIO_CORE_DIR": str(bootstrap.ROOT / bootstrap.FOLDER)}
    return subprocess.run(
        [sys.executable, "-m", "platformio", "test", "--filter", f"test_{name}", *options],
        cwd=root,
        env={**os.environ, **(core if bootstrap.SWITCH.exists() else {})},
        capture_output=True,
        text=True,
        check=False,
    )
