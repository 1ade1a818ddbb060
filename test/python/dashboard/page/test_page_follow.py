"""The button of an alarm in a headless Chromium: record, diagnose, and the result stays there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import browser
import numpy as np
import pytest
from bearings import Rig, recording

from thrum.dashboard import records
from thrum.dashboard.followups import Followups
from thrum.dashboard.hub import Hub
from thrum.dashboard.panel import Panel
from thrum.dashboard.server import Server
from thrum.diagnosis.command import Request
from thrum.diagnosis.geometry import known
from thrum.followup.log import AlarmLog
from tools.ci.toolchains import BROWSER

pytestmark = pytest.mark.skipif(
    bool(BROWSER.missing()),
    reason=f"the live page was NOT tested: no Chromium; to enable it: {BROWSER.remedy}",
)


class _Lender:
    def lend(self, errand: Callable[[], None]) -> bool:
        threading.Thread(target=errand, daemon=True).start()
        return True


def test_the_button_of_an_alarm_brings_its_cause(tmp_path: Path) -> None:
    rig = Rig(known("6205"), rpm=1797, rate_hz=12_000, seconds=4)

    def record() -> list[Path]:
        np.savez(tmp_path / "a.npz", DE=recording(rig, "outer race"), fs=rig.rate_hz)
        return [tmp_path / "a.npz"]

    hub = Hub()
    about = {"rate_hz": 3200, "model": "x", "can_follow": True, "bound": 1.4, "mean_windows": 16}
    hub.publish({"kind": "about", **about, "judged_here": False, "why_no_spectrum": ""})
    hub.publish(records.of_event("alarm", 525, "4300-4400 Hz +9.10 sigma", 1_700_000_000_000))
    followups = Followups(hub, record, Request(1797, "6205"), AlarmLog(tmp_path))
    followups.attach(_Lender())
    events = "document.getElementById('events')"
    with (
        Server([Panel(hub, followups=followups)], 0) as server,
        browser.chromium(tmp_path / "profile") as tab,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tab.open(server.url, 800, 900)
        tab.wait_for(f"{events}.querySelector('button') !== null", 30)
        assert tab.value(f"{events}.querySelector('button').textContent") == "Record and diagnose"
        tab.value(f"{events}.querySelector('button').click()")
        tab.wait_for(f"{events}.innerText.includes('outer race: BPFO at')", 60)
        assert tab.value(f"{events}.querySelector('button') === null")
        server.shutdown()
    [entry] = AlarmLog(tmp_path).entries().values()
    assert entry.first_cause == "outer race"
