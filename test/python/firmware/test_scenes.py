"""Scenes that are replayed: recordings where there are some, a synthetic machine elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from thrum import config
from thrum.firmware import scenes
from thrum.recordings.dataset import DatasetError

CFG = config.load()


def test_a_named_folder_without_recordings_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"none of the recordings.*--data"):
        scenes.demonstration(CFG, tmp_path)


def test_without_any_folder_the_machine_is_synthetic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "data_directory", lambda given: None)
    made = scenes.demonstration(CFG)
    assert not made.real
    assert made.rate_hz == CFG.sample.rate_hz
    assert made.changes_at > made.learn * CFG.window.hop
