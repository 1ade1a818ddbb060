"""Full int8 quantization, and what it costs: float and int8 metrics side by side."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from thrum.compiler import tflite
from thrum.compiler.graph import Graph, ModelError
from thrum.config import Config
from thrum.reference import tflm
from thrum.training.split import DEVIATION_SCALE, F32, I8, Part

INPUT_ZERO_POINT = -128  # z = 0 is int8 -128
MAX_Z = 255
FEWEST_SAMPLES = 200


def representative(cfg: Config, x: F32) -> F32:
    """Windows that calibrate the ranges, spread evenly over x (n, bands).

    The first two are z = 0 and z = 255 in every band, so that the input's range is exactly the
    deviation's and its scale exactly 1/32.
    """
    rows = np.linspace(0, len(x) - 1, min(cfg.quantize.representative, len(x))).astype(int)
    if len(rows) < FEWEST_SAMPLES:
        raise ModelError(f"{len(rows)} representative windows, at least {FEWEST_SAMPLES} needed")
    ends = np.array([[0.0], [MAX_Z * DEVIATION_SCALE]]) * np.ones((2, x.shape[1]))
    return np.concatenate([ends.astype(np.float32), x[rows]])


def quantize(model: Any, samples: F32, per_channel: bool = False) -> bytes:
    """Convert a Keras model to a checked int8 .tflite file; samples are float32 (n, bands)."""
    import tensorflow as tf

    def rows() -> Iterator[list[F32]]:
        for row in samples:
            yield [row[np.newaxis]]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = rows
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    converter._experimental_disable_per_channel_quantization_for_dense_layers = not per_channel
    with quiet():
        data = bytes(converter.convert())
    check(tflite.read(data))
    return data


def check(graph: Graph) -> None:
    """Raise ModelError unless input and output are quantized as the firmware assumes."""
    source, target = graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]
    if source.scale != (DEVIATION_SCALE,) or source.zero_point != (INPUT_ZERO_POINT,):
        raise ModelError(
            f"the input has scale {source.scale} and zero point {source.zero_point}, the firmware "
            f"feeds z - 128 in steps of 1/32; the representative windows must span 0 to 255/32"
        )
    if target.scale != (1 / 256,) or target.zero_point != (-128,):
        raise ModelError(
            f"the output has scale {target.scale} and zero point {target.zero_point}, "
            "expected 1/256 and -128"
        )


def to_int8(x: F32) -> I8:
    """Deviations in sigma to the network's input, exactly: int8 (n, bands)."""
    z = np.clip(np.rint(x / DEVIATION_SCALE), 0, MAX_Z)
    return (z + INPUT_ZERO_POINT).astype(np.int8)


def compare(model: Any, data: bytes, part: Part) -> dict[str, dict[str, float]]:
    """Metrics of both models on the same windows."""
    outputs = model.predict(part.x, batch_size=4096, verbose=0)[:, 1]
    scores = int8_scores(data, to_int8(part.x))
    return {"float": metrics(outputs, part.y), "int8": metrics(scores, part.y)}


def int8_scores(data: bytes, inputs: I8) -> npt.NDArray[np.float64]:
    """Score of class 1, 0 to 255/256 (n,), of inputs int8 (n, bands)."""
    return anomaly(int8_outputs(data, inputs))


def anomaly(outputs: I8) -> npt.NDArray[np.float64]:
    """Score of class 1, 0 to 255/256 (n,), of raw outputs (n, classes)."""
    return (outputs[:, 1].astype(np.float64) + 128) / 256


def int8_outputs(data: bytes, inputs: I8) -> I8:
    """Raw outputs (n, classes) of TFLM's reference kernels, or of TensorFlow's without TFLM."""
    return int8_network(data)(inputs)


def int8_network(data: bytes) -> Callable[[I8], I8]:
    """A function like int8_outputs that keeps its interpreter between calls."""
    if tflm.available():
        return tflm.network(data)
    return lambda inputs: _tensorflow_outputs(data, inputs)


def _tensorflow_outputs(data: bytes, inputs: I8) -> I8:
    import tensorflow as tf

    resolver = tf.lite.experimental.OpResolverType.BUILTIN_REF
    engine = tf.lite.Interpreter(model_content=data, experimental_op_resolver_type=resolver)
    index, out = engine.get_input_details()[0]["index"], engine.get_output_details()[0]["index"]
    engine.resize_tensor_input(index, inputs.shape)
    engine.allocate_tensors()
    engine.set_tensor(index, inputs)
    engine.invoke()
    result: I8 = engine.get_tensor(out)
    return result


def metrics(scores: npt.NDArray[np.floating], labels: I8) -> dict[str, float]:
    """Balanced accuracy and rates at score 0.5, and the area under the ROC curve."""
    alarm, faulty = scores >= 0.5, labels == 1
    detected, false_alarms = float(alarm[faulty].mean()), float(alarm[~faulty].mean())
    return {
        "balanced_accuracy": (detected + 1 - false_alarms) / 2,
        "detected": detected,
        "false_alarms": false_alarms,
        "auc": _auc(scores, faulty),
    }


def _auc(scores: npt.NDArray[np.floating], positive: npt.NDArray[np.bool_]) -> float:
    """Probability that a faulty window scores higher than a healthy one; ties count half."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    n = int(positive.sum())
    wins = ranks[inverse][positive].sum() - n * (n + 1) / 2
    return float(wins / (n * (len(scores) - n)))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Hide what the converter prints, from Python and from C++."""
    saved = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        os.dup2(saved, 2)
        os.close(null)
        os.close(saved)
