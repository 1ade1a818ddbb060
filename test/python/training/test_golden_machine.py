"""The machine that does everything: its hash, and that it meets every state."""

from __future__ import annotations

import numpy as np
import pytest

from thrum import config
from thrum.training import golden_machine
from thrum.training.golden_machine import Hash


def test_the_hash_is_fnv_1a() -> None:
    """Values of the reference implementation."""
    for text, value in (("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968)):
        hashed = Hash()
        hashed.add(*text.encode())
        assert hashed.value == value


def test_sixteen_bits_are_two_bytes_the_lower_first() -> None:
    one, two = Hash(), Hash()
    one.add16(0x1234, 0xFF00)
    two.add(0x34, 0x12, 0x00, 0xFF)
    assert one.value == two.value


@pytest.mark.slow
def test_another_network_gives_another_hash() -> None:
    """A trial is eased by anomalous windows only."""

    def quiet(inputs: np.ndarray) -> np.ndarray:
        return np.tile(np.array([127, -128], np.int8), (len(inputs), 1))

    def loud(inputs: np.ndarray) -> np.ndarray:
        return np.tile(np.array([-128, 127], np.int8), (len(inputs), 1))

    cfg = config.load()
    calm, wild = (golden_machine.replay(cfg, network, 1) for network in (quiet, loud))
    assert calm.value != wild.value
    assert calm.eased == 0 < wild.eased
