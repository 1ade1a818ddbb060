"""Training: fits the network of model/network.py to deviations from the baseline.

Three choices make the network carry over to machines that it has never seen:
- it is monotone: weights are constrained so that more deviation never looks healthier;
- it is trained on what is decided, averages over alarm.mean_windows windows;
- it sees the deviations ranked, the largest first, because each machine moves other
  bands, and because one band that moves far must not be lost among many that do not.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from thrum.compiler.graph import ModelError
from thrum.config import Config
from thrum.paths import NETWORK
from thrum.training import network
from thrum.training.split import F32, I8, Split

Log = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Trained:
    """The Keras model and the loss of every epoch on both parts."""

    model: Any
    loss: list[float]
    stop_loss: list[float]


def fit(cfg: Config, data: Split, log: Log = print) -> Trained:
    """Train with class weights and early stopping; the same seed gives the same network.

    The held-out part has the same weights, so that training stops at the best of the same loss.
    """
    keras = _keras()
    model = untrained(cfg)
    x, y = data.train.x, data.train.y
    balance = _class_weights(y, cfg.train.healthy_weight)
    if data.own is not None:
        x, y = np.concatenate([x, data.own.x]), np.concatenate([y, data.own.y])
    steps = -(-len(x) // cfg.train.batch) * cfg.train.epochs
    rate = keras.optimizers.schedules.CosineDecay(cfg.train.learning_rate, steps)
    model.compile(
        keras.optimizers.Adam(rate),
        "sparse_categorical_crossentropy",
        # An epoch in one call: the same weights in half the time.
        steps_per_execution=-(-len(x) // cfg.train.batch),
    )
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


def untrained(cfg: Config) -> Any:
    """The user's network before training, from the seed; ModelError if it cannot be built."""
    keras = _keras()
    keras.backend.clear_session()
    keras.utils.set_random_seed(cfg.train.seed)
    build = network.load()
    try:
        return build(cfg.features.bands, len(cfg.classes.names))
    except Exception as error:  # Keras raises whatever its layers raise
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(f"{NETWORK}: network() fails: {said}") from error


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
    """Keras on one CPU, deterministic, without TensorFlow's messages at the start."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    import keras
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()
    return keras
