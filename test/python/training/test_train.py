"""The network and the set it learns from keep their promises."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from thrum import config
from thrum.artifacts import release
from thrum.reference import tflm
from thrum.simulation import synth
from thrum.training.split import split

CFG = config.load()


@pytest.mark.skipif(not tflm.available(), reason="the tflite_micro wheel is Linux x86-64 only")
def test_more_deviation_never_looks_healthier() -> None:
    """Raising any bands of the released int8 model never lowers its score."""
    rng = np.random.default_rng(2)
    low = rng.integers(0, 256, (4000, CFG.features.bands))
    low = low * (rng.random(low.shape) < rng.random((4000, 1))) // rng.integers(1, 9, (4000, 1))
    high = np.minimum(low + rng.integers(0, 64, low.shape) * (rng.random(low.shape) < 0.2), 255)
    tflite = release.load().tflite
    before, after = (
        tflm.run(tflite, (z - 128).astype(np.int8))[:, 1].astype(int) for z in (low, high)
    )
    assert np.ptp(before) > 100
    assert (after >= before).all()


def test_parameters_of_the_default_network() -> None:
    assert release.load().graph.parameter_count() == 528 + 136 + 18 == 682


def test_no_machine_is_in_two_parts() -> None:
    machines = np.repeat(np.arange(40, dtype=np.int32), 3)
    z = np.repeat(machines.astype(np.uint8)[:, None], CFG.features.bands, axis=1)
    parts = split(z, np.zeros(len(z), np.int8), machines)
    seen = [set(np.rint(part.x[:, 0] * 32)) for part in (parts.train, parts.stop, parts.test)]
    assert len(set.union(*seen)) == 40 == sum(map(len, seen))


def test_the_network_sees_the_largest_deviation_first() -> None:
    z = np.arange(CFG.features.bands, dtype=np.uint8)[np.newaxis]
    part = split(z, np.zeros(1, np.int8), np.zeros(1, np.int32)).test
    assert (part.x[0] * 32 == z[0, ::-1]).all()


def test_training_set_has_both_labels_of_every_machine() -> None:
    small = replace(CFG, train=replace(CFG.train, machines=4))
    data = synth.training_set(small)
    assert set(zip(data.machine.tolist(), data.label.tolist(), strict=True)) == {
        (machine, label) for machine in range(4) for label in (0, 1)
    }
