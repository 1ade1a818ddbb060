"""A board on the page: what is kept of it, and what the buttons may ask."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from thrum.dashboard import records
from thrum.dashboard.commands import Answer, Commands
from thrum.dashboard.followups import Followups
from thrum.dashboard.hub import Hub


@dataclass(frozen=True)
class Panel:
    """One board. id: in addresses; name: for people; followups: None where none are offered."""

    hub: Hub
    id: str = "board"
    name: str = "the board"
    commands: Commands = field(default_factory=Commands)
    followups: Followups | None = None

    def ask(self, name: str, value: str) -> Answer:
        """Carry out what a button of the page asks; the answer is shown and kept."""
        if name == "acknowledge":
            return self._acknowledge(value)
        status, words = self.commands.ask(name, value)
        if status != 400:
            self.hub.publish(records.note(words, _now()))
        return status, words

    def follow(self, value: str) -> Answer:
        """Record and diagnose after the alarm of this number."""
        if self.followups is None:
            return 404, "There is no such page."
        return self.followups.start(_number(value))

    def _acknowledge(self, value: str) -> Answer:
        event = self.hub.event(_number(value))
        if event is None or event.get("state") not in ("alarm", "fault"):
            return 404, "There is no such alarm."
        self.hub.publish(records.acknowledged(event["n"], _now()))
        return 200, "Acknowledged. The board goes on judging; the alarm stays until it ends."


def _number(text: str) -> int:
    """-1 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def _now() -> int:
    return time.time_ns() // 1_000_000
