"""The report as a command: what it gathers and refuses, and the picture it draws alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from replays import replay
from report_material import CFG, release

from thrum import report
from thrum.firmware.native import FirmwareError


def test_figures_are_the_same_every_time() -> None:
    picture = report.picture(replay(), CFG)
    assert picture == report.picture(replay(), CFG)
    assert picture.startswith("<?xml")
    assert "<text" not in picture


def test_a_firmware_with_another_model_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("thrum.artifacts.release.load", lambda folder: release())
    with pytest.raises(FirmwareError, match="carries model 0123456789ab"):
        report.collect(CFG, tmp_path, tmp_path / "program", tmp_path, replay=replay())
