"""Turns lines of a device that judges its windows itself into records."""

from __future__ import annotations

from typing import Protocol

from thrum.dashboard import records
from thrum.dashboard.records import Record
from thrum.device.client import fields
from thrum.device.lines import unseal


class Stream(Protocol):
    """Takes the lines of a connected device."""

    start: str  # request that makes the device send what this stream reads
    poll: str  # request for its status every few seconds; may be empty

    def push(self, line: str, t: int) -> list[Record]:
        """Records of a line; never raises."""

    def requests(self) -> list[str]:
        """Requests to send now; their answers come through push()."""


class TelemetryStream:
    """Reads the telemetry of a device that judges itself."""

    start = "raw 0"
    poll = "status"

    def push(self, line: str, t: int) -> list[Record]:
        """Records of a line of telemetry, or of the answer to `status`."""
        record = _status(line) if line.startswith("!") else records.of_line(line, t)
        return [record] if record else []

    def requests(self) -> list[str]:
        """No requests."""
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
            "eased": int(words.get("eased", 0)),
            "provisional": int(words.get("provisional", 0)),
        }
    except (KeyError, ValueError):
        return None
