"""The device behind the page: unplugged, found again, too slow for its samples."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import numpy as np
from vibration import native_firmware

from thrum import config
from thrum.artifacts import release
from thrum.dashboard.greeting import Wanted
from thrum.dashboard.hub import Hub
from thrum.dashboard.records import Record
from thrum.dashboard.source import DeviceThread
from thrum.device.transport import ProgramTransport
from tools.demos.monitor_demo import serve

CFG = config.from_tables(release.load().parameters)


def _wait(hub: Hub, wanted: str, after: int = 0, seconds: float = 20.0) -> Record:
    """The first record of a kind, or a link in a state, after a number."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for record in hub.since(hub.session, after)["records"]:
            if wanted in (record["kind"], record["kind"] == "link" and record["state"]):
                return record
        time.sleep(0.02)
    raise AssertionError(f"no {wanted}: {hub.since('', 0)['records'][-3:]}")


def test_connects_again_after_the_board_was_unplugged(tmp_path: Path) -> None:
    raw = tmp_path / "noise.raw"
    np.random.default_rng(2).normal(0, 500, 20 * 256).astype("<i2").tofile(raw)
    board = [str(native_firmware()), "--serve", "--realtime", "--raw", "1", str(raw)]
    hub = Hub()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"socket://127.0.0.1:{listening.getsockname()[1]}"

        def plug_in_twice() -> None:
            for _ in range(2):
                serve(listening, board)

        threading.Thread(target=plug_in_twice, daemon=True).start()
        wanted = Wanted(url, 115_200, (), "the board", False, None, CFG)
        device = DeviceThread(wanted, hub, wanted.open())
        device.start()
        first = _wait(hub, "frame")
        lost = _wait(hub, "lost", first["n"])
        assert "trying again" in lost["words"]
        again = _wait(hub, "live", lost["n"])
        _wait(hub, "frame", again["n"])
        device.stop()
    assert not device.is_alive()


def test_the_port_is_lent_for_an_errand_and_taken_back(tmp_path: Path) -> None:
    raw = tmp_path / "noise.raw"
    np.random.default_rng(2).normal(0, 500, 40 * 256).astype("<i2").tofile(raw)
    board = [str(native_firmware()), "--serve", "--realtime", "--raw", "1", str(raw)]
    hub, borrowed = Hub(), []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"socket://127.0.0.1:{listening.getsockname()[1]}"

        def plug_in() -> None:
            for _ in range(3):
                serve(listening, board)

        threading.Thread(target=plug_in, daemon=True).start()
        wanted = Wanted(url, 115_200, (), "the board", False, None, CFG)
        device = DeviceThread(wanted, hub, wanted.open())
        assert not device.lend(lambda: None), "not started"
        device.start()
        first = _wait(hub, "frame")

        def errand() -> None:
            assert not device.lend(lambda: None), "one at a time"
            line = wanted.open()  # the port is free
            borrowed.append(threading.current_thread() is device)
            line.close()

        assert device.lend(errand)
        again = _wait(hub, "live", first["n"])
        _wait(hub, "frame", again["n"])
        device.stop()
    assert borrowed == [True]


def test_a_program_is_not_lent() -> None:
    wanted = Wanted(None, 115_200, ("true",), "", False, None, CFG)
    assert not DeviceThread(wanted, Hub(), ProgramTransport(["true"])).lend(lambda: None)
