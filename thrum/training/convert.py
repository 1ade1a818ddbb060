"""Any Keras model as an int8 .tflite file; quantize.py has checks for the deployed network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from thrum.training import quantize


def to_int8(model: Any, samples: npt.NDArray[np.float32], per_channel: bool = True) -> bytes:
    """Quantize inputs, weights and outputs to int8; samples (n, ...) give the ranges.

    per_channel: whether dense layers have a scale for each output; convolutions always do.
    """
    import tensorflow as tf

    def rows() -> Iterator[list[npt.NDArray[np.float32]]]:
        for row in samples:
            yield [row[np.newaxis]]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = rows
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    converter._experimental_disable_per_channel_quantization_for_dense_layers = not per_channel
    with quantize.quiet():
        return bytes(converter.convert())
