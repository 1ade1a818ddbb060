"""The choice of the AVR kernel: Python's rules are those of avr/fully_connected.h."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from single_layers import dense

from thrum.compiler import avr
from thrum.compiler.lowering import lower
from thrum.compiler.operators.fully_connected import Dense
from thrum.paths import ROOT

SOURCES = ROOT / "lib" / "vibration" / "src"


def _layers() -> list[Dense]:
    """Of every kind: one scale or many, with and without ReLU, from fine to coarse."""
    rng = np.random.default_rng(4)
    graphs = [dense(511, 1), dense(510, 2, scale=0.0005), dense(1, 256), dense(3, 255)]
    for k in range(24):
        inputs, outputs = (int(n) for n in rng.integers(1, 40, 2))
        scale = float(np.float32(10 ** rng.uniform(-4, 1)))
        activation = ("NONE", "RELU", "RELU6")[k % 3]
        channels = k % 2 == 1
        graphs.append(
            dense(inputs, outputs, scale=scale, channels=channels, activation=activation, seed=k)
        )
    kernels = [lower(graph)[0].kernel for graph in graphs]
    return [kernel for kernel in kernels if isinstance(kernel, Dense)]


def test_the_same_layers_fit_as_in_the_header(tmp_path: Path) -> None:
    layers = _layers()
    lines = ["#include <stdio.h>", '#include "thrum/nn/avr/fully_connected.h"']
    for k, layer in enumerate(layers):
        kind, initializer = layer.emit()
        lines += [f"struct Layer{k} {{ static constexpr thrum::{kind} Get() {{ return {{"]
        lines += [*initializer, "}; } };"]
    fits = [f"thrum::AvrDense<Layer{k}>::Fits()" for k in range(len(layers))]
    lines += ["int main() {", *(f'printf("%d", {fit});' for fit in fits), "}"]
    source = tmp_path / "fits.cpp"
    source.write_text("\n".join(lines), encoding="utf-8")
    program = str(tmp_path / "fits")
    subprocess.run(["g++", "-std=c++14", f"-I{SOURCES}", str(source), "-o", program], check=True)
    said = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    ours = [avr.fallback(layer) for layer in layers]
    assert said == "".join("0" if reason else "1" for reason in ours)
    assert 4 < said.count("1") < len(layers) - 4
    assert {reason[:3] for reason in ours} >= {"", "its", "no "}


@pytest.mark.parametrize(("inputs", "outputs"), [(511, 1), (1, 256)])
def test_counts_have_one_byte(inputs: int, outputs: int) -> None:
    [step] = lower(dense(inputs, outputs))
    assert isinstance(step.kernel, Dense)
    assert avr.fallback(step.kernel) == "its kernel takes 510 inputs and 255 outputs"
