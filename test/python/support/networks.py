"""Small int8 networks with random weights, and the generated engine as a callable."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from thrum.codegen.model_aot import engine_header
from thrum.codegen.operator_text import C_TYPES
from thrum.compiler import tflite
from thrum.compiler.graph import Graph
from thrum.compiler.lowering import lower
from thrum.paths import ROOT
from thrum.reference import tflm
from tools.ci import objects

SOURCES = ROOT / "lib" / "vibration" / "src"
I8 = npt.NDArray[np.int8]

_WRAPPER = """
#include "model_aot.h"
#include <string.h>
using namespace thrum::aot;
struct Trace {
  char* at;
  template <typename T>
  void operator()(uint16_t, const T* values, uint32_t count) {
    memcpy(at, values, count * sizeof(T));
    at += count * sizeof(T);
  }
};
extern "C" void run(const void* const* in, OUTPUT* out, char* layers, int rows) {
  (void)Engine::Begin();
  for (int i = 0; i < rows; ++i) {
    Trace trace = {layers + static_cast<size_t>(i) * kLayerBytes};
    const size_t row = static_cast<size_t>(i);
    RunProbed(INPUTS, out + row * kOutputSize, trace);
  }
}
"""


@dataclass(frozen=True)
class Network:
    """A quantized model: its file and its graph."""

    data: bytes
    graph: Graph


def keras_layers() -> Any:
    """keras.layers, with TensorFlow kept quiet."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    import keras

    return keras.layers


Layers = list[Any] | Callable[[Any, Any], Any]


def _model(layers: Layers, shape: tuple[int, ...], batch: int | None) -> Any:
    """A sequence of layers, or a function of keras.layers and the input."""
    import keras

    source = keras.Input(shape, batch_size=batch)
    if isinstance(layers, list):
        return keras.Sequential([source, *layers])
    return keras.Model(source, layers(keras.layers, source))


def convert(
    layers: Layers,
    shape: tuple[int, ...],
    seed: int,
    per_channel: bool = False,
    spread: float = 1.0,
    interface: tuple[str, str] = ("int8", "int8"),
    batch: int | None = 1,
    reach: float = 1.0,
) -> Network:
    """Quantize a network with random weights; `spread` scales the last layer.

    interface: types of input and output, int8 or float32. batch: None leaves it free. reach scales
    the representative inputs.
    """
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    keras_layers()
    model = _model(layers, shape, batch)
    model.set_weights([w + rng.normal(0, 0.1, w.shape) for w in model.get_weights()])
    last = [layer for layer in model.layers if layer.get_weights()]
    if last:
        last[-1].set_weights([w * spread for w in last[-1].get_weights()])

    def samples() -> Iterator[list[npt.NDArray[np.float32]]]:
        for k in range(64):
            yield [rng.normal(0, reach * (0.2 + k / 32), (1, *shape)).astype(np.float32)]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.as_dtype(interface[0])
    converter.inference_output_type = tf.as_dtype(interface[1])
    converter._experimental_disable_per_channel_quantization_for_dense_layers = not per_channel
    data = bytes(converter.convert())
    return Network(data, tflite.read(data))


def compile_library(folder: Path, *sources: str | Path, flags: tuple[str, ...] = ()) -> ctypes.CDLL:
    """Compile C++ sources with warnings as errors into a shared library and load it."""
    library = folder / "engine.so"
    options = ["-std=c++14", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
    options += ["-shared", "-fPIC", *flags, f"-I{folder}", f"-I{SOURCES}"]
    objects.build(library, [Path(source) for source in sources], options)
    return ctypes.CDLL(str(library))


def compile_engine(graph: Graph, folder: Path) -> Callable[[Any], tuple[Any, list[Any]]]:
    """Generate, compile and load the engine; it maps inputs to outputs and every layer."""
    (folder / "model_aot.h").write_text(engine_header(graph, "test"), encoding="utf-8")
    sources = [graph.tensors[tensor] for tensor in graph.inputs]
    target = graph.tensors[graph.outputs[0]]
    rows = ", ".join(
        f"static_cast<const {C_TYPES[tensor.type]}*>(in[{k}]) + row * {tensor.size}"
        for k, tensor in enumerate(sources)
    )
    wrapper = _WRAPPER.replace("INPUTS", rows).replace("OUTPUT", C_TYPES[target.type])
    (folder / "wrapper.cpp").write_text(wrapper, encoding="utf-8")
    kernels = sorted((SOURCES / "thrum" / "nn").glob("*.cpp"))
    library = compile_library(folder, folder / "wrapper.cpp", *kernels)
    layers = [graph.tensors[step.output] for step in lower(graph)]
    sizes = [tensor.nbytes for tensor in layers]

    def run(inputs: Any) -> tuple[Any, list[Any]]:
        given = inputs if isinstance(inputs, list) else [inputs]
        assert [values.dtype for values in given] == [tensor.type for tensor in sources]
        kept = [np.ascontiguousarray(values.reshape(len(values), -1)) for values in given]
        count = len(kept[0])
        out = np.zeros((count, target.size), target.type)
        trace = np.zeros((count, sum(sizes)), np.uint8)
        places = (ctypes.c_void_p * len(kept))(*(values.ctypes.data for values in kept))
        library.run(places, *(ctypes.c_void_p(a.ctypes.data) for a in (out, trace)), count)
        parts = np.split(trace, np.cumsum(sizes)[:-1], axis=1)
        return out, [p.view(t.type) for p, t in zip(parts, layers, strict=True)]

    return run


INPUTS = 2048


def _inputs(network: Network, count: int = INPUTS) -> I8:
    """Uniform noise, constants, sparse rows and both extremes."""
    shape = network.graph.tensors[network.graph.inputs[0]].shape[1:]
    rng = np.random.default_rng(7)
    rows = rng.integers(-128, 128, (count, *shape), dtype=np.int8)
    rows[: count // 8] = rng.integers(-128, 128, (count // 8,) + (1,) * len(shape), dtype=np.int8)
    sparse = rng.random(rows[count // 8 : count // 2].shape) < 0.85
    rows[count // 8 : count // 2][sparse] = -128
    rows[0], rows[1] = -128, 127
    return rows


def assert_exact(network: Network, folder: Path, count: int = INPUTS, inputs: Any = None) -> None:
    """Compare outputs and all layers with the wheel, bit by bit."""
    inputs = _inputs(network, count) if inputs is None else inputs
    output, layers = compile_engine(network.graph, folder)(inputs)
    expected = tflm.layers(network.data, network.graph, inputs)
    for step, ours in zip(lower(network.graph), layers, strict=True):
        index, theirs = step.index, expected[step.index]
        assert ours.dtype == theirs.dtype
        wrong = int((ours.view(np.uint8) != theirs.view(np.uint8)).any(axis=1).sum())
        assert wrong == 0, f"{network.graph.where(index)}: {wrong} of {len(ours)} rows differ"
    np.testing.assert_array_equal(output, tflm.run(network.data, inputs))
