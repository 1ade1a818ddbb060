"""Lines of a device to records: its own judgement, as it tells it."""

from __future__ import annotations

from typing import Protocol

from thrum.dashboard import records
from thrum.dashboard.records import Record
from thrum.device.client import fields
from thrum.device.lines import unseal


class Stream(Protocol):
    """Takes the lines of a connected device."""

    start: str  # request that makes the device send what this stream reads
    poll: str  # request for its condition, now and then; may be empty

    def push(self, line: str, t: int) -> list[Record]:
        """Records of a line; never raises."""

    def requests(self) -> list[str]:
        """What the device is to be asked next, without waiting for the answer."""


class TelemetryStream:
    """The device judges, and this reads along."""

    start = "raw 0"
    poll = "status"

    def push(self, line: str, t: int) -> list[Record]:
        """Records of a line of telemetry, or of the answer to `status`."""
        record = _status(line) if line.startswith("!") else records.of_line(line, t)
        return [record] if record else []

    def requests(self) -> list[str]:
        """Nothing."""
        return []


def _status(line: str) -> Record | None:
    payload = unseal(line)
    if payload is None or not payload.startswith("!status "):
        return None
    words = fields(payload)
    try:
        return {
            "kind": "status",
            "learned": int(words["learned"]),
            "of": int(words["learn"]),
            "states": int(words["states"]),
            "lost": int(words["lost"]),
        }
    except (KeyError, ValueError):
        return None
