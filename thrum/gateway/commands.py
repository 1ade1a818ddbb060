"""Commands that come back through the broker: learn, threshold, acknowledge."""

from __future__ import annotations

import time
from dataclasses import dataclass

from thrum.device.client import Device, RefusedError
from thrum.gateway.watch import Watch

NAMES = ("learn", "threshold", "acknowledge")


@dataclass(frozen=True)
class Command:
    """The last word of its topic, and its payload."""

    name: str
    payload: str


def carry_out(command: Command, device: Device, watch: Watch) -> None:
    """Do it, and tell what came of it. A refusal changes nothing."""
    kind, words = "refused", f"{command.name}: "
    try:
        words += _done(command, device, watch)
        kind = "done"
    except (RefusedError, ValueError) as error:
        if not isinstance(error, RefusedError) and type(error) is not ValueError:
            raise  # the connection is lost
        words += str(error)
    watch.tell(kind, words, time.time())
    watch.publish(time.time())


def _done(command: Command, device: Device, watch: Watch) -> str:
    if command.name == "learn":
        [windows] = device.ask("learn", "learn")
        return f"the board learns {windows} windows anew"
    if command.name == "acknowledge":
        watch.acknowledged = True
        return "acknowledged"
    if command.name == "threshold":
        return _threshold(command.payload, device, watch)
    raise ValueError(f"not a command; known: {', '.join(NAMES)}")


def _threshold(payload: str, device: Device, watch: Watch) -> str:
    """Set the score that raises an alarm; the one that clears it keeps its share of it."""
    try:
        wanted = float(payload)
    except ValueError:
        wanted = float("nan")
    if not 1 / 256 <= wanted < 1:
        raise ValueError(f"{payload[:40]!r} is not a score from 0.01 to 0.99")
    raised, cleared = watch.thresholds
    new = max(1, min(255, round(wanted * 256)))
    [answer] = device.ask(f"t {new} {round(cleared * new / max(1, raised))}", "t")
    first, second = answer.split()
    watch.thresholds = (int(first), int(second))
    return f"alarm from a score of {int(first) / 256:.2f} on, cleared at {int(second) / 256:.2f}"
