"""Lines of a board become messages: every alarm once, with its explanation if there is one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from thrum.device.address import Address
from thrum.gateway.outbox import Outbox
from thrum.gateway.payloads import Topics
from thrum.gateway.sinks import Happening, Reading
from thrum.gateway.watch import Watch
from thrum.states import State

ALARM = "# alarm at window 526: 93-96 Hz -8.78 sigma"
EVIDENCE = "# evidence: rms_mg:20 baseline_mg:27 z:3.00 bound:1.41 agree after 32 windows, 40 s"
FRAME = "anomaly:0.98,z:3.00,rms_mg:20,state:2"
CALM = "anomaly:0.06,z:0.16,rms_mg:26,state:1"


class Kept:
    """A sink that keeps all."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.events: list[Happening] = []

    def reading(self, reading: Reading) -> None:
        self.readings.append(reading)

    def happening(self, event: Happening) -> None:
        self.events.append(event)

    def close(self) -> None:
        """Nothing is kept back."""


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def watch(tmp_path: Path, kept: Kept) -> Watch:
    topics = Topics("thrum", "host", "pump")
    address = Address("Pump", "pump", "COM3")
    made = Watch(address, topics, Outbox(tmp_path / "q"), 10.0, (kept,))
    made.connected({"board": "nano"}, {"state": "1", "lost": "3"}, 0.0)
    return made


def sent(watch: Watch, topic: str) -> list[dict[str, Any]]:
    waiting = watch.outbox.waiting(most=1000)
    return [json.loads(m.payload) for m in waiting if m.topic == f"thrum/pump/{topic}"]


def test_an_alarm_is_sent_with_the_evidence_that_follows_it(watch: Watch) -> None:
    for line in (CALM, ALARM, EVIDENCE, FRAME):
        watch.line(line, 1.0)
    [alarm] = sent(watch, "alarm")
    assert alarm["window"] == 525 and alarm["explanation"] == "93-96 Hz -8.78 sigma"
    assert alarm["evidence"] == {
        "rms_mg": 20,
        "baseline_mg": 27,
        "z": 3.0,
        "bound": 1.41,
        "agree": True,
        "windows": 32,
        "seconds": 40,
    }
    assert sent(watch, "state")[-1]["state"] == "alarm"


def test_an_alarm_does_not_wait_for_its_evidence_for_ever(watch: Watch) -> None:
    watch.line(ALARM, 1.0)
    watch.line(FRAME, 1.1)
    assert sent(watch, "alarm") == []
    watch.tick(3.2)
    [alarm] = sent(watch, "alarm")
    assert "evidence" not in alarm


def test_an_alarm_whose_line_was_damaged_is_known_by_its_window(watch: Watch) -> None:
    watch.line("# alarm at windxw 526", 1.0)
    watch.line(FRAME, 1.0)
    watch.line(FRAME, 1.1)
    [alarm] = sent(watch, "alarm")
    assert "lost" in alarm["explanation"]


def test_an_alarm_that_came_while_the_board_was_away_is_sent_once(watch: Watch) -> None:
    watch.gone("cable", 1.0)
    watch.connected({}, {"state": "2"}, 2.0)
    watch.line(FRAME, 2.1)
    watch.gone("cable", 3.0)
    watch.connected({}, {"state": "2"}, 4.0)
    assert [alarm["explanation"] for alarm in sent(watch, "alarm")] == [
        "was in alarm already when it was connected"
    ]


def test_an_alarm_that_waits_when_the_connection_goes_is_sent(watch: Watch) -> None:
    watch.line(ALARM, 1.0)
    watch.gone("cable", 1.1)
    assert len(sent(watch, "alarm")) == 1
    assert sent(watch, "event")[-1]["words"] == "cable"


def test_an_unchanged_state_is_sent_as_often_as_was_asked(watch: Watch, kept: Kept) -> None:
    for tenth in range(1, 301):
        watch.line(CALM, tenth / 10)
    assert 2 <= len(kept.readings) <= 4
    watch.line(FRAME, 30.1)
    assert kept.readings[-1].state == "alarm", "a change is sent at once"


def test_garbage_changes_nothing(watch: Watch, kept: Kept) -> None:
    before = len(watch.outbox.waiting(most=1000))
    for line in ("", "\x00\xff", "anomaly:9.99,z:nan,rms_mg:-1,state:9", "# alarm", "!r 0 AAAA*0"):
        watch.line(line, 1.0)
    assert len(watch.outbox.waiting(most=1000)) == before and watch.state is State.OK


def test_an_acknowledgement_ends_with_its_alarm(watch: Watch) -> None:
    watch.line(FRAME, 1.0)
    watch.acknowledged = True
    watch.line(FRAME, 2.0)
    assert watch.acknowledged
    watch.line(CALM, 3.0)
    watch.line(FRAME, 4.0)
    assert not watch.acknowledged


def test_every_change_of_state_goes_to_the_sinks(watch: Watch, kept: Kept) -> None:
    for line in (
        ALARM,
        EVIDENCE,
        FRAME,
        "# ok at window 600",
        CALM,
        "# fault at window 700: stuck",
    ):
        watch.line(line, 1.0)
    assert [event.kind for event in kept.events] == ["alarm", "ok", "fault"]
    assert kept.events[2].words == "stuck"
