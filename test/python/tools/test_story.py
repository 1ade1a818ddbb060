"""The demonstrations' story: it is over with the all-clear after an alarm, and not before."""

from __future__ import annotations

import subprocess
from pathlib import Path

from vibration import native_firmware

from tools.demos import story
from tools.demos.story import AFTER, LEARN, Story


def test_the_story_is_over_with_the_all_clear() -> None:
    told = Story()
    assert "Learned" in told.state("ok") and not told.over
    assert told.ending == story.SAD
    assert told.state("gathering") == ""
    assert "ALARM" in told.state("alarm") and not told.over
    assert "All-clear" in told.state("ok") and told.over
    assert told.ending == story.HAPPY


def test_lines_may_come_in_pieces() -> None:
    told = Story()
    text = b"# ok at window 97\r\n# alarm at window 195: x\r\n# ok at window 411: ended\r\n"
    assert not any(told.heard(text[i : i + 7]) for i in range(0, len(text), 7))
    assert told.over
    assert told.heard(b"anomaly:0.06,z:0.16,rms_mg:26,state:1\n" * (AFTER + 1))


def test_the_machine_is_learned_fails_and_recovers_as_it_was_said(tmp_path: Path) -> None:
    """By the firmware itself, at the times of PLAN."""
    recording = tmp_path / "machine.wav"
    story.record(recording)
    command = [str(native_firmware()), "--learn", str(LEARN), str(recording)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    told, changes = Story(), [line for line in said.splitlines() if " at window " in line]
    told.heard(said.encode())
    assert told.over
    names = [line.split()[1] for line in changes]
    assert names == ["ok", "alarm", "ok"]
    seconds = [int(line.split()[4].rstrip(":")) * 0.08 for line in changes]
    assert 7 < seconds[0] < 9 and 12 < seconds[1] < 17 and 22 < seconds[2] < 35
