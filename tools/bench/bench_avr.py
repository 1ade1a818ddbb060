"""Measures the ATmega328P on simavr: cycles, flash and RAM of engine, window and firmware.

`python -m tools.bench.bench_avr [FIRMWARE.elf]` builds the programs of test/bench with avr-gcc
(with the target's kernels and with the portable ones), runs them under meter.c and prints a table.
With a firmware it is fed with a synthetic machine that goes bad after 24 s; without one those rows
are left out. The cycles are simulated; interrupts are included in the firmware's rows only.
"""

from __future__ import annotations

import math
import random
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.bench import programs
from tools.bench.programs import Machine
from tools.scons.symbols import symbols as elf_symbols

ROOT = Path(__file__).resolve().parents[2]
MACHINE = Machine("nano", "avr")
METER = Path(__file__).with_name("meter.c")
TIMEOUT_SECONDS = 60.0  # of a compiler or simulator
Sizes = Callable[[bool], tuple[int, int]]  # of an engine: flash and static RAM in bytes
PARTS = ("features", "velocity", "deviation", "inference", "decision", "window", "learn")
RATE_HZ = 3200
SECONDS = 32  # 256 windows of learning take 20.5
STEPS_PER_G = 102.4


@dataclass(frozen=True)
class Function:
    """Calls of one function: cycles from call to return, bytes of stack."""

    calls: int
    least: int
    total: int
    most: int
    stack: int

    @property
    def mean(self) -> int:
        """Cycles of an average call."""
        return self.total // max(1, self.calls)


@dataclass(frozen=True)
class Measured:
    """One run of the meter."""

    functions: dict[str, Function]
    peak_stack: int  # bytes, painted
    samples: int  # conversions
    uart: str


def measure(
    elf: Path, symbols: dict[str, str], seconds: float = 60, samples: Path | None = None
) -> Measured:
    """Run an ELF on simavr until it sleeps; symbols: functions to measure, by a name for each."""
    with tempfile.TemporaryDirectory() as folder:
        uart = Path(folder) / "uart"
        addresses = {symbol.name: symbol.address for symbol in elf_symbols(elf)}
        functions = [f"{name}={addresses[symbol]:x}" for name, symbol in symbols.items()]
        end = f"{addresses['_end'] & 0xFFFF:x}"
        output = run(
            [str(_meter()), str(elf), str(seconds), str(samples or "-"), str(uart), end, *functions]
        )
        said = uart.read_bytes().decode("ascii", "replace")
    rows = [line.split() for line in output.splitlines()]
    found = {row[1]: Function(*map(int, row[2:])) for row in rows if row[0] == "function"}
    ram = next(row for row in rows if row[0] == "ram")
    count = next(row for row in rows if row[0] == "samples")
    return Measured(found, int(ram[2]), int(count[1]), said)


def parts(portable: bool) -> dict[str, Function]:
    """Cycles and stack of the parts of a window."""
    with tempfile.TemporaryDirectory() as folder:
        elf = Path(folder) / "window.elf"
        programs.build(MACHINE, ROOT / "test/bench/avr_window.cpp", elf, _variant(portable))
        return measure(elf, {part: f"bench_{part}" for part in PARTS}).functions


def engine(portable: bool) -> tuple[int, int]:
    """Bytes of (flash, static RAM) that inference adds to the smallest program."""
    variant = _variant(portable)
    with tempfile.TemporaryDirectory() as folder:
        sizes = []
        for flags in ([*variant, "-DBENCH_WITH_ENGINE"], variant):
            elf = Path(folder) / "engine.elf"
            programs.build(MACHINE, ROOT / "test/bench/engine.cpp", elf, flags)
            sizes.append(programs.sizes(elf))
        return sizes[0][0] - sizes[1][0], sizes[0][1] - sizes[1][1]


def firmware(elf: Path) -> Measured:
    """The whole firmware on the converter steps of a machine that goes bad after 24 s."""
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "samples"
        samples.write_bytes(_machine().tobytes())
        return measure(elf, {}, SECONDS, samples)


def _machine() -> array[int]:
    """Converter steps: a tone and noise, later also bursts of a resonance."""
    draw = random.Random(2)
    steps = array("H")
    for i in range(RATE_HZ * SECONDS):
        g = 0.6 * math.sin(0.7 * i) + draw.gauss(0, 0.08)
        if i > 24 * RATE_HZ and i % 100 < 30:
            g += 1.2 * math.sin(1.9 * i)
        steps.append(min(1023, max(0, round(512 + STEPS_PER_G * g))))
    return steps


def _variant(portable: bool) -> list[str]:
    return ["-DTHRUM_PORTABLE"] if portable else []


def _meter() -> Path:
    """The compiled meter, as new as its source."""
    program = ROOT / ".pio" / "avr_meter"
    if not program.exists() or program.stat().st_mtime < METER.stat().st_mtime:
        program.parent.mkdir(exist_ok=True)
        run(["cc", "-O2", str(METER), "-o", str(program), "-lsimavr"])
    return program


def run(command: list[str]) -> str:
    """The output of a compiler or simulator; it ends the program if it fails."""
    result = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if result.returncode != 0:
        raise SystemExit(f"{command[0]}: {result.stdout}{result.stderr}")
    return result.stdout


def show(parts: Callable[[bool], dict[str, Function]], engine: Sizes) -> None:
    """Print a target's own kernels and the portable ones."""
    for name, portable in (("kernels", False), ("portable C++", True)):
        for part, function in parts(portable).items():
            print(
                f"{name:13} {part:10} {function.mean:8} ({function.most})  stack {function.stack} B"
            )
        flash, ram = engine(portable)
        print(f"{name:13} engine     {flash:8} B of flash, {ram} B of static RAM")


def main() -> None:
    """Print everything that can be measured."""
    print("ATmega328P at 16 MHz, simulated; cycles: mean (most)")
    show(parts, engine)
    if len(sys.argv) > 1:
        elf = Path(sys.argv[1])
        flash, ram = programs.sizes(elf)
        ran = firmware(elf)
        print(f"firmware: flash {flash} B, static RAM {ram} B, peak stack {ran.peak_stack} B")
        print(f"firmware: {ran.samples} samples, {ran.uart.count('anomaly:')} windows judged")


if __name__ == "__main__":
    main()
