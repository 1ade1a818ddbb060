"""Lets the page follow an alarm: the device is lent to a recording, the result joins the alarm."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from thrum.dashboard.hub import Hub
from thrum.dashboard.records import Record, followup
from thrum.diagnosis.command import Request
from thrum.followup.follow import Record as Recording
from thrum.followup.follow import follow, told
from thrum.followup.log import Alarm, AlarmLog, LogError


class Lender(Protocol):
    """What keeps the device connected."""

    def lend(self, errand: Callable[[], None]) -> bool:
        """Close the connection, run the errand, connect again; False if that cannot be now."""


class Followups:
    """One at a time. record: records now, by a connection of its own."""

    def __init__(self, hub: Hub, record: Recording, request: Request, log: AlarmLog) -> None:
        self._hub, self._record, self._request, self._log = hub, record, request, log
        self._busy = threading.Lock()
        self._lender: Lender | None = None

    def attach(self, lender: Lender) -> None:
        """Name who has the device."""
        self._lender = lender

    def start(self, number: int) -> tuple[int, str]:
        """Begin for the alarm of this number; an HTTP status and a sentence."""
        event = self._hub.event(number)
        if event is None or event.get("state") != "alarm" or self._lender is None:
            return 404, "There is no such alarm."
        if not self._busy.acquire(blocking=False):
            return 409, "Another alarm is being followed."
        self._hub.publish(followup(number, "Recording; the page is silent meanwhile."))
        if not self._lender.lend(lambda: self._follow(number, event)):
            self._busy.release()
            words = "Only a board at a port can be recorded."
            self._hub.publish(followup(number, words))
            return 409, words
        return 202, "Recording."

    def _follow(self, number: int, event: Record) -> None:
        try:
            at = time.strftime("%Y%m%d-%H%M%S", time.localtime(event["t"] / 1000))
            alarm = Alarm(at, event["moved"] or event["text"], "", event["window"])
            entry = follow(alarm, self._record, self._request, self._log)
            words = "\n".join(line.strip() for line in told(entry).splitlines()[1:])
            self._hub.publish(followup(number, words))
        except LogError as error:
            self._hub.publish(followup(number, f"Not recorded: {error}."))
        finally:
            self._busy.release()
