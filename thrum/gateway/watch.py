"""Turns the lines of one board into messages. Knows nothing of ports, threads or the broker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from thrum.device import telemetry
from thrum.device.address import Address
from thrum.device.telemetry import Event, Frame
from thrum.gateway import payloads
from thrum.gateway.outbox import Outbox
from thrum.gateway.payloads import Topics
from thrum.gateway.sinks import Happening, Reading, Sink
from thrum.states import State

EVIDENCE_SECONDS = 2.0  # that the explanation of an alarm may follow it by


@dataclass
class Watch:
    """One board. every: seconds between two messages of an unchanged state."""

    address: Address
    topics: Topics
    outbox: Outbox
    every: float
    sinks: tuple[Sink, ...] = ()
    state: State | None = None
    frame: Frame | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    thresholds: tuple[int, int] = (0, 0)  # raise and clear, Q8
    acknowledged: bool = False
    _alarm: tuple[Event, float] | None = None  # waits for its evidence, since when
    _published: tuple[State | None, float] = (None, -1e9)

    def connected(self, about: dict[str, str], status: dict[str, str], clock: float) -> None:
        """The board has answered: what it says of itself, its status, the time."""
        before = self.state
        threshold = self.thresholds[0] / 256
        found = payloads.discovery(self.address, self.topics, about, threshold)
        self.outbox.state(f"homeassistant/device/thrum_{self.topics.board}/config", found)
        self.outbox.state(self.topics.available, "online")
        self.tell("connected", "connected", clock)
        self.status(status)
        self.state = State(int(status.get("state", State.GATHERING)))
        if self.state is State.ALARM and before is not State.ALARM:
            missed = Event("alarm", 0, "was in alarm already when it was connected")
            self._send_alarm(missed, None, clock)
        self.publish(clock)

    def status(self, answer: dict[str, str]) -> None:
        """Facts of the board's answer to `status`."""
        numbers = {name: int(value) for name, value in answer.items() if value.isdecimal()}
        kept = ("lost", "learned", "learn", "eased", "provisional")
        self.facts |= {name: numbers[name] for name in kept if name in numbers}

    def line(self, line: str, clock: float) -> None:
        """One line of telemetry; anything else is passed over."""
        window = telemetry.frame(line)
        if window is not None:
            self._frame(window, clock)
            return
        reason = telemetry.evidence(line)
        if reason is not None and self._alarm is not None:
            change, since = self._alarm
            self._alarm = None
            self._send_alarm(change, reason, since)
            return
        change_of = telemetry.event(line)
        if change_of is not None:
            self._change(change_of, clock)

    def tick(self, clock: float) -> None:
        """Time has passed: an alarm does not wait for its evidence for ever."""
        if self._alarm is not None and clock - self._alarm[1] > EVIDENCE_SECONDS:
            change, since = self._alarm
            self._alarm = None
            self._send_alarm(change, None, since)
        state, last = self._published
        if self.state is not None and (state is not self.state or clock - last >= self.every):
            self.publish(clock)

    def gone(self, why: str, clock: float) -> None:
        """The connection is lost."""
        self.flush()
        self.outbox.state(self.topics.available, "offline")
        self.tell("lost", why, clock)

    def tell(self, kind: str, words: str, clock: float) -> None:
        """Something that happened beside the telemetry, such as the answer to a command."""
        self.outbox.event(self.topics.event, payloads.event(kind, words, clock))

    def flush(self) -> None:
        """Send an alarm that waits for its evidence."""
        if self._alarm is not None:
            change, since = self._alarm
            self._alarm = None
            self._send_alarm(change, None, since)

    def publish(self, clock: float) -> None:
        """The newest facts."""
        state = self.state or State.GATHERING
        threshold = {"threshold": round(self.thresholds[0] / 256, 2)} if self.thresholds[0] else {}
        facts = {**self.facts, **threshold}
        text = payloads.state(self.frame, state, facts, self.acknowledged, clock)
        self.outbox.state(self.topics.state, text)
        self._published = (self.state, clock)
        if self.frame is not None:
            f = self.frame
            reading = Reading(self.address.id, clock, state.word, f.anomaly, f.z, f.rms_mg, f.mm_s)
            for sink in self.sinks:
                sink.reading(reading)

    def _frame(self, window: Frame, clock: float) -> None:
        missed = window.state is State.ALARM and self.state is not State.ALARM
        if missed and self._alarm is None:  # the line of the event was damaged
            self._send_alarm(Event("alarm", 0, "its line of explanation was lost"), None, clock)
        self.frame, self.state = window, window.state
        if window.state is not State.ALARM:
            self.acknowledged = False
        self.tick(clock)

    def _change(self, change: Event, clock: float) -> None:
        self.flush()
        if change.state == State.ALARM.word:
            self._alarm = (change, clock)
            self.state = State.ALARM
            return
        words = change.detail or change.state
        text = payloads.event(change.state, words, clock, change.window)
        self._tell(self.topics.event, text, change.state, words, clock)

    def _send_alarm(self, change: Event, reason: telemetry.Evidence | None, clock: float) -> None:
        self.acknowledged = False
        text = payloads.alarm(change, reason, clock)
        self._tell(self.topics.alarm, text, change.state, change.detail, clock)

    def _tell(self, topic: str, text: str, kind: str, words: str, clock: float) -> None:
        seq = self.outbox.event(topic, text)
        for sink in self.sinks:
            sink.happening(Happening(self.address.id, clock, kind, seq, words))
