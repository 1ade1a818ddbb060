"""Is a generated engine the reference, bit for bit? It is compiled for this computer and asked."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from thrum.codegen.operator_text import pointer
from thrum.compiler.graph import Graph, ModelError, Tensor
from thrum.compiler.lowering import lower
from thrum.reference import tflm
from thrum.verification import cortex_m4

Array = npt.NDArray[Any]
_WRAPPER = """
#include <string.h>
#include "{name}.h"
struct Trace {{
  char* at;
  template <typename T>
  void operator()(uint16_t, const T* values, uint32_t count) {{
    memcpy(at, values, count * sizeof(T));
    at += count * sizeof(T);
  }}
}};
extern "C" void run(const void* const* in, void* out, char* layers) {{
  thrum::{name}::RunProbed({inputs}, static_cast<{target}>(out), Trace{{layers}});
}}
"""


def check(folder: Path, name: str, data: bytes, graph: Graph, count: int) -> list[str]:
    """Compare all layers of the engine in a folder on `count` random inputs; ModelError says where.

    It needs g++ and the tflite_micro wheel. Returns what was compared, one line for each kind of
    kernel: portable C++ on this computer and, where its tools are here, Cortex-M4 on QEMU.
    """
    if not tflm.available():
        raise ModelError("--check needs tflite_micro, which exists for Linux x86-64: use --check 0")
    if shutil.which("g++") is None:
        raise ModelError("--check needs g++ to compile the engine: install it, or use --check 0")
    inputs = random_inputs(graph, count)
    theirs = _reference(data, graph, inputs)
    ours = _engine(folder, name, graph)(inputs)
    steps = lower(graph)
    for step, mine in zip(steps, ours, strict=True):
        reference = theirs[step.index]
        _compare(graph, step.index, "portable", mine.view(np.uint8) != reference.view(np.uint8))
    done = [f"portable C++ on this computer: every layer equals the reference on {count} inputs"]
    if lacking := cortex_m4.missing():
        return [*done, f"Cortex-M4 kernels: not checked, {', '.join(lacking)} is missing"]
    rows = cortex_m4.rows_that_fit(graph, count)
    sums = cortex_m4.layer_sums(folder, name, graph, [values[:rows] for values in inputs])
    for step, column in zip(steps, sums.T, strict=True):
        wanted = cortex_m4.checksums(theirs[step.index][:rows])
        _compare(graph, step.index, "Cortex-M4", (wanted != column)[:, None])
    return [*done, f"Cortex-M4 kernels on QEMU: every layer equals the reference on {rows} inputs"]


def _compare(graph: Graph, index: int, kernels: str, differs: Array) -> None:
    wrong = int(differs.reshape(len(differs), -1).any(axis=1).sum())
    if wrong:
        raise ModelError(
            f"{graph.where(index)}: with the {kernels} kernels {wrong} of {len(differs)} inputs "
            "give another output than the reference: please report this model"
        )


def _reference(data: bytes, graph: Graph, inputs: list[Array]) -> list[Array]:
    try:
        return tflm.layers(data, graph, inputs)
    except (RuntimeError, ValueError) as error:
        said = str(error).strip().splitlines() or ["no reason given"]
        raise ModelError(f"TensorFlow Lite Micro refuses the model: {said[0]}") from None


def random_inputs(graph: Graph, count: int, seed: int = 1) -> list[Array]:
    """For each input of the model: noise, some of it small; the first two rows are both ends."""
    rng = np.random.default_rng(seed)
    return [_random_rows(rng, graph.tensors[tensor], count) for tensor in graph.inputs]


def _random_rows(rng: np.random.Generator, tensor: Tensor, count: int) -> Array:
    shape = (count, tensor.size)
    if tensor.type == "float32":
        return rng.normal(0, 1, shape).astype(np.float32)
    ends = np.iinfo(tensor.type)
    rows = rng.integers(ends.min, ends.max, shape, tensor.type, endpoint=True)
    rows[2::4] //= 8
    rows[:1], rows[1:2] = ends.min, ends.max
    return rows


def _engine(folder: Path, name: str, graph: Graph) -> Callable[[list[Array]], list[Array]]:
    """Compile it; the function maps inputs to the outputs of all steps."""
    target = graph.tensors[graph.outputs[0]]
    outputs = [graph.tensors[step.output] for step in lower(graph)]
    inputs = [
        f"static_cast<const {pointer(graph, tensor)}>(in[{k}])"
        for k, tensor in enumerate(graph.inputs)
    ]
    kind = pointer(graph, graph.outputs[0])
    text = _WRAPPER.format(name=name, inputs=", ".join(inputs), target=kind)
    run = _compiled(folder, name, text)

    def layers(inputs: list[Array]) -> list[Array]:
        result = np.zeros(target.size, target.type)
        trace = np.zeros((len(inputs[0]), sum(t.nbytes for t in outputs)), np.uint8)
        for row, line in zip(zip(*inputs, strict=True), trace, strict=True):
            kept = [np.ascontiguousarray(values) for values in row]
            places = (ctypes.c_void_p * len(kept))(*(values.ctypes.data for values in kept))
            run(places, *(ctypes.c_void_p(a.ctypes.data) for a in (result, line)))
        parts = np.split(trace, np.cumsum([t.nbytes for t in outputs])[:-1], axis=1)
        return [part.view(t.type) for part, t in zip(parts, outputs, strict=True)]

    return layers


def _compiled(folder: Path, name: str, text: str) -> Any:
    """The function `run` of a program that includes the engine."""
    with tempfile.TemporaryDirectory() as made:
        (Path(made) / "check.cpp").write_text(text, encoding="utf-8")
        library = Path(made) / "check.so"
        sources = [Path(made) / "check.cpp", *sorted(folder.glob("thrum/**/*.cpp"))]
        command = ["g++", "-std=c++14", "-O1", "-shared", "-fPIC", f"-I{folder}"]
        command += [*map(str, sources), "-o", str(library)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ModelError(f"g++ cannot compile {name}.h: {done.stderr.strip().splitlines()[0]}")
        return ctypes.CDLL(str(library)).run
