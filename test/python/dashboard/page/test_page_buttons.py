"""The buttons in a headless Chromium, against the native firmware: its answers are shown."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import browser
import numpy as np
import pytest
from browser import Tab
from vibration import native_firmware

from thrum import config
from thrum.artifacts import release
from thrum.dashboard import records
from thrum.dashboard.access import Access
from thrum.dashboard.greeting import Wanted
from thrum.dashboard.hub import Hub
from thrum.dashboard.panel import Panel
from thrum.dashboard.server import Server
from thrum.dashboard.source import DeviceThread
from thrum.device.telemetry import Frame
from thrum.states import State
from tools.ci.toolchains import BROWSER

pytestmark = pytest.mark.skipif(
    bool(BROWSER.missing()),
    reason=f"the live page was NOT tested: no Chromium; to enable it: {BROWSER.remedy}",
)
CFG = config.from_tables(release.load().parameters)
ANSWER = "document.getElementById('answer').textContent"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """One browser for all tests."""
    with browser.chromium(tmp_path_factory.mktemp("browser") / "profile") as opened:
        yield opened


def _click(tab: Tab, selector: str) -> None:
    tab.value(f"document.querySelector({selector!r}).click()")


@pytest.mark.parametrize("spectrum", [False, True], ids=["telemetry", "spectrum"])
def test_the_board_answers_the_buttons(tmp_path: Path, tab: Tab, spectrum: bool) -> None:
    raw = tmp_path / "noise.raw"
    np.random.default_rng(2).normal(0, 500, 900 * 256).astype("<i2").tofile(raw)
    command = [str(native_firmware()), "--serve", "--realtime", "--learn", "32", str(raw)]
    wanted = Wanted(
        None, 115_200, [*command[:-1], "--raw", "1", command[-1]], "", spectrum, None, CFG
    )
    hub = Hub()
    panel = Panel(hub)
    device = DeviceThread(wanted, hub, wanted.open(), panel.commands)
    device.start()
    state = "document.getElementById('verdict').dataset.state"
    try:
        with Server([panel], 0) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            tab.open(server.url, 800, 900)
            tab.wait_for(f"{state} === 'ok'", 30)
            _click(tab, "#sensitivity")
            tab.value("document.getElementById('threshold').value = 0.5")
            _click(tab, "#ask-threshold .strong")
            tab.wait_for(f"{ANSWER}.includes('Alarm from a score of 0.50 on')", 10)
            tab.wait_for("document.getElementById('score-note').textContent.includes('0.50')", 10)
            _click(tab, "#learn")
            _click(tab, "#ask-learn button")
            tab.wait_for(f"{state} === 'ok'", 1)  # cancelled
            _click(tab, "#learn")
            _click(tab, "#ask-learn .strong")
            tab.wait_for(f"{ANSWER}.includes('learns the machine again, 32 windows')", 10)
            tab.wait_for(f"{state} === 'learning'", 10)
            tab.wait_for(f"{state} === 'ok'", 30)
            assert tab.problems == []
            server.shutdown()
    finally:
        device.stop()


def test_nothing_of_one_board_stays_when_another_is_chosen(tab: Tab) -> None:
    bad, away = Panel(Hub(), "fan", "fan"), Panel(Hub(), "press", "press")
    bad.hub.publish(records.link("live", "Connected to fan.", 0))
    bad.hub.publish(records.of_frame(Frame(0.97, 3.0, 412, State.ALARM, 2.3), 1_700_000_000_000))
    away.hub.publish(records.link("lost", "No connection to press.", 0))
    names = "[...document.querySelectorAll('#fleet tbody button')].map(b => b.textContent).join()"
    with Server([away, bad], 0, Access("127.0.0.1", "secret")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tab.open(server.url.partition("?")[0] + "app.js", 800, 900)  # refused: no cookie yet
        tab.problems.clear()
        tab.value(f"location.href = {server.url!r}")
        tab.wait_for("document.readyState === 'complete' && location.search === ''", 10)
        tab.wait_for(f"{names} === 'fan,press'", 10)
        tab.wait_for("document.getElementById('vibration').textContent === '412 mg'", 10)
        _click(tab, "#fleet tbody tr:last-child button")
        tab.wait_for("document.getElementById('link').textContent.includes('press')", 10)
        shown = tab.value("document.getElementById('verdict').innerText")
        assert "412" not in shown and "ALARM" not in shown and "no data yet" in shown
        assert tab.problems == []
        server.shutdown()


def test_an_alarm_is_acknowledged_and_a_missing_board_is_said(tab: Tab) -> None:
    hub = Hub()
    hub.publish(records.link("lost", "No connection.", 0))
    hub.publish(records.of_event("alarm", 525, "50-100 Hz +9.10 sigma x3.10", 1_700_000_000_000))
    with Server([Panel(hub)], 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tab.open(server.url, 800, 900)
        tab.wait_for("!document.getElementById('acknowledge').hidden", 10)
        assert tab.value("document.getElementById('learn').disabled")
        _click(tab, "#acknowledge")
        tab.wait_for(f"{ANSWER}.startsWith('Acknowledged.')", 10)
        tab.wait_for("document.getElementById('events').innerText.includes('Acknowledged 20')", 10)
        assert tab.value("document.getElementById('acknowledge').hidden")
        server.shutdown()
    rows = [record["kind"] for record in hub.kept()]
    assert rows == ["event", "acknowledged"]
