"""Choice of kernel and packed weights: the same in Python as in the headers of cortex_m4/."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from single_layers import conv, dense, depthwise

from thrum.codegen.packed_layer import packed_layer
from thrum.compiler import cortex_m4
from thrum.compiler.graph import Graph
from thrum.compiler.kernel import Kernel
from thrum.compiler.lowering import lower
from thrum.compiler.operators.conv_2d import Conv
from thrum.compiler.operators.depthwise_conv_2d import Depthwise
from thrum.compiler.operators.fully_connected import Dense
from thrum.paths import ROOT

COMPILER = "arm-none-eabi-g++"
SOURCES = ROOT / "lib" / "vibration" / "src"
PROGRAM = """
#include "thrum/nn/kernels.h"
using namespace thrum;
template <typename A, typename B>
struct IsSame { static constexpr bool kValue = false; };
template <typename A>
struct IsSame<A, A> { static constexpr bool kValue = true; };
template <typename T, Count kA, Count kB>
constexpr bool Equal(const T (&a)[kA], const T (&b)[kB]) {
  if (kA != kB) return false;
  for (Count i = 0; i < kA; ++i) if (a[i] != b[i]) return false;
  return true;
}
// Is kernel K derived from B?
template <typename B> constexpr bool From(const B*) { return true; }
template <typename B> constexpr bool From(const volatile void*) { return false; }
"""


def _kernel(graph: Graph) -> Kernel:
    [step] = lower(graph)
    assert isinstance(step.kernel, Kernel)
    return step.kernel


def _lowest(graph: Graph) -> Graph:
    """With one weight of -128."""
    tensors = list(graph.tensors)
    tensors[1] = replace(tensors[1], data=(-128, *(tensors[1].data or ())[1:]))
    return replace(graph, tensors=tuple(tensors))


LAYERS = {
    "one": dense(1, 1),
    "odd": dense(13, 7),
    "relu": dense(32, 16, scale=0.02, activation="RELU"),
    "channels": dense(20, 9, channels=True),
    "most_inputs": dense(1024, 4, scale=0.0005),
    "one_more_input": dense(1025, 4, scale=0.0005),
    "chunks": dense(1100, 5, scale=0.0005),
    "large_scale": dense(64, 4, scale=5.0),
    "edge_of_sums": dense(512, 4, scale=0.02),
    "lowest": _lowest(dense(16, 4)),
    "conv": conv(3, 5, 6),
    "conv_wide": conv(3, 128, 4),
    "conv_large_scale": conv(1, 3, 3, scale=5.0),
    "conv_lowest": _lowest(conv(1, 3, 3)),
    "depthwise": depthwise(3, 6),
    "depthwise_multiplier": depthwise(2, 3, 2),
    "depthwise_large_scale": depthwise(3, 4, scale=5.0),
}
ROWS = {
    name: kernel
    for name, graph in LAYERS.items()
    if isinstance(kernel := _kernel(graph), Dense | Conv)
}


def test_the_layers_reach_every_way() -> None:
    ways = [cortex_m4.way(cortex_m4.row_of(kernel)) for kernel in ROWS.values()]
    assert {ways.count(way) > 1 for way in ("DenseCortexM4", "DenseSums", "DensePortable")} == {
        True
    }
    facts = [cortex_m4.row_of(kernel).facts() for kernel in ROWS.values()]
    assert {f.general for f in facts} == {True, False}


@pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"{COMPILER} is missing")
def test_choice_and_words_are_those_of_the_headers(tmp_path: Path) -> None:
    lines = [PROGRAM]
    for name, graph in LAYERS.items():
        kernel = _kernel(graph)
        kind, initializer = kernel.emit()
        lines += [f"namespace {name} {{", f"struct Theirs {{ static constexpr {kind} Get() {{"]
        lines += ["return {", *initializer, "}; } };"]
        theirs = f"{kernel.template}<Theirs>"
        ours = packed_layer(0, kernel)
        if isinstance(kernel, Dense | Conv) and not ours:
            portable = (
                "ConvPortable<Theirs, Convolve>"
                if isinstance(kernel, Conv)
                else "DensePortable<Theirs>"
            )
            lines.append(f'static_assert(From<{portable}>(static_cast<{theirs}*>(nullptr)), "");')
        else:
            lines += ours
            lines.append(f"constexpr auto kTheirs = {theirs}::Pack();")
            fields = _fields(kernel)
            lines += [
                f'static_assert(Equal(kTheirs.{f}, kPacked0.{f}), "{name} {f}");' for f in fields
            ]
        lines.append("}")
    source = tmp_path / "layers.cpp"
    source.write_text("\n".join(lines), encoding="utf-8")
    command = [
        COMPILER,
        "-std=c++14",
        "-mcpu=cortex-m4",
        "-mthumb",
        f"-I{SOURCES}",
        "-fsyntax-only",
    ]
    done = subprocess.run([*command, str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _fields(kernel: Kernel) -> list[str]:
    scales = ["bias", "multiplier", "shift"]
    if isinstance(kernel, Depthwise):
        return ["weights", *scales]
    assert isinstance(kernel, Dense | Conv)
    row = cortex_m4.row_of(kernel)
    return ["words"] if cortex_m4.way(row) == "DenseCortexM4" else ["words", *scales]


def test_more_weights_than_constant_expressions_can_pack() -> None:
    assert not cortex_m4.is_packed(_kernel(dense(1024, 64, scale=0.0005)))
    assert cortex_m4.is_packed(_kernel(dense(1024, 65, scale=0.0005)))
    assert cortex_m4.is_packed(_kernel(dense(1, 16_384 // 2 + 1))), "each row ends with 7 zeros"
    assert not cortex_m4.is_packed(_kernel(dense(1, 16_384 // 2)))
    assert cortex_m4.is_packed(_kernel(depthwise(9, 203, 4, sides=(1, 1))))
    assert not cortex_m4.is_packed("something else")


def test_sums_hold_for_the_largest_inputs() -> None:
    kernel = _kernel(dense(16, 4))
    assert isinstance(kernel, Dense)
    rng = np.random.default_rng(0)
    inputs = rng.choice([-128, 127], (100, 16))
    sums = inputs @ np.array(kernel.weights).T + np.array(kernel.bias)
    assert np.abs(sums).max() <= cortex_m4.largest_sum(kernel)
