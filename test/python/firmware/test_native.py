"""Recordings replayed through the native firmware."""

from __future__ import annotations

from pathlib import Path

import pytest
from replays import lines, replay, scene

from thrum import config
from thrum.firmware import native, story
from thrum.firmware.native import FirmwareError

CFG = config.load()


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
