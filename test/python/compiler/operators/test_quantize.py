"""QUANTIZE: float32 into an int8 network, and int8 to another scale, against TFLM's kernel."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from handmade import int8, network, one
from networks import (
    SOURCES,
    Network,
    assert_exact,
    compile_engine,
    compile_library,
    convert,
    keras_layers,
)

from thrum.artifacts import release
from thrum.codegen.model_aot import engine_header
from thrum.codegen.model_data import data_header
from thrum.compiler import tflite
from thrum.compiler.graph import Graph, ModelError, Operator, Tensor
from thrum.compiler.lowering import lower
from thrum.compiler.operators.shared.lookup import Lookup
from thrum.reference import tflm

F32 = npt.NDArray[np.float32]
FEATURES = 12
ROWS = 4096
BOTH = ("float32", "float32")

wheel = pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")


def _dense() -> list[Any]:
    dense = keras_layers().Dense
    return [dense(16, "relu"), dense(5, "softmax")]


def _reshaped() -> list[Any]:
    layers = keras_layers()
    return [layers.Dense(8), layers.Reshape((2, 4))]


def _scale_and_zero(network: Network) -> tuple[np.float32, int]:
    """Of the tensor that the first QUANTIZE writes."""
    tensor = network.graph.tensors[network.graph.operators[0].outputs[0]]
    return np.float32(tensor.scale[0]), tensor.zero_point[0]


def _ties(scale: np.float32) -> F32:
    """Every half step in and around int8's range, and both neighbours of each."""
    halves = (np.arange(-300, 300, dtype=np.float32) + np.float32(0.5)) * scale
    infinity = np.float32(np.inf)
    return np.concatenate([halves, np.nextafter(halves, infinity), np.nextafter(halves, -infinity)])


def _extremes(scale: np.float32) -> F32:
    """Signed zeros, subnormals, and what is just inside int32 after the division."""
    tiny, large = np.finfo(np.float32).smallest_subnormal, np.float32(2.0**31 - 1024) * scale
    normal = np.finfo(np.float32).tiny
    values = np.array([0, tiny, normal, large, large / 3, scale * 127, scale * 128], np.float32)
    return np.concatenate([values, -values])


