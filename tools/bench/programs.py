"""Builds the programs of test/bench with the flags with which PlatformIO builds the firmware."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from thrum.codegen.headers import write_headers
from thrum.firmware import footprint
from tools.ci import objects

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "lib" / "vibration" / "src"
INCLUDES = (LIBRARY, ROOT / "include", ROOT / "test")


@dataclass(frozen=True)
class Flags:
    """How an environment of platformio.ini compiles and links."""

    compiler: str
    cxx_compiler: str
    c: list[str]
    cxx: list[str]
    assembler: list[str]
    link: list[str]

    def of(self, source: Path) -> list[str]:
        """Those for one source, by its suffix."""
        return {".c": self.c, ".S": self.assembler}.get(source.suffix, self.cxx)


@dataclass(frozen=True)
class Machine:
    """A processor: whose flags it takes, the folders of its kernels, what runs before main()."""

    environment: str
    kernels: str
    runtime: tuple[Path, ...] = ()


@functools.cache
def flags(environment: str) -> Flags:
    """Ask PlatformIO; it takes a second. SystemExit with its words if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "platformio", "run", "-e", environment, "-t", "flags"]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PLATFORMIO_BUILD_DIR": folder},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"{environment}: {(done.stderr or done.stdout).strip()}")
        written = Path(folder) / environment / "flags.json"
        return Flags(**json.loads(written.read_text(encoding="utf-8")))


def build(machine: Machine, source: Path, elf: Path, defines: Sequence[str]) -> None:
    """Link the library's sources, the machine's kernels and one program of test/bench."""
    write_headers(ROOT)
    known = flags(machine.environment)
    kernels = LIBRARY.glob(f"thrum/*/{machine.kernels}/*.S")
    sources = [*LIBRARY.rglob("*.cpp"), *kernels, source]
    made = [_object(known, path, defines) for path in [*sorted(sources), *machine.runtime]]
    command = [known.cxx_compiler, *known.link, *map(str, made), "-o", str(elf)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{known.cxx_compiler}: {done.stdout}{done.stderr}")


def sizes(elf: Path) -> tuple[int, int]:
    """(flash, static RAM) of a program in bytes."""
    found = footprint.measure(elf.stem, elf.read_bytes())
    if found is None:
        raise SystemExit(f"{elf}: not a program of a board")
    return found.flash, found.ram


def _object(known: Flags, source: Path, defines: Sequence[str]) -> Path:
    compiler = known.compiler if source.suffix in (".c", ".S") else known.cxx_compiler
    included = [f"-I{folder}" for folder in INCLUDES]
    try:
        return objects.compiled(source, [*known.of(source), *defines, *included], compiler)
    except objects.CompileError as error:
        raise SystemExit(str(error)) from None
