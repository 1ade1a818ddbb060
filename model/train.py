"""Training: a small dense network on deviations from the baseline, split by machine.

Three choices make the network carry over to machines that it has never seen:
- it is monotone: weights are constrained so that more deviation never looks healthier;
- it is trained on what is decided, averages over alarm.mean_windows windows;
- it sees the deviations ranked, the largest first, because which bands a fault moves is a matter of
  the machine, and because one band that moves far must not drown among many that do not.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.baseline import ranked
from model.params import Config

F32 = npt.NDArray[np.float32]
I8 = npt.NDArray[np.int8]
I32 = npt.NDArray[np.int32]
Log = Callable[[str], None]

DEVIATION_SCALE = 1 / 32  # of the network's input: z in Q5
_FOLDS = 10  # machines: one fold to test, one to stop early, the rest to train


@dataclass(frozen=True, eq=False)
class Part:
    """Ranked deviations in sigma, float32 (n, bands), and labels int8 (n,)."""

    x: F32
    y: I8

    @staticmethod
    def of(z: npt.NDArray[np.uint8], y: I8) -> Part:
        """From deviations uint8 (n, bands) in Q5, in any order of bands."""
        return Part(ranked(z).astype(np.float32) * np.float32(DEVIATION_SCALE), y)


@dataclass(frozen=True, eq=False)
class Split:
    """No machine is in two parts.

    own: what the user's recordings add to the training; it counts beside the synthetic machines and
    takes nothing from the balance of their classes.
    """

    train: Part
    stop: Part
    test: Part
    own: Part | None = None


@dataclass(frozen=True, eq=False)
class Trained:
    """The Keras model and the loss of every epoch on both parts."""

    model: Any
    loss: list[float]
    stop_loss: list[float]


def split(z: npt.NDArray[np.uint8], label: I8, machine: I32) -> Split:
    """Split decisions by machine: z uint8 (n, bands) in Q5, label (n,), machine (n,)."""
    fold = machine % _FOLDS

    def part(chosen: npt.NDArray[np.bool_]) -> Part:
        return Part.of(z[chosen], label[chosen])

    return Split(train=part(fold > 1), stop=part(fold == 1), test=part(fold == 0))


def parameter_count(cfg: Config) -> int:
    """Weights and biases of the configured network."""
    sizes = [cfg.features.bands, *cfg.train.hidden, len(cfg.classes.names)]
    return sum((a + 1) * b for a, b in itertools.pairwise(sizes))


def network(cfg: Config) -> Any:
    """An untrained, monotone Keras model: dense layers with ReLU, softmax at the end."""
    keras = _keras()
    rising = keras.constraints.NonNeg()
    layers = [
        keras.layers.Dense(n, "relu", kernel_constraint=rising, name=f"hidden{k}")
        for k, n in enumerate(cfg.train.hidden)
    ]
    layers.append(
        keras.layers.Dense(
            len(cfg.classes.names),
            activation="softmax",
            kernel_constraint=_opposed(keras),
            name="classes",
        )
    )
    model = keras.Sequential(
        [keras.Input((cfg.features.bands,), name="deviation"), *layers], name="thrum"
    )  # fixed names: they end up in the .tflite
    if model.count_params() != parameter_count(cfg):
        raise AssertionError(f"{model.count_params()} parameters, expected {parameter_count(cfg)}")
    return model


def _opposed(keras: Any) -> Callable[[Any], Any]:
    """Constraint of the last kernel: healthy never gains from a deviation, anomalous never loses.

    Keras runs it under tf.function, hence the operators of keras.ops.
    """

    def constrain(kernel: Any) -> Any:
        sign = keras.ops.convert_to_tensor([[-1.0, 1.0]])
        return keras.ops.relu(kernel * sign) * sign

    return constrain


def fit(cfg: Config, data: Split, log: Log = print) -> Trained:
    """Train with class weights and early stopping; the same seed gives the same network.

    What was held out is weighted in the same way, or training would stop for another aim.
    """
    keras = _keras()
    keras.utils.set_random_seed(cfg.train.seed)
    model = network(cfg)
    x, y = data.train.x, data.train.y
    balance = _class_weights(y, cfg.train.healthy_weight)
    if data.own is not None:
        x, y = np.concatenate([x, data.own.x]), np.concatenate([y, data.own.y])
    steps = -(-len(x) // cfg.train.batch) * cfg.train.epochs
    rate = keras.optimizers.schedules.CosineDecay(cfg.train.learning_rate, steps)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    patience = keras.callbacks.EarlyStopping(
        "val_loss", patience=cfg.train.patience, restore_best_weights=True
    )
    history = model.fit(
        x,
        y,
        cfg.train.batch,
        cfg.train.epochs,
        verbose=0,
        validation_data=(data.stop.x, data.stop.y, balance[data.stop.y]),
        class_weight=dict(enumerate(balance)),
        callbacks=[patience, keras.callbacks.LambdaCallback(on_epoch_end=_progress(cfg, log))],
    )
    return Trained(model, history.history["loss"], history.history["val_loss"])


def _progress(cfg: Config, log: Log) -> Callable[[int, dict[str, float]], None]:
    def show(epoch: int, logs: dict[str, float]) -> None:
        if epoch % 5 == 0:
            log(
                f"  epoch {epoch + 1} of at most {cfg.train.epochs}: loss {logs['loss']:.4f}, "
                f"held out {logs['val_loss']:.4f}"
            )

    return show


def _class_weights(y: I8, healthy_weight: float) -> F32:
    """Weights (classes,) of a decision: classes count the same, but for healthy_weight."""
    counts = np.maximum(np.bincount(y, minlength=2), 1)
    share = np.array([healthy_weight, 1.0]) / (healthy_weight + 1)
    weights: F32 = (len(y) * share / counts).astype(np.float32)
    return weights


def _keras() -> Any:
    """Keras on one deterministic CPU, without TensorFlow's start-up chatter."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    import keras
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()
    return keras
