"""A month of windows through the decision of the native firmware: operation, engine, detector.

30 days at 3200 Hz and 256 samples are 32,400,000 windows and take about 30 s; by default only the
first 3 million run, in 3 s: 15 of 162 episodes. THRUM_SOAK_WINDOWS=32400000 runs them all. Nothing
else is scaled: counters meet their limits within the first 600,000 windows. Windows begin as log
bands, because nothing before the baseline keeps anything from one window to the next.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from vibration import ROOT, SOURCES

from model.codegen.headers import write_headers

WINDOWS = int(os.environ.get("THRUM_SOAK_WINDOWS", "3000000"))


@pytest.fixture(scope="module")
def soak(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("soak")
    write_headers(folder)
    program = folder / "soak"
    sources = [ROOT / "test/soak/soak.cpp", *sorted(SOURCES.glob("thrum/*.cpp"))]
    flags = ["-std=gnu++17", "-O2", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined"]
    flags += ["-fsanitize-undefined-trap-on-error", f"-I{folder / 'include'}", f"-I{SOURCES}"]
    subprocess.run(["g++", *flags, "-o", str(program), *map(str, sources)], check=True)
    return program


def test_a_month_changes_nothing(soak: Path) -> None:
    """No drift, no false alarm of a steady machine, every episode found and ended."""
    done = subprocess.run(
        [soak, str(WINDOWS)], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout
    found = dict(word.split(":") for word in done.stdout.split())
    assert int(found["windows"]) == WINDOWS
    assert int(found["alarms"]) == WINDOWS // 200_000
    assert int(found["false"]) == 0
