"""Shows the live page at work: `make dashboard-demo`.

Replays a synthetic machine through the native firmware, which streams its samples to the page, so
that the spectrum is there too. Ends after the all-clear.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from thrum.dashboard.hub import Hub
from thrum.dashboard.run import Station, run
from thrum.device.transport import Connection
from tools.demos import story

LOOK = 5.0  # seconds that the page stays after the all-clear
PATIENCE = 120.0  # seconds after which it ends in any case


def main() -> int:
    """Record, serve and tell; 0 if the story came to its end."""
    print(story.PLAN, flush=True)
    told = story.Story()
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "machine.wav"
        story.record(recording)
        try:
            run(
                [Station(Connection())],
                replay=recording,
                spectrum=True,
                learn=story.LEARN,
                http_port=0,
                until=lambda hub: tell(hub, told),
            )
        except ValueError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    return 0 if told.over else 1


def tell(hub: Hub, told: story.Story) -> None:
    """Say what happens, until the story is over or the replay has ended."""
    seen, end = 0, time.monotonic() + PATIENCE
    while not told.over and time.monotonic() < end:
        news = hub.since(hub.session, seen)
        seen = news["next"]
        for record in news["records"]:
            if record["kind"] == "event" and (words := told.state(record["state"])):
                at = time.strftime("%H:%M:%S", time.localtime(record["t"] / 1000))
                print(f"{at}  {words}", flush=True)
            elif record["kind"] == "link" and record["state"] in ("ended", "lost"):
                end = 0.0
        time.sleep(0.1)
    if told.over:
        time.sleep(LOOK)
    print(told.ending, flush=True)


if __name__ == "__main__":
    sys.exit(main())
