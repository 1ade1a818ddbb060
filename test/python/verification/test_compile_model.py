"""thrum compile: any model becomes C++ that compiles, is exact, and stands beside others."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from handmade import int8, int32, network, one, operator, typed, weights

from thrum.compiler.graph import Graph, ModelError
from thrum.reference import tflm
from thrum.verification import cortex_m4, layers
from thrum.verification.compile_model import compile_model

WARNINGS = ["-std=c++14", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
ARM = ["arm-none-eabi-g++", "-mcpu=cortex-m4", "-mthumb", "-Os", "-fsyntax-only"]

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _graph(inputs: int, seed: int = 1, lowest: int = -127) -> Graph:
    """Dense and RELU, with an arena that is too large for the stack."""
    rng = np.random.default_rng(seed)
    dense = weights(rng, int8(300, inputs, scale=0.01))
    dense = replace(dense, data=(lowest, *(dense.data or ())[1:]))
    tensors = (int8(1, inputs), dense, int32(*range(300)), int8(1, 300), int8(1, 300, zero=-128))
    steps = (
        operator("FULLY_CONNECTED", (0, 1, 2), 3, 4, activation="NONE"),
        operator("RELU", (3,), 4),
    )
    return Graph(tensors, steps, (0,), (4,))


def _file(folder: Path, name: str, graph: Graph) -> Path:
    path = folder / f"{name}.tflite"
    path.write_bytes(network(graph).data)
    return path


def _build(folder: Path, source: Path) -> Path:
    program = folder / "program"
    library = sorted(folder.glob("thrum/**/*.cpp"))
    command = ["g++", *WARNINGS, f"-I{folder}", str(source), *map(str, library), "-o", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return program


@wheel
def test_the_command_works_in_any_folder_and_its_example_runs(tmp_path: Path) -> None:
    file = _file(tmp_path, "My Net-1", _graph(20))
    command = [sys.executable, "-m", "thrum", "compile", str(file), "--out", "made", "--check", "8"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "portable C++ on this computer: every layer equals the reference on 8" in done.stdout
    on_qemu = "on QEMU: every layer equals the reference on 8 inputs" in done.stdout
    assert on_qemu == (not cortex_m4.missing())
    assert "300, per tensor" in done.stdout and "instructions" in done.stdout
    program = _build(tmp_path / "made", tmp_path / "made" / "my_net_1_example.cpp")
    said = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    assert len(said.splitlines()) == 300


TWO = """
#include <stdio.h>
#include "first.h"
#include "second.h"
int main() {
  static int8_t in[16] = {1, 2, 3}, a[300], b[300], again[300];
  if (thrum::first::Engine::Run(in, a) != thrum::Status::kOk ||
      thrum::second::Engine::Run(in, b) != thrum::Status::kOk ||
      thrum::first::Engine::Run(in, again) != thrum::Status::kOk) {
    return 1;
  }
  for (int i = 0; i < 300; ++i) {
    if (a[i] != again[i]) return 2;
    printf("%d %d\\n", a[i], b[i]);
  }
  return 0;
}
"""


@wheel
def test_two_models_in_one_program(tmp_path: Path) -> None:
    graphs = {"first": _graph(16, 1), "second": _graph(12, 2)}
    for name, graph in graphs.items():
        compile_model(_file(tmp_path, name, graph), tmp_path, check=0)
    (tmp_path / "two.cpp").write_text(TWO, encoding="utf-8")
    program = _build(tmp_path, tmp_path / "two.cpp")
    said = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    found = np.array([line.split() for line in said.splitlines()], np.int8).T
    for row, graph in zip(found, graphs.values(), strict=True):
        source = np.zeros((1, graph.tensors[0].size), np.int8)
        source[0, :3] = 1, 2, 3
        np.testing.assert_array_equal(row, tflm.run(network(graph).data, source)[0])


@wheel
def test_several_inputs_and_a_memory(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    time = replace(typed("int16", 4, 3, scale=0.001), data=tuple(map(int, rng.integers(-9, 9, 12))))
    bias = replace(int32(1, 2, 3, 4), scale=(float(np.float32(0.001) * np.float32(0.01)),))
    state = replace(typed("int16", 1, 12, scale=0.01), variable=True)
    tensors = (
        int8(1, 6),
        int8(1, 6, scale=0.1),
        int8(1, 6),
        weights(rng, int8(4, 6, scale=0.02)),
        time,
        replace(bias, zero_point=(0,)),
        state,
        int8(1, 4),
    )
    steps = (
        operator("ADD", (0, 1), 2, activation="NONE"),
        operator("SVDF", (2, 3, 4, 5, 6), 7, 3, rank=1),
    )
    file = _file(tmp_path, "net", Graph(tensors, steps, (0, 1), (7,)))
    compile_model(file, tmp_path, check=24)
    program = _build(tmp_path, tmp_path / "net_example.cpp")
    said = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    assert len(said.splitlines()) == 4
    text = (tmp_path / "net.h").read_text(encoding="utf-8")
    assert "Run(const int8_t* features0, const int8_t* features1, int8_t* scores)" in text


def test_no_symbol_of_the_arena_is_shared(tmp_path: Path) -> None:
    compile_model(_file(tmp_path, "net", _graph(16)), tmp_path, check=0)
    _build(tmp_path, tmp_path / "net_example.cpp")
    symbols = subprocess.run(
        ["nm", "-C", tmp_path / "program"], capture_output=True, text=True, check=True
    ).stdout
    assert "arena" in symbols
    assert not [line for line in symbols.splitlines() if " u " in line and "arena" in line]


@pytest.mark.skipif(shutil.which(ARM[0]) is None, reason=f"{ARM[0]} is missing")
def test_a_fall_back_is_told_in_plan_header_and_build(tmp_path: Path) -> None:
    reason = "a weight is -128, and its kernel takes -127 to 127"
    for name, lowest in (("slow", -128), ("fast", -127)):
        compile_model(_file(tmp_path, name, _graph(16, 1, lowest)), tmp_path, check=0)
        plan = (tmp_path / f"{name}_plan.txt").read_text(encoding="utf-8")
        told = f"Slow: operator 0 (FULLY_CONNECTED): portable: {reason}" in plan
        command = [*ARM, f"-I{tmp_path}", str(tmp_path / f"{name}_example.cpp")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        built = f"operator 0 (FULLY_CONNECTED): portable loops, {reason}" in done.stderr
        assert told == built == (name == "slow")


def test_a_fall_back_is_told_for_an_avr_as_well(tmp_path: Path) -> None:
    file = _file(tmp_path, "net", _graph(16))
    compile_model(file, tmp_path, check=0, target="avr")
    reason = "its kernel takes 510 inputs and 255 outputs"
    plan = (tmp_path / "net_plan.txt").read_text(encoding="utf-8")
    assert f"Slow: operator 0 (FULLY_CONNECTED): portable: {reason}" in plan
    if shutil.which("avr-g++"):
        command = ["avr-g++", "-mmcu=atmega328p", "-std=c++14", "-Os", "-fsyntax-only"]
        command += [f"-I{tmp_path}", "-include", str(tmp_path / "net.h"), "-x", "c++", "/dev/null"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert f"operator 0 (FULLY_CONNECTED): portable loops, {reason}" in done.stderr


def test_a_wrong_engine_is_found(tmp_path: Path) -> None:
    graph = _graph(16)
    compile_model(_file(tmp_path, "net", graph), tmp_path, check=0)
    header = tmp_path / "net.h"
    text = header.read_text(encoding="utf-8")
    header.write_text(text.replace("0, -128, 127,\n", "1, -128, 127,\n"), encoding="utf-8")
    with pytest.raises(ModelError, match=r"operator 0 \(FULLY_CONNECTED\): .* of 4 inputs"):
        layers.check(tmp_path, "net", network(graph).data, graph, 4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.tflite"], "missing.tflite: cannot be read: No such file or directory"),
        (["text.tflite"], "text.tflite: not a TensorFlow Lite model: the identifier TFL3"),
        (["net.tflite", "--name", "Net"], "--name Net: must be a word of small letters"),
        (["net.tflite", "--name", "short"], "--name short: must be a word of small letters"),
        (["net.tflite", "--calibrate", "d.npz"], "net.tflite: is no Keras file"),
        (["net.keras"], "net.keras: a Keras file is quantized with --calibrate DATA.npz"),
        (["large.tflite", "--target", "avr"], "a tensor has 65700 values; the kernels of an AVR"),
    ],
)
def test_errors_are_one_line(arguments: list[str], message: str, tmp_path: Path) -> None:
    _file(tmp_path, "net", _graph(16))
    if arguments[0] == "large.tflite":
        _file(tmp_path, "large", _graph(219))
    (tmp_path / "text.tflite").write_text("This is a text.", encoding="utf-8")
    (tmp_path / "net.keras").write_bytes(b"")
    command = [sys.executable, "-m", "thrum", "compile", *arguments, "--out", "made"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {message}") and len(done.stderr.splitlines()) == 1


@wheel
def test_a_keras_file_is_quantized_with_the_users_inputs(tmp_path: Path) -> None:
    import keras

    source = keras.Input((6,))
    hidden = keras.layers.Dense(5, "relu")(source)
    model = keras.Model(source, keras.layers.Dense(3)(hidden))
    model.save(tmp_path / "net.keras")
    rng = np.random.default_rng(1)
    np.savez(tmp_path / "data.npz", rng.normal(0, 1, (20, 6)).astype(np.float32))
    made = compile_model(tmp_path / "net.keras", tmp_path, check=4, calibrate=tmp_path / "data.npz")
    assert made.name == "net" and "kInputSize = 6;" in (tmp_path / "net.h").read_text(
        encoding="utf-8"
    )
    np.savez(tmp_path / "data.npz", np.zeros((20, 7), np.float32))
    with pytest.raises(ModelError, match=r"inputs of shape \(7,\), .* takes \(6,\)"):
        compile_model(tmp_path / "net.keras", tmp_path, calibrate=tmp_path / "data.npz")


def test_an_accepted_name_is_made_from_any_file(tmp_path: Path) -> None:
    graph = one("RELU", [int8(1, 4), int8(1, 4)])
    for stem, name in (("7-segment", "model_7_segment"), ("Double", "double_net"), ("ä", "model")):
        made = compile_model(_file(tmp_path, stem, graph), tmp_path, check=0)
        assert made.name == (name if name != "model" else "model_net")
