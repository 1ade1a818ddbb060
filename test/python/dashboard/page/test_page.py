"""The live page in a headless Chromium, fed by the native firmware that replays a machine."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import browser
import pytest
from browser import Tab
from going_bad import LEARN, machine
from vibration import native_firmware

from thrum.paths import ROOT
from tools.ci.toolchains import BROWSER

RATE_HZ = 6400  # twice as fast as the machine was made: the test takes half as long
PHONE, DESK = (360, 740), (1280, 800)
BAD_WINDOWS = 300  # the alarm lasts some 9 s: long enough to be looked at on a busy machine
PATIENCE = 120  # seconds; the recording takes 20 where nothing else runs

pytestmark = pytest.mark.skipif(
    bool(BROWSER.missing()),
    reason=f"the live page was NOT tested: no Chromium; to enable it: {BROWSER.remedy}",
)


class Served:
    """`thrum dashboard` on a recording."""

    def __init__(self, folder: Path, *options: str) -> None:
        path, _ = machine(folder, RATE_HZ, BAD_WINDOWS)
        device = [str(native_firmware()), "--serve", "--realtime", "--rate", str(RATE_HZ)]
        device += ["--learn", str(LEARN), str(path)]
        command = [sys.executable, "-m", "thrum", "dashboard", "--http", "0", *options, "--"]
        self._process = subprocess.Popen(
            [*command, *device], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().split()[3]

    def interrupt(self) -> tuple[int, str]:
        """Ctrl+C; exit code and what was printed since."""
        self._process.send_signal(signal.SIGINT)
        said, _ = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, said

    def close(self) -> None:
        """End it, if it still runs."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """The page with the options that are the fixture's parameter."""
    made = Served(tmp_path, *request.param)
    yield made
    made.close()


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """One browser for all tests."""
    with browser.chromium(tmp_path_factory.mktemp("browser") / "profile") as opened:
        yield opened


@pytest.mark.parametrize(
    ("served", "bars", "note"),
    [((), 3, "Start with --spectrum"), (("--spectrum",), 32, "learned (line)")],
    ids=["telemetry", "spectrum"],
    indirect=["served"],
)
def test_a_machine_goes_bad(served: Served, tab: Tab, bars: int, note: str) -> None:
    state = "document.getElementById('state').textContent"
    tab.open(served.url, *PHONE)
    tab.wait_for(f"{state}.includes('OK') && document.title.startsWith('OK ')", PATIENCE)
    events = "document.getElementById('events')"
    on = f"{state}.includes('ALARM') && {events}.innerText.includes('Still on')"
    tab.wait_for(on, PATIENCE)
    assert tab.value(f"{events}.children.length") == 1
    alarm = tab.value(f"{events}.innerText")
    assert "Hz" in alarm and "times the learned vibration" in alarm
    above = "document.getElementById('history').data[0].y.filter(y => y > 0.5).length"
    tab.wait_for(f"{above} > 9", PATIENCE)  # the page draws after it has said so
    spectrum = "document.getElementById('spectrum')"
    tab.wait_for(f"{spectrum}.data?.find(d => d.type === 'bar')?.y.length === {bars}", PATIENCE)
    assert note in tab.value(f"{spectrum}.parentNode.innerText")
    _fits(tab)
    tab.wait_for("document.getElementById('link').dataset.link === 'ended'", PATIENCE)
    _fills_what_words_leave(tab)
    assert tab.problems == []
    code, said = served.interrupt()
    assert (code, said.strip()) == (0, "Ending.")
    tab.wait_for("document.getElementById('link').dataset.link === 'gone'", PATIENCE)


def _fills_what_words_leave(tab: Tab) -> None:
    """A plot is as high as its place, also when the words above it need more lines than before."""
    tab.resize(*DESK)
    high = "document.querySelector('#spectrum .main-svg').clientHeight"
    same = f"Math.abs({high} - document.getElementById('spectrum').clientHeight) <= 1"
    tab.wait_for(same, PATIENCE)
    before = tab.value(high)
    # The heading: the page writes the note below it anew whenever it draws.
    tab.value("document.querySelector('#by-band h2').textContent = 'words '.repeat(60)")
    tab.wait_for(f"{high} < {before} && {same}", PATIENCE)
    tab.resize(*PHONE)


def _fits(tab: Tab) -> None:
    """No horizontal scrolling on a phone, an old tablet and a desk, and one column on a phone."""
    for width, height in ((320, 640), PHONE, (800, 600), DESK):
        tab.resize(width, height)
        tab.wait_for(f"document.documentElement.scrollWidth <= {width}", PATIENCE)
    tab.resize(*PHONE)
    shown = "[...document.querySelectorAll('section:not([hidden])')]"
    assert tab.value(f"new Set({shown}.map(s => s.offsetLeft)).size") == 1
