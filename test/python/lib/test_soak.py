"""A month of windows through the firmware's own judgement: src/pipeline.cpp and all behind it.

30 days at 3200 Hz and 256 samples are 32,400,000 windows; by default only the first 1,600,000 run:
8 of 162 episodes. THRUM_SOAK_WINDOWS=32400000 runs them all. Nothing else is scaled: within these
everything that can happen to the machine and its sensor has happened, and counters have met their
limits. Windows begin as log bands, because nothing before the baseline keeps anything from one
window to the next.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from vibration import SOURCES

from thrum.codegen.headers import write_headers
from thrum.paths import ROOT
from tools.ci import objects

WINDOWS = int(os.environ.get("THRUM_SOAK_WINDOWS", "1600000"))
EPISODE = 200_000
SECONDS = 120 + WINDOWS // 5_000  # a window takes 1 to 6 us


@pytest.fixture(scope="module")
def soak(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("soak")
    write_headers(folder)
    program = folder / "soak"
    library = sorted(SOURCES.rglob("*.cpp"))
    sources = [ROOT / "test/soak/soak.cpp", ROOT / "src/pipeline.cpp"]
    sources.append(ROOT / "src/window.cpp")
    sources += [source for source in library if source.name not in ("features.cpp", "velocity.cpp")]
    flags = ["-std=gnu++17", "-O2", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined"]
    flags += ["-fsanitize-undefined-trap-on-error", f"-I{ROOT / 'src'}"]
    flags += [f"-I{folder / 'include'}", f"-I{SOURCES}"]
    return objects.build(program, sources, flags)


def test_a_month_changes_nothing(soak: Path) -> None:
    """No drift, no false alarm of a steady machine, every state as it must be in every window."""
    done = subprocess.run(
        [soak, str(WINDOWS)], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout
    found = {word.split(":")[0]: int(word.split(":")[1]) for word in done.stdout.split()}
    episodes = WINDOWS // EPISODE
    assert found["windows"] == WINDOWS
    assert found["alarms"] == episodes + episodes // 2  # every second one, again after a long fault
    assert found["false"] == 0
    assert found["learned"] == 1 + episodes // 8
    assert found["rests"] > 290 * episodes and found["faults"] > WINDOWS // 9973
    # Of 9973 windows between two gaps 1024 pass until an average has forgotten the first one.
    assert found["compared"] > WINDOWS // 1024 * 8 // 10
