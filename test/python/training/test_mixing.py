"""Own recordings beside synthetic machines: how much they count."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from own_recordings import Folder

from thrum import config
from thrum.training import mixing, own_recordings
from thrum.training.split import Part, Split

CFG = config.load()


@pytest.fixture
def own(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "recordings")


def read(own: Folder) -> own_recordings.Examples:
    return own_recordings.read(own.manifest, CFG, own.folder.parent)


def _synthetic(decisions: int) -> Split:
    part = Part(
        np.zeros((2 * decisions, CFG.features.bands), np.float32),
        np.repeat(np.array([0, 1], np.int8), decisions),
    )
    return Split(part, part, part)


@pytest.mark.parametrize("count", [60, 2000])
def test_own_decisions_count_for_a_share(own: Folder, count: int) -> None:
    """A minute is repeated, an hour is thinned; a missing label stays missing."""
    own.add("a.wav", windows=count)
    made, synthetic = read(own), _synthetic(100)
    joined = mixing.join(synthetic, made)
    assert joined.own is not None and len(joined.own.y) == round(mixing.SHARE * 100)
    assert (joined.own.y == 0).all()
    assert joined.train is synthetic.train and joined.test is synthetic.test
    assert joined.stop is synthetic.stop
    known = made.parts["train"].x
    for decision in joined.own.x:
        assert (decision == known).all(axis=1).any()


def test_summary_names_what_was_read(own: Folder) -> None:
    own.add("a.wav", session="a")
    own.add("b.wav", session="b", label="anomalous", level=900)
    text = mixing.summary(read(own))
    assert "recordings/manifest.toml, 2 files, 10 s of 1 machines" in text
    assert "train: 2 sessions, decisions 1 healthy, 3 anomalous" in text
