"""Firmware of the simulated boards, built once for all tests that run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from thrum.paths import ROOT
from tools.ci.lock import locked

BUILT = ROOT / ".pio" / "fresh"  # apart from the project's own builds, which may go on beside


def firmware(environment: str, folder: Path) -> Path:
    """The firmware.elf of an environment, up to date, copied into a folder."""
    surroundings = {**os.environ, "PLATFORMIO_BUILD_DIR": str(BUILT)}
    build = [sys.executable, "-m", "platformio", "run", "-s", "-e", environment]
    # One at a time: PlatformIO empties the whole folder when a file was added to the project. The
    # lock lies beside it: one that was emptied away held nobody back.
    with locked(BUILT.with_suffix(".lock")):
        subprocess.run(build, cwd=ROOT, env=surroundings, check=True)
        built = BUILT / environment / "firmware.elf"
        return Path(shutil.copy2(built, folder / "firmware.elf"))
