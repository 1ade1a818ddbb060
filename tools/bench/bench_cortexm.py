"""Measures a Cortex-M4 on QEMU: instructions, stack, flash and static RAM of engine and window.

`python -m tools.bench.bench_cortexm` builds the programs of test/bench with the flags of the
project's own platform (with the target's kernels and with the portable ones), runs them and prints
a table.
Instructions are exact and repeatable; the cycles of a real processor are more.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from thrum.codegen.headers import write_headers
from tools.bench.bench_avr import Function, run, show

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "lib" / "vibration" / "src"
RUNTIME = ROOT / "tools" / "platforms" / "cortexm" / "runtime"
MACHINE = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"]
COMPILE = [*MACHINE, "-Os", "-ffunction-sections", "-fdata-sections"]
COMPILE_CPP = ["-std=gnu++17", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"]
LINK = [
    "--specs=nano.specs",
    "-nostartfiles",
    "-Wl,--gc-sections",
    "-T",
    str(RUNTIME / "mps2_an386.ld"),
]
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
        _build(ROOT / "test" / "bench" / "cortexm_window.cpp", elf, _variant(portable))
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
            _build(ROOT / "test" / "bench" / "engine.cpp", elf, [*_variant(portable), *flags])
            sizes.append(_sections(elf))
    return sizes[0][0] - sizes[1][0], sizes[0][1] - sizes[1][1]


def _variant(portable: bool) -> list[str]:
    return ["-DTHRUM_PORTABLE"] if portable else []


def _function(calls: list[tuple[int, int]]) -> Function:
    counts = [instructions for instructions, _ in calls]
    stack = max(stack for _, stack in calls)
    return Function(len(counts), min(counts), sum(counts), max(counts), stack)


def _sections(elf: Path) -> tuple[int, int]:
    """(flash, static RAM) in bytes."""
    text, data, bss, *_ = run(["arm-none-eabi-size", str(elf)]).splitlines()[1].split()
    return int(text) + int(data), int(data) + int(bss)


def _build(source: Path, elf: Path, flags: list[str]) -> None:
    objects = []
    for name in ("startup", "syscalls"):
        compiled = elf.parent / f"{name}.o"
        run(["arm-none-eabi-gcc", *COMPILE, "-c", str(RUNTIME / f"{name}.c"), "-o", str(compiled)])
        objects.append(str(compiled))
    sources = [*LIBRARY.rglob("*.cpp"), *LIBRARY.glob("thrum/*/cortex_m4/*.S"), source]
    write_headers(ROOT)
    includes = [f"-I{LIBRARY}", f"-I{ROOT / 'include'}", f"-I{ROOT / 'test'}"]
    run(
        [
            "arm-none-eabi-g++",
            *COMPILE,
            *COMPILE_CPP,
            *flags,
            *includes,
            *map(str, sorted(sources)),
            *objects,
            *LINK,
            "-o",
            str(elf),
        ]
    )


def main() -> None:
    """Print everything that can be measured."""
    print("Cortex-M4, simulated; instructions: mean (most)")
    show(parts, engine)


if __name__ == "__main__":
    main()
