"""Is a generated engine exact on a Cortex-M4? It runs on QEMU's mps2-an386, with the DSP kernels.

The whole program is compiled by arm-none-eabi-g++ and prints one number for each layer of each run.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from thrum.codegen.operator_text import C_TYPES
from thrum.compiler.cost import cost
from thrum.compiler.cpp_text import numbers
from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import lower
from thrum.paths import PACKAGE

Array = npt.NDArray[Any]

COMPILER, EMULATOR = "arm-none-eabi-g++", "qemu-system-arm"
MACHINE = ("-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16")
SECONDS = 300.0
_SERIAL = ("-machine", "mps2-an386", "-display", "none", "-monitor", "none", "-serial", "stdio")
_BOARD = (
    *_SERIAL,
    "-semihosting-config",
    "enable=on,target=native",
    "-icount",
    "shift=0",
    "-kernel",
)
_MOST_INPUT_BYTES = 200_000  # of flash, beside the program
_MOST_INSTRUCTIONS = 1_000_000_000  # QEMU takes 10 to 30 s for them
_RUNTIME = (
    PACKAGE / "library" / "cortexm",  # of an installed package
    PACKAGE.parent / "tools" / "platforms" / "cortexm" / "runtime",
)
_PROGRAM = """
#include <stdio.h>
#include "inputs.h"
#include "{name}.h"
struct Checksums {{
  template <typename T>
  void operator()(uint16_t, const T* values, uint32_t count) const {{
    const uint8_t* bytes = reinterpret_cast<const uint8_t*>(values);
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count * sizeof(T); ++i) {{
      sum = sum * 31 + bytes[i];
    }}
    printf(" %lu", static_cast<unsigned long>(sum));
  }}
}};
static BENCH_OUTPUT output[thrum::{name}::kOutputSize];
int main() {{
  (void)thrum::{name}::Engine::Begin();
  for (uint32_t row = 0; row < kRows; ++row) {{
    thrum::{name}::RunProbed(BENCH_INPUTS, output, Checksums());
    printf("\\n");
  }}
  return 0;
}}
"""


def missing() -> list[str]:
    """Names of the programs and files that a check needs and this computer lacks."""
    programs = [name for name in (COMPILER, EMULATOR) if shutil.which(name) is None]
    return programs if _runtime() else [*programs, "the start-up code of QEMU's board"]


def rows_that_fit(graph: Graph, count: int) -> int:
    """As many of `count` runs as there are flash for inputs and time on QEMU, at least one."""
    size = sum(graph.tensors[tensor].nbytes for tensor in graph.inputs)
    steps = lower(graph)
    run = sum(cost(s.kernel, graph.tensors[s.output].size, "cortex-m4").time for s in steps)
    return max(1, min(count, _MOST_INPUT_BYTES // size, _MOST_INSTRUCTIONS // (run + 1)))


def layer_sums(folder: Path, name: str, graph: Graph, inputs: list[Array]) -> Array:
    """A number for each run and each layer of the engine in a folder: checksums() of its values."""
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        (place / "inputs.h").write_text(inputs_header(graph, inputs), encoding="utf-8")
        (place / "main.cpp").write_text(_PROGRAM.format(name=name), encoding="utf-8")
        _compile(folder, place, name)
        command = [EMULATOR, *_BOARD, str(place / "program.elf")]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise ModelError(f"{name} did not end within {SECONDS:g} s on QEMU") from None
    lines = [line.split() for line in done.stdout.splitlines()]
    if len(lines) != len(inputs[0]):
        said = (done.stdout + done.stderr).strip().splitlines() or ["it said nothing"]
        raise ModelError(f"{name} ended early on QEMU: {said[-1]}")
    return np.array(lines, dtype=np.uint64)


def _compile(folder: Path, place: Path, name: str) -> None:
    runtime = _runtime()
    assert runtime is not None
    objects = [*sorted(folder.glob("thrum/**/*.cpp")), *sorted(folder.glob("thrum/**/*.S"))]
    sources = [place / "main.cpp", *objects]
    for start in sorted(runtime.glob("*.c")):
        made = place / f"{start.stem}.o"
        _run(["arm-none-eabi-gcc", *MACHINE, "-Os", "-c", str(start), "-o", str(made)], name)
        sources.append(made)
    link = ["--specs=nano.specs", "-nostartfiles", "-Wl,--gc-sections"]
    link += [f"-T{runtime / 'mps2_an386.ld'}", "-lm", "-o", str(place / "program.elf")]
    language = ["-std=c++14", "-Os", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"]
    sections = ["-ffunction-sections", "-fdata-sections", f"-I{folder}", f"-I{place}"]
    _run([COMPILER, *MACHINE, *language, *sections, *map(str, sources), *link], name)


def _run(command: list[str], name: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "rror" in line or "overflow" in line]
        said = (lines or done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise ModelError(f"{command[0]} cannot build {name} for Cortex-M4: {said}")


def _runtime() -> Path | None:
    return next((folder for folder in _RUNTIME if folder.is_dir()), None)


def inputs_header(graph: Graph, inputs: list[Array]) -> str:
    """Arrays kInputs0, ..., one for each input of the model, and the arguments of a run."""
    lines = ["#pragma once", "#include <stdint.h>"]
    for k, (tensor, rows) in enumerate(zip(graph.inputs, inputs, strict=True)):
        kind = C_TYPES[graph.tensors[tensor].type]
        lines.append(f"alignas(4) const {kind} kInputs{k}[{len(rows)}][{rows[0].size}] = {{")
        for row in rows:
            lines += ["    {", *_literals(row), "    },"]
        lines.append("};")
    arguments = ", ".join(f"kInputs{k}[row]" for k in range(len(inputs)))
    lines += [f"constexpr uint32_t kRows = {len(inputs[0])};", f"#define BENCH_INPUTS {arguments}"]
    kept = ", ".join(f"kInputs{k}" for k in range(len(inputs)))
    lines += [f"#define BENCH_ALL_INPUTS {kept}"]
    lines += [f"#define BENCH_OUTPUT {C_TYPES[graph.tensors[graph.outputs[0]].type]}", ""]
    return "\n".join(lines)


def _literals(row: Array) -> list[str]:
    """Numbers of C++; every float32 keeps all of its bits."""
    if row.dtype != np.float32:
        return numbers(map(int, row.reshape(-1)), "     ")
    return [f"     {float(value)!r}f," for value in row.reshape(-1)]


def checksums(rows: Array) -> npt.NDArray[np.uint64]:
    """As in the program: sum * 31 + byte, modulo 2^32, for each row."""
    values = np.ascontiguousarray(rows).view(np.uint8).reshape(len(rows), -1)
    sums = np.zeros(len(rows), np.uint64)
    for column in values.T:
        sums = (sums * np.uint64(31) + column) & np.uint64(0xFFFFFFFF)
    return sums
