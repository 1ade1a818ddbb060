"""Measures a Cortex-M4 on QEMU: instructions, stack, flash and static RAM of engine and window.

`python -m tools.bench.bench_cortexm` builds the programs of test/bench with the flags of the
project's own platform (with the target's kernels and with the portable ones), runs them and prints
a table.
Instructions are exact and repeatable; the cycles of a real processor are more.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tools.bench import programs
from tools.bench.bench_avr import Function, run, show
from tools.bench.programs import Machine

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "tools" / "platforms" / "cortexm" / "runtime"
MACHINE = Machine("cortexm_sim", "cortex_m4", (RUNTIME / "startup.c", RUNTIME / "syscalls.c"))
QEMU = [
    "qemu-system-arm",
    "-machine",
    "mps2-an386",
    "-display",
    "none",
    "-monitor",
    "none",
    "-serial",
    "stdio",
    "-icount",
    "shift=8",
    "-semihosting-config",
    "enable=on,target=native",
    "-kernel",
]


def parts(portable: bool) -> dict[str, Function]:
    """Instructions and stack of the parts of a window, over the golden windows."""
    with tempfile.TemporaryDirectory() as folder:
        elf = Path(folder) / "window.elf"
        programs.build(
            MACHINE, ROOT / "test" / "bench" / "cortexm_window.cpp", elf, _variant(portable)
        )
        calls: dict[str, list[tuple[int, int]]] = {}
        for line in run([*QEMU, str(elf)]).splitlines():
            name, instructions, stack = line.split()
            calls.setdefault(name, []).append((int(instructions), int(stack)))
    return {name: _function(found) for name, found in calls.items()}


def engine(portable: bool) -> tuple[int, int]:
    """Bytes of (flash, static RAM) that inference adds to the smallest program."""
    with tempfile.TemporaryDirectory() as folder:
        sizes = []
        for flags in (["-DBENCH_WITH_ENGINE"], []):
            elf = Path(folder) / "engine.elf"
            programs.build(
                MACHINE, ROOT / "test" / "bench" / "engine.cpp", elf, [*_variant(portable), *flags]
            )
            sizes.append(programs.sizes(elf))
    return sizes[0][0] - sizes[1][0], sizes[0][1] - sizes[1][1]


def _variant(portable: bool) -> list[str]:
    return ["-DTHRUM_PORTABLE"] if portable else []


def _function(calls: list[tuple[int, int]]) -> Function:
    counts = [instructions for instructions, _ in calls]
    stack = max(stack for _, stack in calls)
    return Function(len(counts), min(counts), sum(counts), max(counts), stack)


def main() -> None:
    """Print everything that can be measured."""
    print("Cortex-M4, simulated; instructions: mean (most)")
    show(parts, engine)


if __name__ == "__main__":
    main()
