"""The generated engine in NumPy."""

from __future__ import annotations

import numpy as np

from thrum.artifacts import release
from thrum.reference.baseline import network_input
from thrum.reference.network import Engine
from thrum.training.quantize import int8_outputs


def test_numpy_engine_is_the_reference() -> None:
    """The released network, on random deviations of every size."""
    made = release.load()
    rng = np.random.default_rng(3)
    sigma = rng.uniform(1, 200, (3000, 1))
    z = np.minimum(np.abs(rng.normal(0, sigma, (3000, 32))), 255).astype(np.uint8)
    expected = int8_outputs(made.tflite, network_input(z))[:, 1].astype(np.int16) + 128
    np.testing.assert_array_equal(Engine(made.graph).scores(z), expected)
