"""Public model shapes as Keras models with random weights: what bench_models.py compiles and runs.

The shapes are those of MLPerf Tiny's anomaly detector, keyword spotter and image classifier, of
TensorFlow's micro_speech, and of two small convolutional networks.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Builder = Callable[[Any, Any], Any]


def anomaly_detector(layers: Any, x: Any) -> Any:
    """640 inputs through eight neurons and back."""
    for units in (128, 128, 128, 128, 8, 128, 128, 128, 128):
        x = layers.Dense(units, "relu")(x)
    return layers.Dense(640)(x)


def keyword_spotter(layers: Any, x: Any) -> Any:
    """DS-CNN: one convolution, four separable ones."""
    x = layers.Conv2D(64, (10, 4), 2, "same", activation="relu")(x)
    for _ in range(4):
        x = layers.DepthwiseConv2D(3, padding="same", activation="relu")(x)
        x = layers.Conv2D(64, 1, activation="relu")(x)
    x = layers.AveragePooling2D((25, 5))(x)
    return layers.Dense(12, "softmax")(layers.Flatten()(x))


def image_classifier(layers: Any, x: Any) -> Any:
    """ResNet of three stages."""
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    for filters, stride in ((16, 1), (32, 2), (64, 2)):
        y = layers.Conv2D(filters, 3, stride, "same", activation="relu")(x)
        y = layers.Conv2D(filters, 3, padding="same")(y)
        x = layers.Conv2D(filters, 1, stride)(x) if stride > 1 else x
        x = layers.ReLU()(layers.Add()([x, y]))
    x = layers.AveragePooling2D(8)(x)
    return layers.Dense(10, "softmax")(layers.Flatten()(x))


def micro_speech(layers: Any, x: Any) -> Any:
    """One convolution over a spectrogram."""
    x = layers.DepthwiseConv2D((10, 8), 2, "same", depth_multiplier=8, activation="relu")(x)
    return layers.Dense(4, "softmax")(layers.Flatten()(x))


def mnist(layers: Any, x: Any) -> Any:
    """Two convolutions and pools over a digit."""
    for filters in (8, 16):
        x = layers.MaxPooling2D(2)(layers.Conv2D(filters, 3, activation="relu")(x))
    return layers.Dense(10, "softmax")(layers.Flatten()(x))


def vibration_1d(layers: Any, x: Any) -> Any:
    """One-dimensional convolutions over a window of a three-axis accelerometer."""
    x = layers.MaxPooling1D(2)(layers.Conv1D(16, 7, 2, "same", activation="relu")(x))
    x = layers.Conv1D(32, 5, 2, "same", activation="relu")(x)
    x = layers.GlobalAveragePooling1D()(layers.Conv1D(32, 3, activation="relu")(x))
    return layers.Dense(2, "softmax")(x)


MODELS: dict[str, tuple[Builder, tuple[int, ...]]] = {
    "AD": (anomaly_detector, (640,)),
    "KWS DS-CNN": (keyword_spotter, (49, 10, 1)),
    "IC ResNet": (image_classifier, (32, 32, 3)),
    "micro_speech": (micro_speech, (49, 40, 1)),
    "MNIST CNN": (mnist, (28, 28, 1)),
    "1-D CNN": (vibration_1d, (256, 3)),
}


def tflite(name: str, seed: int = 1) -> bytes:
    """The model with random weights, quantized to int8; takes seconds."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    import keras

    from thrum.training import convert

    build, shape = MODELS[name]
    keras.utils.set_random_seed(seed)
    source = keras.Input(shape, batch_size=1)
    model = keras.Model(source, build(keras.layers, source))
    rng = np.random.default_rng(seed)
    samples: npt.NDArray[np.float32] = rng.normal(0, 1, (32, *shape)).astype(np.float32)
    return convert.to_int8(model, samples)
