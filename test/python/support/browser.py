"""A headless Chromium, spoken to through its DevTools protocol."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tools.ci.toolchains import BROWSER

START_SECONDS = 30.0


def program() -> str | None:
    """The browser's path, or None."""
    return next(
        (path for path in map(shutil.which, (*BROWSER.commands, *BROWSER.instead)) if path), None
    )


class Tab:
    """One page. `problems` collects what the console and the network complain about."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._count = 0
        self.problems: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask the browser and wait for its answer."""
        self._count += 1
        request = {"id": self._count, "method": method, "params": parameters}
        self._connection.send(json.dumps(request))
        while True:
            answer = json.loads(self._connection.recv(30))
            if answer.get("id") == self._count:
                assert "error" not in answer, f"{method}: {answer}"
                return dict(answer["result"])
            self._note(answer)

    def _note(self, told: dict[str, Any]) -> None:
        what, details = told.get("method"), told.get("params", {})
        if what == "Runtime.exceptionThrown":
            self.problems.append(str(details["exceptionDetails"]))
        elif what == "Runtime.consoleAPICalled" and details["type"] in ("error", "warning"):
            self.problems.append(str(details["args"]))
        elif what == "Log.entryAdded" and details["entry"]["level"] in ("error", "warning"):
            self.problems.append(str(details["entry"]))

    def open(self, url: str, width: int, height: int, dark: bool = False) -> None:
        """Load a page into a window of this size, in CSS pixels; forget the last one's problems."""
        self.call("Page.navigate", url="about:blank")
        self.wait_for("location.href === 'about:blank'", START_SECONDS)
        self.problems.clear()
        self.resize(width, height)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=scheme)
        self.call("Page.navigate", url=url)
        loaded = "document.readyState === 'complete' && location.href"
        self.wait_for(f"{loaded} === {json.dumps(url)}", START_SECONDS)

    def resize(self, width: int, height: int) -> None:
        """Change the size of the window, as a phone of this width would show it."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)

    def value(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, expression: str, seconds: float) -> None:
        """Until the expression is true; what the page says otherwise is in the failure."""
        end = time.monotonic() + seconds
        while not self.value(expression):
            assert time.monotonic() < end, (
                f"never true: {expression}\n{self.value('document.body.innerText')}\n"
                + "\n".join(self.problems)
            )
            time.sleep(0.1)

    def screenshot(self, path: Path) -> None:
        """The whole page as PNG."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def chromium(profile: Path) -> Iterator[Tab]:
    """A browser with a profile of its own and one empty tab."""
    found = program()
    assert found is not None
    command = [found, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command += ["--no-first-run", "--disable-background-networking", "--remote-debugging-port=0"]
    command += [f"--user-data-dir={profile}", "about:blank"]
    with (profile.parent / "chromium.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        with connect(_address(profile), max_size=None) as connection:
            yield Tab(connection)
    finally:
        process.terminate()
        process.wait(10)


def _address(profile: Path) -> str:
    """The WebSocket of the first tab, once the browser is up."""
    from urllib.request import urlopen

    written, end = profile / "DevToolsActivePort", time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if written.exists() and (lines := written.read_text().split()):
            with urlopen(f"http://127.0.0.1:{lines[0]}/json", timeout=10) as answer:
                tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
            if tabs:
                return str(tabs[0]["webSocketDebuggerUrl"])
        time.sleep(0.05)
    raise AssertionError(f"{program()} did not open its DevTools in {START_SECONDS:.0f} s")
