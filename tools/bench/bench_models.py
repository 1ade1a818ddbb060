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
from thrum.compiler.graph import Graph
from thrum.compiler.lowering import lower
from thrum.compiler.memory_plan import plan
from thrum.reference import tflm
from thrum.verification.cortex_m4 import Array, checksums, inputs_header
from thrum.verification.layers import random_inputs
from tools.bench import models, programs
from tools.bench.bench_avr import run
from tools.bench.bench_cortexm import MACHINE, QEMU, ROOT
from tools.ci.toolchains import CORTEX_M

INPUTS = 6
PROGRAM = ROOT / "test" / "bench" / "cortexm_model.cpp"


@dataclass(frozen=True)
class Measured:
    """Worst of all inputs; bytes. arena: with the state that lasts.

    wrong: operators whose output is not the reference's.
    """

    instructions: int
    flash: int
    arena: int
    stack: int
    wrong: tuple[str, ...]


def measure(data: bytes, portable: bool = False) -> Measured:
    """Compile, run and compare one .tflite file."""
    graph = tflite.read(data)
    inputs = random_inputs(graph, INPUTS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "model_aot.h").write_text(engine_header(graph, "bench"), encoding="utf-8")
        (folder / "inputs.h").write_text(inputs_header(graph, inputs), encoding="utf-8")
        defines = [f"-I{folder}", *(["-DTHRUM_PORTABLE"] if portable else [])]
        with_engine, without = folder / "with.elf", folder / "without.elf"
        programs.build(MACHINE, PROGRAM, with_engine, [*defines, "-DBENCH_WITH_ENGINE"])
        programs.build(MACHINE, PROGRAM, without, defines)
        flash = programs.sizes(with_engine)[0] - programs.sizes(without)[0]
        qemu = ["shift=0" if word.startswith("shift=") else word for word in QEMU]
        lines = [line.split() for line in run([*qemu, str(with_engine)]).splitlines()]
    found = np.array(lines, dtype=np.uint64)
    places = plan(graph, lower(graph))
    return Measured(
        instructions=int(found[:, 0].max()),
        flash=flash,
        arena=places.nbytes + places.state_bytes,
        stack=int(found[:, 1].max()),
        wrong=_wrong(data, graph, inputs, found[:, 2:]),
    )


def _wrong(
    data: bytes, graph: Graph, inputs: list[Array], sums: npt.NDArray[np.uint64]
) -> tuple[str, ...]:
    steps = lower(graph)
    expected = tflm.layers(data, graph, inputs)
    wrong = []
    for step, column in zip(steps, sums.T, strict=True):
        if (checksums(expected[step.index]) != column).any():
            wrong.append(graph.where(step.index))
    return tuple(wrong)


def main() -> int:
    """Print the table; exit code 1 if a layer differs from the reference."""
    if lacking := CORTEX_M.missing():
        print(f"!! Whole networks on a Cortex-M4 are left out: missing {', '.join(lacking)}")
        return 0
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
