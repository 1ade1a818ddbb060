"""The demonstration: its exit code says what happened."""

from __future__ import annotations

from pathlib import Path

import pytest
from replays import replay, scene

from thrum import config, demo
from thrum.firmware import native, scenes

CFG = config.load()


@pytest.mark.parametrize(("states", "code"), [("000011111222", 0), ("000011111111", 1)])
def test_the_exit_code_says_whether_the_alarm_came(
    states: str, code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(scenes, "demonstration", lambda cfg, data: scene())
    monkeypatch.setattr("thrum.artifacts.freshness.why_stale", lambda folder, recordings: "")
    monkeypatch.setattr(native, "build", lambda model, folder: folder / "program")
    monkeypatch.setattr(native, "replay", lambda program, scene, cfg, wav: replay(states))
    monkeypatch.setattr("thrum.report.write", lambda *arguments: tmp_path / "report.html")
    told: list[str] = []
    assert demo.demo(CFG, tmp_path, log=told.append) == code
    assert "not trained again" in "\n".join(told)
    assert "report.html" in told[-1]
