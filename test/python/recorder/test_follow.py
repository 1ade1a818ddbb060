from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bearings import Rig, recording
from fake_board import fake_board
from scipy.io import wavfile

from thrum.cli.main import main
from thrum.device.transport import Connection
from thrum.diagnosis.geometry import known
from thrum.followup.log import AlarmLog
from thrum.recorder.record import Wanted


def _follow(folder: Path, *more: str) -> int:
    return main(["follow", "--machine", "fan 1", "--out", str(folder), *more])


def test_what_a_board_sent_is_kept_with_the_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The double counts upwards, which no reader takes for a vibration: that is said and noted."""
    monkeypatch.setattr("thrum.recorder.record.SILENCE", 0.5)
    words = ["--alarm", "93-96 Hz -8.78 sigma", "--rpm", "1500", "--bearing", "6205"]
    assert _follow(tmp_path, "--seconds", "2", *words, "--", *fake_board()) == 1
    assert "problem     not diagnosed: " in capsys.readouterr().out
    [entry] = AlarmLog(tmp_path).entries().values()
    assert entry.alarm["detail"] == "93-96 Hz -8.78 sigma"
    assert all(Path(path).is_file() for path in entry.recordings)
    assert len(entry.recordings) == 2, "the board has lost samples in between"
    assert _follow(tmp_path, "--list") == 0
    assert "fan 1 93-96 Hz -8.78 sigma" in capsys.readouterr().out


def test_a_board_that_shakes_is_diagnosed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def record(connection: Connection, wanted: Wanted) -> int:
        rig = Rig(known("6205"), rpm=1500, rate_hz=12_000, seconds=4)
        counts = recording(rig, "inner race") * 2000
        wavfile.write(wanted.out / "a.wav", 12_000, counts.astype(np.int16))
        return 0

    monkeypatch.setattr("thrum.recorder.record.run", record)
    assert _follow(tmp_path, "--rpm", "1500", "--bearing", "6205", "--port", "none") == 0
    assert "cause 1     inner race: BPFI at" in capsys.readouterr().out
    [entry] = AlarmLog(tmp_path).entries().values()
    assert entry.first_cause == "inner race"


def test_an_unknown_bearing_is_told_before_anything_is_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _follow(tmp_path, "--bearing", "9999", "--", *fake_board()) == 1
    assert "bearing '9999' is not in the table" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_empty_log_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _follow(tmp_path, "--list") == 0
    assert "no alarm in" in capsys.readouterr().out
