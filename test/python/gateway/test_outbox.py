"""Nothing is lost between a board and the broker, and nothing grows without bound."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from thrum.gateway.outbox import Outbox, OutboxError


def payloads(outbox: Outbox) -> list[str]:
    return [message.payload for message in outbox.waiting()]


def test_events_wait_in_their_order_until_they_are_acknowledged(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "q")
    for number in range(3):
        outbox.event("a", str(number))
    first, *rest = outbox.waiting()
    outbox.acknowledge(first)
    assert first.payload == "0" and not first.retained
    assert payloads(outbox) == ["1", "2"] == [message.payload for message in rest]


def test_an_event_carries_its_number_and_numbers_are_never_used_again(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "q")
    assert outbox.event("a", '{"seq": "{seq}"}') == 1
    [message] = outbox.waiting()
    assert json.loads(message.payload) == {"seq": 1}
    outbox.close()
    again = Outbox(tmp_path / "q")
    assert again.event("a", "x") == 2
    assert len(again.waiting()) == 2, "what waited is there after a restart"


def test_only_the_newest_state_of_a_topic_is_sent(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "q")
    outbox.state("s", "old")
    [old] = outbox.waiting()
    outbox.state("s", "new")
    outbox.acknowledge(old)
    assert payloads(outbox) == ["new"] and outbox.waiting()[0].retained


def test_after_a_lost_connection_states_and_young_events_are_sent_again(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "q")
    outbox.event("a", "alarm")
    outbox.state("s", "ok")
    for message in outbox.waiting():
        outbox.acknowledge(message)
    assert outbox.waiting() == []
    outbox.send_again()
    assert payloads(outbox) == ["alarm", "ok"]


def test_what_is_sent_again_and_again_does_not_stay_young(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = Outbox(tmp_path / "q")
    outbox.event("a", "alarm")
    clock = 1000.0
    monkeypatch.setattr(time, "time", lambda: clock)
    sent = 0
    for _ in range(20):  # a broker that comes and goes every 8 s
        outbox.send_again()
        waiting = outbox.waiting()
        outbox.acknowledge(*waiting)
        sent += len(waiting)
        clock += 8.0
    assert sent == 1 + 60 // 8


def test_beyond_the_bound_the_oldest_event_goes_and_is_counted(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "q", most_events=3)
    for number in range(5):
        outbox.event("a", str(number))
    assert payloads(outbox) == ["2", "3", "4"]
    assert outbox.dropped() == 2


def test_a_queue_that_is_in_use_or_is_no_queue_is_refused(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "q")
    outbox.event("a", "x")
    with pytest.raises(OutboxError, match="another gateway"):
        Outbox(tmp_path / "q")
    (tmp_path / "text").write_bytes(b"not a database" * 100)
    with pytest.raises(OutboxError, match="text: cannot be used"):
        Outbox(tmp_path / "text")
    assert (tmp_path / "text").read_bytes().startswith(b"not a database")
    outbox.close()
