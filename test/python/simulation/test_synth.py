"""Synthetic machines: physics that can be checked, determinism, training set, demonstration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from thrum import config
from thrum.recordings import dataset
from thrum.simulation import synth

CFG = config.load()

SMALL = replace(CFG, train=replace(CFG.train, machines=6))


def test_training_set_shapes_labels_and_seed() -> None:
    """Every machine has both labels; equal seeds give equal sets, others do not."""
    one, two = synth.training_set(SMALL), synth.training_set(SMALL)
    assert one.z.dtype == np.uint8 and one.z.shape == (len(one.label), CFG.features.bands)
    assert all(set(one.label[one.machine == m]) == {0, 1} for m in range(6))
    assert np.array_equal(one.z, two.z)
    other = synth.training_set(replace(SMALL, train=replace(SMALL.train, seed=1)))
    assert not np.array_equal(one.z, other.z)


def test_healthy_deviations_are_small_and_faults_larger() -> None:
    """Deviations are in spreads: near 0.8 on average when healthy, more with a fault."""
    data = synth.training_set(replace(CFG, train=replace(CFG.train, machines=30)))
    healthy, faulty = (data.z[data.label == k].mean() / 32 for k in (0, 1))
    assert 0.6 < healthy < 1.3 and faulty > 1.15 * healthy


def test_demo_recording() -> None:
    """Healthy for two thirds, then the level grows; long enough for baseline and alarm."""
    rec = synth.demo_recording(CFG)
    third = len(rec.samples) // 3
    level = [part.std() for part in np.split(rec.samples[: 3 * third].astype(float), 3)]
    assert level[1] == pytest.approx(level[0], rel=0.2) and level[2] > 1.1 * level[0]
    assert len(dataset.windows(rec, CFG)) > 2 * CFG.baseline.windows


def test_training_set_has_both_labels_of_every_machine() -> None:
    small = replace(CFG, train=replace(CFG.train, machines=4))
    data = synth.training_set(small)
    assert set(zip(data.machine.tolist(), data.label.tolist(), strict=True)) == {
        (machine, label) for machine in range(4) for label in (0, 1)
    }
