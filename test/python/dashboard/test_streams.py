"""Lines of a device that judges itself."""

from __future__ import annotations

import pytest

from thrum.dashboard.streams import TelemetryStream
from thrum.device.lines import seal


def test_telemetry_becomes_frames_and_events() -> None:
    stream = TelemetryStream()
    [frame] = stream.push("anomaly:0.25,z:1.50,rms_mg:27,state:1", 7)
    assert (frame["kind"], frame["t"], frame["score"]) == ("frame", 7, 0.25)
    [event] = stream.push("# alarm at window 12: 10-20 Hz 3.00 sigma", 8)
    assert (event["kind"], event["state"]) == ("event", "alarm")
    assert stream.requests() == []


def test_the_status_tells_what_is_learned_and_lost() -> None:
    line = seal("!status state:0 learned:32 learn:256 states:1 lost:4 eased:3 provisional:120")
    [status] = TelemetryStream().push(line, 0)
    told = {"learned": 32, "of": 256, "states": 1, "lost": 4, "eased": 3, "provisional": 120}
    assert status == {"kind": "status", **told}
    older = seal("!status state:0 learned:32 learn:256 states:1 lost:4")
    assert TelemetryStream().push(older, 0) == [{**status, "eased": 0, "provisional": 0}]


@pytest.mark.parametrize(
    "line",
    ["!status learned:32*0000", seal("!status learned:32"), seal("!status learned:x learn:1")],
    ids=["damaged", "words missing", "no number"],
)
def test_a_status_that_cannot_be_read_gives_no_record(line: str) -> None:
    assert TelemetryStream().push(line, 0) == []
