"""The files of `thrum compile`: engine, data, example and plan of any network, and the library."""

from __future__ import annotations

import hashlib
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thrum.codegen.model_aot import engine_header, input_names
from thrum.codegen.model_data import data_header
from thrum.codegen.operator_text import C_TYPES
from thrum.codegen.text import join
from thrum.compiler.cost import UNITS, Cost, cost, macs
from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import MOST_VALUES_AVR, Step, largest_tensor, lower
from thrum.compiler.memory_plan import plan
from thrum.paths import PACKAGE

_INSTALLED = PACKAGE / "library"  # in a wheel, where there is no checkout
_CHECKOUT = PACKAGE.parent / "lib" / "vibration" / "src"
LIBRARY = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
_SHARED = ("nn", "core/*target.h", "core/*progmem.*", "core/*status.h", "core/*_macros.h")
_WORDS = """
aot avr convolution core cortex_m4 detail golden model models pooling sliding_window thrum
alignas alignof and asm auto bool case catch char class const constexpr default delete do double
else enum explicit export extern false final float for friend goto if inline int long mutable
namespace new noexcept not nullptr operator or override private protected public register return
short signed sizeof static struct switch template this throw true try typedef typeid typename union
unsigned using virtual void volatile while xor
"""
_TAKEN = frozenset(_WORDS.split())  # by the library's namespaces, and by C++


@dataclass(frozen=True)
class Compiled:
    """A network that the engine can run. name: its files and its namespace in C++."""

    name: str
    tflite: bytes
    graph: Graph
    source: str  # file name, for the headers

    @property
    def digest(self) -> str:
        """Names the network in its headers."""
        return hashlib.sha256(self.tflite).hexdigest()[:12]

    @property
    def origin(self) -> str:
        """The origin that the headers name."""
        return f"{self.source} by `thrum compile`"


def valid_name(name: str) -> str:
    """A name that C++ takes for a namespace; ModelError for another."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in _TAKEN or keyword.iskeyword(name):
        raise ModelError(
            f"--name {name}: must be a word of small letters, digits and _ that neither C++ nor "
            "Thrum uses"
        )
    return name


def name_of(stem: str) -> str:
    """A valid name from that of a file."""
    name = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")
    name = name if name[:1].isalpha() else f"model_{name}".rstrip("_")
    return f"{name}_net" if name in _TAKEN or keyword.iskeyword(name) else name


def texts(made: Compiled, arena: dict[str, Any], target: str) -> dict[str, str]:
    """File name and text of everything that belongs to this network."""
    graph, name = made.graph, made.name
    check_target(graph, target)
    return {
        f"{name}.h": engine_header(graph, made.digest, name, made.origin),
        f"{name}_data.h": data_header(
            made.tflite, graph, arena, made.digest, f"{name}_data", made.origin
        ),
        f"{name}_example.cpp": example(made),
        f"{name}_plan.txt": plan_text(made, target),
    }


def library() -> dict[str, bytes]:
    """Path and content of the library's files that the engine includes."""
    folder = LIBRARY / "thrum"
    if not folder.is_dir():
        raise ModelError(
            f"{folder} is missing: install Thrum anew, from a wheel or with `make setup`"
        )
    found = [p for pattern in _SHARED for p in _files(folder, pattern)]
    return {p.relative_to(LIBRARY).as_posix(): p.read_bytes() for p in sorted(found)}


def _files(folder: Path, pattern: str) -> list[Path]:
    places = folder.rglob(f"{pattern}/**/*") if "/" not in pattern else folder.glob(pattern)
    return [p for p in places if p.is_file()]


def check_target(graph: Graph, target: str) -> None:
    """ModelError where an AVR's 16-bit counts do not suffice."""
    largest = largest_tensor(graph)
    if target == "avr" and largest > MOST_VALUES_AVR:
        raise ModelError(
            f"a tensor has {largest} values; the kernels of an AVR count to {MOST_VALUES_AVR}: "
            "take a 32-bit target or a smaller model"
        )


