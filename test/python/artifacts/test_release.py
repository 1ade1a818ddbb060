"""A release: what is saved is loaded, and damage is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from thrum.artifacts import release
from thrum.compiler.graph import ModelError


def test_damaged_release_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="thrum train"):
        release.load(tmp_path)
    release.save(release.load(), tmp_path)
    (tmp_path / release.TFLITE).write_bytes(b"other")
    with pytest.raises(ModelError, match="does not belong"):
        release.load(tmp_path)
    (tmp_path / release.JSON).write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="damaged"):
        release.load(tmp_path)
