"""Poisson bounds, persistence for every threshold, the choice and how it is written."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from counted import evidence
from own_recordings import Folder

from thrum import config as params
from thrum.calibration import calibrate
from thrum.cli.main import main
from thrum.paths import CONFIG

CFG = params.load()


def test_editing_keeps_every_comment() -> None:
    """Only the three values change, in [alarm] alone."""
    text = CONFIG.read_text(encoding="utf-8")
    new = calibrate.edited(text, {"threshold": 0.61, "k": 9, "n": 14})
    before, after = text.splitlines(), new.splitlines()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert {b.split(" = ")[0] for _, b in changed} <= {"threshold", "k", "n"}
    assert all(a.partition("#")[2] == b.partition("#")[2] for a, b in changed)
    assert "threshold = 0.61" in new and "\nk = 9" in new and "\nn = 14" in new


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copy(CONFIG, tmp_path))


def calibrated(config: Path, *more: str) -> int:
    return main(["calibrate", "--machines", "1", "--days", "0.1", "--config", str(config), *more])


def test_the_command_replays_recordings(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A minute of one machine: the curve, the choice, what is missing; nothing is written."""
    own = Folder(tmp_path / "recordings")
    own.add("a.wav", windows=400)
    before = config.read_bytes()
    assert calibrated(config, "--manifest", str(own.manifest)) == 0
    text = capsys.readouterr().out
    assert "<- chosen" in text and "a.wav: 0 of 185 votes" in text
    assert "more machine-hours would" in text and "more hours without an alarm" in text
    assert calibrated(config, "--write") == 1
    assert "do not support 1 false alarms per 30 days" in capsys.readouterr().err
    assert config.read_bytes() == before


def test_the_choice_is_written_for_the_header(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """config.toml gets threshold, k and n, keeps the rest, and can be read again."""
    monkeypatch.setattr(calibrate, "simulated", lambda *arguments: evidence(240.0))
    assert calibrated(config, "--threshold-from", "0.3", "--write") == 0
    assert "Written to config.toml" in capsys.readouterr().out
    alarm = params.load(config).alarm
    assert (alarm.threshold, alarm.k, alarm.n) == (0.45, 28, 32)
    kept = replace(alarm, threshold=CFG.alarm.threshold, k=CFG.alarm.k, n=CFG.alarm.n)
    assert kept == CFG.alarm
    assert calibrated(config, "--threshold-from", "0.3", "--write") == 0
    assert "has these values already" in capsys.readouterr().out


def test_what_cannot_be_read_again_is_not_written(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A threshold that no score reaches is no threshold."""
    monkeypatch.setattr(calibrate, "simulated", lambda *arguments: evidence(240.0))
    before = config.read_bytes()
    assert calibrated(config, "--threshold-from", "0.995", "--write") == 1
    assert "alarm.threshold = 1.0: must be a number, 0.01 to 0.99" in capsys.readouterr().err
    assert config.read_bytes() == before and list(config.parent.iterdir()) == [config]
