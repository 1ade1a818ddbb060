"""The demonstration: WAV files, telemetry, verdicts, and messages when something is missing."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest
from replays import BOOT, lines, replay, scene

from thrum import config, demo
from thrum.device.telemetry import TelemetryError, parse
from thrum.firmware import native, scenes, story
from thrum.firmware.native import FirmwareError
from thrum.recordings.dataset import DatasetError
from thrum.recordings.wav import wav_bytes
from thrum.states import State

CFG = config.load()


@pytest.mark.parametrize("axes", [1, 3])
def test_wav_reads_back_sample_by_sample(axes: int) -> None:
    samples = np.arange(-30 * axes, 30 * axes, dtype=np.int16).reshape(-1, axes) * 500
    content = wav_bytes(samples, 3200, {"INAM": "odd"})
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (axes, 3200, 2)
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert np.array_equal(frames.reshape(-1, axes), samples)


def test_wav_carries_its_notes_at_even_offsets() -> None:
    content = wav_bytes(np.zeros((3, 1), np.int16), 200, {"INAM": "abcd", "ICMT": "32768 = 16 g"})
    assert b"INAM\x05\0\0\0abcd\0\0ICMT" in content
    assert content.index(b"data") % 2 == 0
    assert int.from_bytes(content[4:8], "little") == len(content) - 8


def test_telemetry_has_one_entry_per_window() -> None:
    seen = parse(lines("00112"))
    assert seen.boot["model"] == "0123456789ab"
    assert seen.state.tolist() == [0, 0, 1, 1, 2]
    assert seen.anomaly[-1] == 0.9
    assert [(e.state, e.window, e.detail) for e in seen.events] == [
        ("ok", 2, "10-20 Hz 3.00 sigma"),
        ("alarm", 4, "10-20 Hz 3.00 sigma"),
    ]
    assert seen.first(State.ALARM) == 4
    assert seen.first(State.FAULT) is None


def test_telemetry_skips_comments_of_other_kinds() -> None:
    assert len(parse([BOOT, "# anything else", "", *lines("01")])) == 2


@pytest.mark.parametrize("line", ["anomaly:0.9", "hello", "anomaly:0.10,z:1.00,rms_mg:1,state:7"])
def test_a_foreign_line_is_quoted(line: str) -> None:
    with pytest.raises(TelemetryError, match=line):
        parse([*lines("01"), line])


def test_silence_is_an_error() -> None:
    with pytest.raises(TelemetryError, match="no window"):
        parse([BOOT])


def test_excerpt_shows_ends_and_events_and_counts_the_rest() -> None:
    shown = story.excerpt(lines("0" * 50 + "1" * 50 + "2" * 50))
    assert len(shown) < 16
    assert sum(line.startswith("# alarm") for line in shown) == 1
    hidden = sum(int(line.split()[1]) for line in shown if line.startswith("..."))
    assert hidden + sum(not line.startswith("...") for line in shown) == 150 + 3


def test_excerpt_tells_once_what_was_learned() -> None:
    told = [f"# operating state 0 learned:{n}/256" for n in (32, 64, 256)]
    shown = story.excerpt([*lines("0" * 9), *told, *lines("1" * 9)])
    assert told[2] in shown and told[0] not in shown and told[1] not in shown


def test_excerpt_of_few_lines_is_all_of_them() -> None:
    assert story.excerpt(lines("01")) == lines("01")


def test_the_delay_counts_from_the_change_to_the_end_of_the_deciding_window() -> None:
    seen = replay("000011111222")
    assert (seen.alarm, seen.judged_healthy, seen.false_alarms, seen.good) == (9, 4, 0, True)
    assert seen.delay == pytest.approx(2 * 256 / 200)
    assert "ALARM 2.6 s after the change" in story.verdict(seen)


def test_a_missing_alarm_is_bad() -> None:
    seen = replay("000011111111")
    assert not seen.good
    assert "NO ALARM" in story.verdict(seen)


def test_an_alarm_before_the_change_is_false() -> None:
    seen = replay("000012222222")
    assert not seen.good
    assert "FALSE ALARM: 3 of 4" in story.verdict(seen)


def test_sensor_faults_are_told_and_not_counted_as_healthy() -> None:
    seen = replay("000013112222")
    assert seen.judged_healthy == 3
    assert "1 windows reported a sensor fault" in story.verdict(seen)


def test_a_named_folder_without_recordings_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"none of the recordings.*--data"):
        scenes.demonstration(CFG, tmp_path)


def test_without_any_folder_the_machine_is_synthetic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "data_directory", lambda given: None)
    made = scenes.demonstration(CFG)
    assert not made.real
    assert made.rate_hz == CFG.sample.rate_hz
    assert made.changes_at > made.learn * CFG.window.hop


def test_a_missing_firmware_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(FirmwareError, match="pio run -e native"):
        native.replay(tmp_path / "program", scene(), CFG, tmp_path / "x.wav")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A stand-in for the firmware; it ignores the recording."""
    path = tmp_path / "program"
    told = "\n".join(lines("000011111222"))
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{told}\nEND\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_replay_writes_the_recording_and_reads_the_answer(program: Path, tmp_path: Path) -> None:
    seen = native.replay(program, scene(), CFG, tmp_path / "folder" / "x.wav")
    assert seen.good
    assert seen.times_real_time > 1
    content = (tmp_path / "folder" / "x.wav").read_bytes()
    assert b"from sample 2048 (10.24 s) on: a loose <bolt>" in content


def test_a_firmware_that_stops_is_quoted(tmp_path: Path) -> None:
    path = tmp_path / "program"
    path.write_text("#!/bin/sh\necho 'the source is broken' >&2\nexit 1\n", encoding="utf-8")
    path.chmod(0o755)
    with pytest.raises(FirmwareError, match="the source is broken"):
        native.replay(path, scene(), CFG, tmp_path / "x.wav")


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
