"""Everything that the simulators measure of one target, in one shape for table and budgets."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from thrum.firmware import footprint
from tools.bench import bench_avr, bench_cortexm, programs, qemu_stack
from tools.bench.bench_avr import Function
from tools.ci import toolchains
from tools.ci.toolchains import Toolchain


@dataclass(frozen=True)
class Engine:
    """One set of kernels: time of the slowest call over the golden windows, bytes."""

    name: str
    parts: Mapping[str, Function]  # features, deviation, inference, decision, window
    flash: int
    ram: int  # static


@dataclass(frozen=True)
class Firmware:
    """Bytes of a whole firmware."""

    flash: int
    ram: int  # static
    stack: int  # peak, painted
    lost: int = 0  # windows with lost samples


@dataclass(frozen=True)
class Target:
    """A simulated processor and how it is measured."""

    title: str
    unit: str  # of time
    environment: str  # whose firmware and budgets
    toolchain: Toolchain
    versions: tuple[tuple[str, ...], ...]  # commands that say one
    parts: Callable[[bool], dict[str, Function]]
    engine: Callable[[bool], tuple[int, int]]
    run: Callable[[Path], tuple[int, str]]  # peak stack, and what the firmware has said
    hertz: int = 0  # of a real board where cycles are exact

    def engines(self) -> list[Engine]:
        """The target's own kernels, then the portable ones."""
        return [
            Engine(name, self.parts(portable), *self.engine(portable))
            for name, portable in (("kernels", False), ("portable C++", True))
        ]

    def firmware(self, elf: Path) -> Firmware:
        """The linked firmware, run until it has learned and judged."""
        size = footprint.measure(self.environment, elf.read_bytes())
        if size is None:
            raise SystemExit(f"{elf}: not a firmware of {self.title}")
        stack, lines = self.run(elf)
        return Firmware(size.flash, size.ram, stack, lines.count("samples were lost"))


def budgeted(engine: Engine, firmware: Firmware | None) -> dict[str, int]:
    """The figures that tools/scons/budget.py compares with the options of the environment."""
    found = {
        "inference_budget": engine.parts["inference"].most,
        "window_budget": engine.parts["window"].most,
        "engine_flash_budget": engine.flash,
        "engine_ram_budget": engine.ram,
    }
    return found | ({"stack_budget": firmware.stack} if firmware else {})


def shares(engine: Engine) -> dict[str, int]:
    """Where the time of a window goes."""
    return {name: engine.parts[name].most for name in PARTS}


def said(target: Target) -> list[str]:
    """Compiler and simulator with their versions."""
    found = []
    for command in target.versions:
        if command[0].endswith("-gcc"):  # the one that PlatformIO takes, not that on PATH
            command = (programs.flags(target.environment).compiler, *command[1:])
        output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        version = [word for word in output.split("\n")[0].split() if word[0].isdigit()]
        found.append(" ".join([Path(command[0]).name, *version[:1]]))
    return found


def _run_avr(elf: Path) -> tuple[int, str]:
    ran = bench_avr.firmware(elf)
    if "# alarm" not in ran.uart:
        raise SystemExit(f"{elf}: the firmware has not noticed that the machine went bad")
    return ran.peak_stack, ran.uart


PARTS = ("features", "deviation", "inference", "decision")
AVR = Target(
    title="ATmega328P",
    unit="cycles",
    environment="nano",
    toolchain=replace(
        toolchains.AVR,
        commands=(*toolchains.AVR.commands, "cc"),
        files=(*toolchains.AVR.files, Path("/usr/include/simavr/sim_avr.h")),
        debian=tuple(dict.fromkeys((*toolchains.AVR.debian, "g++", "libsimavr-dev"))),
    ),
    versions=(("avr-gcc", "--version"),),
    parts=bench_avr.parts,
    engine=bench_avr.engine,
    run=_run_avr,
    hertz=16_000_000,
)
CORTEX_M4 = Target(
    title="Cortex-M4",
    unit="instructions",
    environment="cortexm_sim",
    toolchain=toolchains.CORTEX_M,
    versions=(("arm-none-eabi-gcc", "--version"), ("qemu-system-arm", "--version")),
    parts=bench_cortexm.parts,
    engine=bench_cortexm.engine,
    run=qemu_stack.run,
)
ALL = (CORTEX_M4, AVR)