def _inputs(scale: np.float32) -> F32:
    """Random over 20 binary orders of magnitude, then ties and extremes in random places."""
    rng = np.random.default_rng(5)
    spread = np.exp2(rng.uniform(-12, 8, (ROWS, 1))) * scale
    rows = (rng.normal(0, 1, (ROWS, FEATURES)) * spread).astype(np.float32)
    special = np.concatenate([_ties(scale), _extremes(scale)])
    chosen = rng.permutation(np.resize(special, 3 * len(special)))
    rows[-(len(chosen) // FEATURES) :] = chosen[: len(chosen) // FEATURES * FEATURES].reshape(
        -1, FEATURES
    )
    quotients = rows / scale
    assert (np.abs(quotients - np.trunc(quotients)) == 0.5).sum() > 500
    assert np.abs(quotients).max() < 2.0**31 - 512
    return rows


@wheel
@pytest.mark.parametrize("interface", [BOTH, ("float32", "int8")], ids=["both", "input"])
@pytest.mark.parametrize("build", [_dense, _reshaped], ids=["dense", "reshaped"])
@pytest.mark.parametrize("seed", [1, 2])
def test_exact(
    build: Callable[[], list[Any]], interface: tuple[str, str], seed: int, tmp_path: Path
) -> None:
    """Every layer, the float32 ones bit by bit."""
    network = convert(build(), (FEATURES,), seed, spread=float(seed), interface=interface)
    codes = [op.code for op in network.graph.operators]
    assert codes[0] == "QUANTIZE" and (codes[-1] == "DEQUANTIZE") == (interface == BOTH)
    assert_exact(network, tmp_path, inputs=_inputs(_scale_and_zero(network)[0]))


def test_saturates_where_the_reference_is_undefined(tmp_path: Path) -> None:
    """Beyond int32 the reference's cast is undefined; a NaN becomes the zero point."""
    network = convert(_dense(), (FEATURES,), 1, interface=BOTH)
    scale, zero = _scale_and_zero(network)
    top = np.finfo(np.float32).max
    values = np.array([np.inf, top, 2.0**31 * scale, 2.0**40 * scale], np.float32)
    rows = np.zeros((1, FEATURES), np.float32)
    rows[0, :9] = [*values, *-values, np.nan]
    _, layers = compile_engine(network.graph, tmp_path)(rows)
    assert layers[0][0].tolist() == [127] * 4 + [-128] * 4 + [zero] * 4


_KERNEL = """
#include "thrum/nn/quantize.h"
extern "C" void quantize(const float* in, int8_t* out, int count, float scale, int zero) {
  for (int i = 0; i < count; ++i) {
    out[i] = thrum::QuantizeFloat(in[i], scale, static_cast<int8_t>(zero));
  }
}
"""


def test_rounding_at_every_zero_point(tmp_path: Path) -> None:
    """All 256 zero points on ties, neighbours and extremes: halves away from zero, saturated."""
    (tmp_path / "kernel.cpp").write_text(_KERNEL, encoding="utf-8")
    library = compile_library(tmp_path, tmp_path / "kernel.cpp", flags=("-Wdouble-promotion",))
    for scale in map(np.float32, (2.0**-5, 1 / 3, 0.0386765562)):
        values = np.concatenate([_ties(scale), _extremes(scale)])
        quotient = (values / scale).astype(np.float64)
        whole = np.copysign(np.floor(np.abs(quotient) + 0.5), quotient)
        for zero in range(-128, 128):
            out = np.zeros(len(values), np.int8)
            pointers = [a.ctypes.data_as(ctypes.c_void_p) for a in (values, out)]
            library.quantize(*pointers, len(values), ctypes.c_float(float(scale)), zero)
            np.testing.assert_array_equal(out, np.clip(whole + zero, -128, 127))


def _graph(types: list[str], codes: list[str]) -> Graph:
    """A chain of operators between tensors of these types."""
    tensors = tuple(
        Tensor(f"t{i}", kind, (1, 4), *(((0.5,), (3,)) if kind == "int8" else ()))
        for i, kind in enumerate(types)
    )
    operators = tuple(Operator(code, (i,), (i + 1,)) for i, code in enumerate(codes))
    return Graph(tensors, operators, (0,), (len(types) - 1,))


@pytest.mark.parametrize(
    ("types", "codes", "message"),
    [
        (
            ["int8", "float32", "int8"],
            ["DEQUANTIZE", "QUANTIZE"],
            r"operator 0 \(DEQUANTIZE\): float32 inside the model",
        ),
        (["float32", "float32"], ["RELU"], r"operator 0 \(RELU\): the input must be int8"),
        (["int8", "int8"], ["DEQUANTIZE"], r"operator 0 \(DEQUANTIZE\): the output must be"),
        (["float32", "float32"], ["QUANTIZE"], r"operator 0 \(QUANTIZE\): from float32 to float"),
        (["float32", "float32"], ["DEQUANTIZE"], r"operator 0 \(DEQUANTIZE\): the input must be"),
        (["float32", "int32"], ["QUANTIZE"], r"operator 0 \(QUANTIZE\): from float32 to int32"),
    ],
)
def test_floats_elsewhere_are_refused(types: list[str], codes: list[str], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        engine_header(_graph(types, codes), "0")


def test_float_reshaped_on_the_way_in(tmp_path: Path) -> None:
    """The bytes of the caller under another shape, still float32."""
    graph = _graph(["float32", "float32", "int8"], ["RESHAPE", "QUANTIZE"])
    rows = np.array([[0.25, -0.25, 0.2, 9.0]], np.float32)
    output, layers = compile_engine(graph, tmp_path)(rows)
    assert layers[0].tolist() == rows.tolist()
    assert output.tolist() == [[4, 2, 3, 21]]


def test_only_float_networks_mention_float() -> None:
    made = release.load()
    assert "float" not in engine_header(made.graph, "0")
    text = engine_header(_graph(["float32", "int8", "float32"], ["QUANTIZE", "DEQUANTIZE"]), "0")
    assert '#include "thrum/nn/quantize.h"' in text
    assert '#include "thrum/nn/dequantize.h"' in text
    assert "static Status Run(const float* features, float* scores)" in text
    facts = data_header(made.tflite, _graph(["float32", "int8"], ["QUANTIZE"]), made.arena, "0")
    assert "kInputSize = 4;  // float32" in facts and "kInputScale" not in facts
    for name in ("quantize.h", "dequantize.h", "float_scale.h"):
        assert "double" not in (SOURCES / "thrum/nn" / name).read_text(encoding="utf-8")


def _as(network: Network, before: str, after: str) -> Network:
    """The same file with one operator in place of another; neither has options."""
    from tensorflow.lite.python import schema_py_generated as schema
    from tensorflow.lite.tools import flatbuffer_utils

    model = flatbuffer_utils.read_model_from_bytearray(bytearray(network.data))
    old, new = (getattr(schema.BuiltinOperator, name) for name in (before, after))
    for code in model.operatorCodes:
        if code.builtinCode == old:
            code.builtinCode = code.deprecatedBuiltinCode = new
    data = bytes(flatbuffer_utils.convert_object_to_bytearray(model))
    return Network(data, tflite.read(data))


@wheel
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_quantize_to_another_scale(seed: int, tmp_path: Path) -> None:
    """int8 to int8: a RELU made QUANTIZE; negative values leave the range of its output."""
    layers = keras_layers()
    network = _as(convert([layers.Reshape((4, 8)), layers.ReLU()], (32,), seed), "RELU", "QUANTIZE")
    graph = network.graph
    (step,) = [op for op in graph.operators if op.code == "QUANTIZE"]
    source, target = graph.tensors[step.inputs[0]], graph.tensors[step.outputs[0]]
    assert source.type == target.type == "int8" and source.scale > target.scale
    assert target.zero_point == (-128,)
    assert_exact(network, tmp_path)


@wheel
def test_every_value_at_many_scales() -> None:
    """int8 to int8: the table of all 256 values, at 40 random scales and zero points."""
    rng = np.random.default_rng(114)
    every = np.arange(-128, 128, dtype=np.int8).reshape(1, 256)
    for _ in range(40):
        scales, zeros = 2 ** rng.uniform(-10, 0, 2), rng.integers(-128, 128, 2)
        source, target = (
            int8(1, 256, scale=float(s), zero=int(z)) for s, z in zip(scales, zeros, strict=True)
        )
        graph = one("QUANTIZE", [source, target])
        (step,) = lower(graph)
        assert isinstance(step.kernel, Lookup)
        assert list(step.kernel.table) == tflm.run(network(graph).data, every)[0].tolist()
