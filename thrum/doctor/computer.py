"""This computer: Python, PlatformIO, compilers, boards, permissions, the model."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from thrum.artifacts import freshness
from thrum.device.ask import list_ports
from thrum.device.boards import Board, ConfigError, Port, read_boards
from thrum.device.choose import CHECKS, PERMISSION
from thrum.doctor.findings import Finding
from thrum.paths import ARTIFACTS, ROOT

SETUP = "type `make setup`, or on Windows `python tools\\ci\\venv.py`"
APT = "sudo apt-get install --no-install-recommends "
PACKAGES = {  # by what they are for
    "numpy": "everything",
    "serial": "talking to boards",
    "keras": "training",
    "matplotlib": "the report",
    "plotly": "the live page",
}


@dataclass(frozen=True)
class Tool:
    """A program that some environments need."""

    command: str
    purpose: str
    remedy: str
    needed: bool = False


TOOLS = (
    Tool("g++", "native", f"{APT}g++; on macOS: xcode-select --install", needed=True),
    Tool("avr-gcc", "nano, without PlatformIO's", f"{APT}gcc-avr avr-libc arduino-core-avr"),
    Tool("simavr", "nano_sim", f"{APT}simavr libsimavr-dev"),
    Tool("arm-none-eabi-g++", "cortexm_sim", f"{APT}gcc-arm-none-eabi"),
    Tool("qemu-system-arm", "cortexm_sim", f"{APT}qemu-system-arm"),
)


def look() -> Iterator[Finding]:
    """Every finding about this computer, as it is made."""
    yield python()
    yield packages()
    yield platformio()
    yield from map(tool, TOOLS)
    yield model()
    yield from plugged_in()


def python() -> Finding:
    """Whether this Python can train."""
    version = sys.version.split()[0]
    fits = (3, 10) <= sys.version_info[:2] <= (3, 13)
    remedy = "" if fits else f"TensorFlow needs 3.10 to 3.13: install one, then {SETUP}"
    return Finding("Python", f"{version}, {sys.executable}", remedy, bad=not fits)


def packages() -> Finding:
    """Whether the pinned packages are here."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if not missing:
        return Finding("packages", ", ".join(PACKAGES))
    found = ", ".join(f"no {name}, for {PACKAGES[name]}" for name in missing)
    return Finding("packages", found, SETUP, bad="numpy" in missing)


def platformio() -> Finding:
    """Where PlatformIO is, which builds and uploads."""
    own = Path(sys.executable).with_name("pio.exe" if os.name == "nt" else "pio")
    path = str(own) if own.exists() else shutil.which("pio")
    if path is None:
        return Finding("PlatformIO", "not found", f"{SETUP}, or install it in VS Code", bad=True)
    return Finding("PlatformIO", f"{_version(path)}, {path}")


def tool(wanted: Tool) -> Finding:
    """Whether a compiler or simulator is here."""
    path = shutil.which(wanted.command)
    if path is None:
        found = f"not found, for {wanted.purpose}"
        return Finding(wanted.command, found, wanted.remedy, bad=wanted.needed)
    return Finding(wanted.command, f"{_version(path)}, for {wanted.purpose}")


def model(folder: Path = ARTIFACTS, root: Path = ROOT) -> Finding:
    """Whether the model is what its sources would give."""
    reason = freshness.why_stale(folder, root)
    remedy = "the next build trains it, or type `thrum train`"
    return Finding("model", reason or "fresh", remedy if reason else "")


def plugged_in() -> Iterator[Finding]:
    """Every USB port with the boards that it may be, and whether it may be used."""
    try:
        boards = read_boards(ROOT / "platformio.ini")
    except ConfigError as error:
        yield Finding("boards", str(error), "correct platformio.ini", bad=True)
        return
    ports = [port for port in list_ports() if port.usb]
    if not ports:
        yield Finding("board", "none is plugged in", f"\n{'':23}".join(CHECKS))
    for port in ports:
        yield at_port(port, boards)


def at_port(port: Port, boards: Sequence[Board]) -> Finding:
    """A port: its kind, and whether it may be opened."""
    fitting = [board.environment for board in boards if board.fits(port)]
    found = f"{port}: {' or '.join(fitting) if fitting else 'no board that is known here'}"
    denied = os.path.exists(port.device) and not os.access(port.device, os.R_OK | os.W_OK)
    return Finding("board", found, PERMISSION if denied else "", bad=denied)


def _version(path: str) -> str:
    """The last number with points in the first line that a program says of itself."""
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return "does not start"
    numbers = re.findall(r"\b\d+(?:\.\d+)+", (done.stdout or done.stderr).partition("\n")[0])
    return numbers[-1] if numbers else "there"
