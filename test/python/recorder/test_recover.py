"""What a recorder that was killed has left, and what is not its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from thrum.cli import main as command_line
from thrum.device.samples import Source
from thrum.recorder.folder import FACTS, Pieces, as_note, enter
from thrum.recordings.manifest import read_manifest
from thrum.recordings.wav import WavWriter, write_wav

SOURCE = Source(3200, 1, 256, 2000 / 4096)
MINE = {"machine": "fan 1", "condition": 'say "ü", fast', "label": "healthy", "session": "s"}


def _pieces(folder: Path, name: str, windows: int = 3, session: str = "s") -> Path:
    notes = {"INAM": "x", FACTS: as_note(SOURCE, {**MINE, "session": session})}
    pieces = Pieces(folder, name, SOURCE, notes)
    for k in range(windows):
        pieces.append(np.full((256, 1), k, np.int16) + np.arange(256, dtype=np.int16)[:, None], 0)
    [path] = pieces.close(1)
    return path


def _recover(folder: Path) -> int:
    return command_line.main(["record", "--recover", str(folder)])


def test_pieces_are_entered_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = _pieces(tmp_path, "listed")
    enter(tmp_path, [listed], SOURCE, MINE)
    _pieces(tmp_path, "left [2]")
    assert _recover(tmp_path) == 0
    assert "1 of 1 files entered" in capsys.readouterr().out
    first, second = read_manifest(tmp_path / "manifest.toml")
    assert (first.path.name, second.path.name) == ("listed.wav", "left [2].wav")
    assert (second.machine, second.condition, second.scale) == ("fan 1", 'say "ü", fast', 16.0)
    before = (tmp_path / "manifest.toml").read_bytes()
    assert _recover(tmp_path) == 0 and "0 of 0" in capsys.readouterr().out
    assert (tmp_path / "manifest.toml").read_bytes() == before


def test_what_is_not_ours_or_too_short_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_wav(tmp_path / "other.wav", np.ones((500, 1), np.int16), 3200, {"INAM": "theirs"})
    (tmp_path / "no.wav").write_bytes(b"")
    whole = _pieces(tmp_path, "cut")
    whole.write_bytes(whole.read_bytes()[:-100])
    assert _recover(tmp_path) == 1
    out = capsys.readouterr().out
    assert out.count("not written by `thrum record`; add it by hand") == 2
    assert "cut.wav: left alone: header says" in out and "0 of 3 files entered" in out
    assert not (tmp_path / "manifest.toml").exists()


def test_what_is_being_recorded_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = WavWriter(tmp_path / "now.wav", 1, 3200, {FACTS: as_note(SOURCE, MINE)})
    writer.append((np.arange(600, dtype=np.int16) % 7)[:, None])
    assert _recover(tmp_path) == 1
    assert "is being recorded now" in capsys.readouterr().out
    writer.close()
    assert _recover(tmp_path) == 0


def test_no_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _recover(tmp_path / "none") == 1
    assert "no such folder" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command_line.main(["record", "--seconds", "1"])
    assert "--label and --machine" in capsys.readouterr().err
