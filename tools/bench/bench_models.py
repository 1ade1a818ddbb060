"""Measures whole networks on a Cortex-M4 on QEMU, and checks every layer against the reference.

`python -m tools.bench.bench_models [NAME or FILE.tflite ...]` compiles each, runs it and prints a
table: instructions of the worst input, flash with the weights, arena and stack. Instructions are
exact to 40.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from thrum.codegen.model_aot import engine_header
from thrum.compiler import tflite
from thrum.compiler.cpp_text import numbers
from thrum.compiler.graph import Graph
from thrum.compiler.lowering import lower
from thrum.compiler.memory_plan import plan
from thrum.reference import tflm
from tools.bench import models, programs
from tools.bench.bench_avr import run
from tools.bench.bench_cortexm import MACHINE, QEMU, ROOT

INPUTS = 6
PROGRAM = ROOT / "test" / "bench" / "cortexm_model.cpp"
I8 = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Measured:
    """Worst of all inputs; bytes. wrong: operators whose output is not the reference's."""

    instructions: int
    flash: int
    arena: int
    stack: int
    wrong: tuple[str, ...]


def measure(data: bytes, portable: bool = False) -> Measured:
    """Compile, run and compare one .tflite file."""
    graph = tflite.read(data)
    inputs = _inputs(graph)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "model_aot.h").write_text(engine_header(graph, "bench"), encoding="utf-8")
        (folder / "inputs.h").write_text(_inputs_header(inputs), encoding="utf-8")
        defines = [f"-I{folder}", *(["-DTHRUM_PORTABLE"] if portable else [])]
        with_engine, without = folder / "with.elf", folder / "without.elf"
        programs.build(MACHINE, PROGRAM, with_engine, [*defines, "-DBENCH_WITH_ENGINE"])
        programs.build(MACHINE, PROGRAM, without, defines)
        flash = programs.sizes(with_engine)[0] - programs.sizes(without)[0]
        qemu = ["shift=0" if word.startswith("shift=") else word for word in QEMU]
        lines = [line.split() for line in run([*qemu, str(with_engine)]).splitlines()]
    found = np.array(lines, dtype=np.uint64)
    return Measured(
        instructions=int(found[:, 0].max()),
        flash=flash,
        arena=plan(graph, lower(graph)).nbytes,
        stack=int(found[:, 1].max()),
        wrong=_wrong(data, graph, inputs, found[:, 2:]),
    )


def _inputs(graph: Graph) -> I8:
    """Noise, both ends, and one in between."""
    size = graph.tensors[graph.inputs[0]].size
    rng = np.random.default_rng(1)
    rows = rng.integers(-128, 128, (INPUTS, size)).astype(np.int8)
    rows[0], rows[1] = -128, 127
    rows[2] = rows[2] // 8
    return rows


def _inputs_header(inputs: I8) -> str:
    rows = [numbers(map(int, row.reshape(-1)), "     ") for row in inputs]
    lines = [line for row in rows for line in ["    {", *row, "    },"]]
    size = inputs[0].size
    head = f"alignas(4) const int8_t kInputs[{len(inputs)}][{size}] = {{"
    return "\n".join(["#pragma once", "#include <stdint.h>", head, *lines, "};", ""])


def _wrong(data: bytes, graph: Graph, inputs: I8, sums: npt.NDArray[np.uint64]) -> tuple[str, ...]:
    steps = lower(graph)
    expected = tflm.layers(data, graph, inputs)
    wrong = []
    for step, column in zip(steps, sums.T, strict=True):
        if (_checksums(expected[step.index]) != column).any():
            wrong.append(graph.where(step.index))
    return tuple(wrong)


def _checksums(rows: npt.NDArray[np.generic]) -> npt.NDArray[np.uint64]:
    """As in cortexm_model.cpp: sum * 31 + byte, modulo 2^32, for each row."""
    values = np.ascontiguousarray(rows).view(np.uint8).reshape(len(rows), -1)
    sums = np.zeros(len(rows), np.uint64)
    for column in values.T:
        sums = (sums * np.uint64(31) + column) & np.uint64(0xFFFFFFFF)
    return sums


def main() -> int:
    """Print the table; exit code 1 if a layer differs from the reference."""
    names = sys.argv[1:] or list(models.MODELS)
    print("| model | instructions | flash with weights | arena + stack | every layer exact |")
    print("|---|---|---|---|---|")
    failed = False
    for name in names:
        data = models.tflite(name) if name in models.MODELS else Path(name).read_bytes()
        found = measure(data)
        failed = failed or bool(found.wrong)
        print(
            f"| {Path(name).stem} | {found.instructions:,} | {found.flash:,} B "
            f"| {found.arena:,} + {found.stack:,} B | {', '.join(found.wrong) or 'yes'} |",
            flush=True,
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