def example(made: Compiled) -> str:
    """A program that runs the network once."""
    name, graph = made.name, made.graph
    target = graph.tensors[graph.outputs[0]]
    names = input_names(graph, "input")
    passed = ", ".join(names)
    sizes = input_names(graph, f"thrum::{name}::kInput")
    return join(
        [
            f"// How to run {made.source}. On a PC:",
            f"//   g++ -std=c++14 -O2 -I. {name}_example.cpp $(find thrum -name '*.cpp') -o {name}",
            "// For a Cortex-M4 add all .S files, too.",
            "",
            "#include <stdio.h>",
            "",
            f'#include "{name}.h"',
            "",
            *(
                line
                for tensor, end, size in zip(graph.inputs, names, sizes, strict=True)
                for line in (
                    f"// {_meaning(graph.tensors[tensor])}",
                    f"static {C_TYPES[graph.tensors[tensor].type]} {end}[{size}Size];",
                )
            ),
            f"// {_meaning(target)}",
            f"static {C_TYPES[target.type]} output[thrum::{name}::kOutputSize];",
            "",
            "int main() {",
            f"  if (thrum::{name}::Engine::Run({passed}, output) != thrum::Status::kOk) {{",
            "    return 1;",
            "  }",
            f"  for (uint32_t i = 0; i < thrum::{name}::kOutputSize; ++i) {{",
            '    printf("%g\\n", static_cast<double>(output[i]));',
            "  }",
            "  return 0;",
            "}",
        ]
    )


def _meaning(tensor: Any) -> str:
    shape = " x ".join(map(str, tensor.shape))
    if tensor.type == "float32" or not tensor.scale:
        return f"{shape} values, {tensor.type}."
    scale, zero = tensor.per_tensor
    return f"{shape} values; the real one is {scale:.9g} * (value - {zero})."


def plan_text(made: Compiled, target: str) -> str:
    """Layers, kernels, buffers, flash, RAM and time, for people."""
    graph = made.graph
    steps = lower(graph)
    places = plan(graph, steps)
    costs = [cost(step.kernel, graph.tensors[step.output].size, target) for step in steps]
    ends = sum(graph.tensors[i].nbytes for i in (*graph.inputs, *graph.outputs))
    memory = places.nbytes + places.state_bytes
    stack = max(c.stack for c in costs)
    total = sum(c.time for c in costs)
    return join(
        [
            f"{made.source} (model {made.digest}) for {target}",
            "",
            *_table(graph, steps, costs, UNITS[target]),
            "",
            f"Time: about {total:,} {UNITS[target]} for {sum(macs(s.kernel) for s in steps):,} "
            "multiplications.",
            f"Flash: about {sum(c.flash for c in costs):,} B of constants, 1 to 6 KB of code.",
            f"RAM: {memory:,} B of arena, {ends:,} B of input and output, "
            f"about {stack:,} B of stack.",
            *_slow(graph, steps, costs),
            "",
            "Buffers in the arena:",
            *(f"  {line}" for line in places.text()),
        ]
    )


def _table(graph: Graph, steps: Sequence[Step], costs: Sequence[Cost], unit: str) -> list[str]:
    rows: list[tuple[str, ...]] = [
        ("operator", "shape", "kernel", "multiplications", "flash B", unit)
    ]
    for step, found in zip(steps, costs, strict=True):
        numbers = (f"{n:,}" for n in (macs(step.kernel), found.flash, found.time))
        where = graph.where(step.index).removeprefix("operator ")
        rows.append((where, step.kernel.describe(), found.kernel, *numbers))
    widths = [max(len(row[k]) for row in rows) for k in range(6)]
    return [
        "  ".join(
            f"{c:<{w}}" if k < 3 else f"{c:>{w}}"
            for k, (c, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _slow(graph: Graph, steps: Sequence[Step], costs: Sequence[Cost]) -> list[str]:
    """Operators whose kernel falls back, in words."""
    return [
        f"Slow: {graph.where(step.index)}: {found.kernel}"
        for step, found in zip(steps, costs, strict=True)
        if found.kernel.startswith("portable:")
    ]
