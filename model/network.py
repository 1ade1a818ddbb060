"""The network: change its layers here; the next build trains it."""

from __future__ import annotations

from typing import Any


def network(bands: int, classes: int) -> Any:
    """Untrained Keras model: deviations (n, bands) in sigma to probabilities (n, classes)."""
    from keras import Input, Sequential
    from keras.constraints import NonNeg
    from keras.layers import Dense

    from thrum.training.constraints import opposed

    return Sequential(
        [
            Input((bands,), name="deviation"),
            Dense(16, "relu", kernel_constraint=NonNeg(), name="hidden0"),
            Dense(8, "relu", kernel_constraint=NonNeg(), name="hidden1"),
            Dense(classes, "softmax", kernel_constraint=opposed, name="classes"),
        ],
        name="thrum",
    )
