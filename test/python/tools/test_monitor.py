"""monitor/filter_thrum.py behind a real `pio device monitor`, on a pty and on a socket."""

from __future__ import annotations

import os
import pty
import re
import runpy
import select
import socket
import subprocess
import sys
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from thrum.device.lines import seal
from thrum.paths import ROOT

FRAME = "anomaly:{:.2f},z:{:.2f},rms_mg:{},state:{}\n"
SECONDS = 20.0
FILTER = ROOT / "monitor" / "filter_thrum.py"
ASKED_AGAIN = 0.7


class Monitor:
    """`pio device monitor -f thrum` on a terminal of its own."""

    def __init__(self, port: str, *options: str, project: Path = ROOT) -> None:
        self._terminal, inner = pty.openpty()
        command = [
            sys.executable,
            "-m",
            "platformio",
            "device",
            "monitor",
            "-f",
            "thrum",
            "--no-reconnect",
            "--quiet",
            "--port",
            port,
            *options,
        ]
        environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        self._process = subprocess.Popen(
            command,
            cwd=project,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            close_fds=True,
            env={**environment, "TERM": "xterm"},
        )
        os.close(inner)
        self.shown = ""

    def wait_for(self, text: str) -> None:
        """Collect what is shown until the text is among it."""
        end = time.monotonic() + SECONDS
        while text not in self.shown:
            left = end - time.monotonic()
            assert left > 0, f"{text!r} was not shown: {self.shown[-500:]!r}"
            if select.select([self._terminal], [], [], left)[0]:
                self.shown += os.read(self._terminal, 65536).decode("utf-8", "replace")

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)


@pytest.fixture
def board() -> Iterator[tuple[int, Monitor]]:
    """A pty that a test speaks on, and the monitor that listens."""
    yield from _board(ROOT)


@pytest.fixture
def curious_board(tmp_path: Path) -> Iterator[tuple[int, Monitor]]:
    """The same with a monitor that may ask again after ASKED_AGAIN seconds, not after five."""
    (tmp_path / "platformio.ini").write_text("[env:here]\nmonitor_speed = 115200\n")
    (tmp_path / "monitor").mkdir()
    text = FILTER.read_text(encoding="utf-8") + f"\n\nQuestions.LEAST = {ASKED_AGAIN}\n"
    (tmp_path / "monitor" / FILTER.name).write_text(text, encoding="utf-8")
    yield from _board(tmp_path)


def _board(project: Path) -> Iterator[tuple[int, Monitor]]:
    device, port = pty.openpty()
    monitor = Monitor(os.ttyname(port), "-b", "115200", project=project)
    try:
        _say_until_heard(device, monitor)
        yield device, monitor
    finally:
        monitor.close()
        os.close(device)
        os.close(port)


def test_live_view_of_state_score_and_vibration(board: tuple[int, Monitor]) -> None:
    device, monitor = board
    os.write(device, FRAME.format(0.93, 4.1, 412, 2).encode())
    monitor.wait_for("412 mg")
    view = monitor.shown[monitor.shown.rindex("\x1b[K") :]
    assert "alarm" in view and "0.93" in view and "4.10 sigma" in view
    assert view.count("█") == 19 and view.count("░") == 1
    assert "\x1b[1;31m" in view  # red
    assert "anomaly:" not in monitor.shown


def test_events_stay_with_their_time(board: tuple[int, Monitor]) -> None:
    device, monitor = board
    os.write(device, b"# alarm at window 71: 800-850 Hz 6.31 sigma\n")
    monitor.wait_for("6.3 sigma")
    told = r"\d\d:\d\d:\d\d  alarm at window 71: stronger at 800 to 850 Hz \(6\.3 sigma\)"
    assert re.search(told, monitor.shown)
    line = b"# evidence: rms_mg:20 baseline_mg:27 z:3.00 bound:1.41 agree after 32 windows, 40 s\n"
    os.write(device, line)
    monitor.wait_for("0.74 times the learned vibration (20 of 27 mg); plain deviations agree")


def _sealed(payload: str) -> bytes:
    return f"{seal(payload)}\n".encode()


def _asked(device: int) -> bool:
    """Whether the monitor asks for the status within a second."""
    asked = b""
    while select.select([device], [], [], 1.0)[0]:
        asked += os.read(device, 4096)
        if asked.endswith(b"status\n"):  # the terminal has echoed what was said before
            return True
    return False


def test_lost_samples_are_counted(board: tuple[int, Monitor]) -> None:
    device, monitor = board
    os.write(device, _sealed("!lost 17") + FRAME.format(0, 1, 2, 1).encode())
    monitor.wait_for("lost 17\x1b")
    os.write(device, b"!lost 99*0000\n" + FRAME.format(0, 1, 3, 1).encode())
    monitor.wait_for("3 mg")
    os.write(device, b"!lo")
    time.sleep(0.3)
    os.write(device, _sealed("!lost 18")[3:] + FRAME.format(0, 1, 4, 1).encode())
    monitor.wait_for("lost 18\x1b")
    assert "lost 99\x1b" not in monitor.shown


def test_what_is_lost_is_asked_for_and_not_made_up(curious_board: tuple[int, Monitor]) -> None:
    """At the first window, and when there was a fault; the answer itself is not shown."""
    device, monitor = curious_board
    tty.setraw(device)
    os.write(device, FRAME.format(0, 1, 1001, 1).encode())
    monitor.wait_for("1001 mg")
    monitor.wait_for("lost ?\x1b")
    assert _asked(device)
    os.write(device, _sealed("!status state:1 lost:5 mode:0") + FRAME.format(0, 1, 2, 1).encode())
    monitor.wait_for("lost 5\x1b")
    assert "!status" not in monitor.shown
    os.write(device, FRAME.format(0, 1, 3, 1).encode())
    assert not _asked(device)
    time.sleep(ASKED_AGAIN)
    os.write(device, FRAME.format(0, 0, 4, 3).encode())
    assert _asked(device)
    os.write(device, _sealed("!status state:3 lost:69 mode:0") + FRAME.format(0, 0, 5, 3).encode())
    monitor.wait_for("lost 69\x1b")
    os.write(device, _sealed("!status state:3 lost:70 mode:0"))
    monitor.wait_for("!status state:3 lost:70")  # the user's own


def test_a_device_that_never_answers_is_not_asked_for_ever(
    curious_board: tuple[int, Monitor],
) -> None:
    device, _ = curious_board
    tty.setraw(device)
    asked = 0
    for k in range(6):
        os.write(device, FRAME.format(0, 0, k, 3).encode())
        asked += _asked(device)
        time.sleep(ASKED_AGAIN)
    assert asked == 3


def test_a_board_is_asked_at_most_every_five_seconds() -> None:
    """With a clock of our own: seconds, and whether the window is a fault."""
    made = runpy.run_path(str(FILTER))["Questions"]()
    assert made.due(100.0, False) and made.answered()
    assert not made.due(101.0, False) and not made.due(104.9, True)
    assert made.due(105.0, False)  # for the fault of before
    assert not made.due(109.9, True) and made.due(110.0, True) and made.due(115.0, True)
    assert not made.due(120.0, True)  # three without an answer


def test_other_lines_pass_untouched(board: tuple[int, Monitor]) -> None:
    device, monitor = board
    lines = [
        "hello",
        "# thrum engine:aot model:1 firmware:0b7c61f2 board:nano arena:24 rate_hz:3200",
        "anomaly:x,z:1,state:2",
        "!id engine:aot*0000",
        "an",
        "anomaly:0.93,z:4.10,rms_mg:412,state:7",
        "end 1",
    ]
    os.write(device, "".join(line + "\r\n" for line in lines).encode())
    monitor.wait_for("end 1")
    shown = re.sub(r"\r\x1b\[K", "", monitor.shown)
    for line in lines:
        assert line in shown


@pytest.mark.parametrize("prompt", ["password: ", "# ", "!", "anomaly:0.93,z"])
def test_a_prompt_without_end_is_shown_soon(board: tuple[int, Monitor], prompt: str) -> None:
    """Also one that begins like a line of ours."""
    device, monitor = board
    for text in prompt, "answer\nend\n":
        os.write(device, text.encode())
        monitor.wait_for(text.splitlines()[-1])
    assert f"{prompt}answer" in monitor.shown


def test_a_line_in_two_halves_is_still_ours(board: tuple[int, Monitor]) -> None:
    device, monitor = board
    for text in "anomaly:0.93,", "z:4.10,rms_mg:412,state:2\n":
        os.write(device, text.encode())
        time.sleep(0.1)
    monitor.wait_for("4.10 sigma")
    time.sleep(0.7)  # nothing of it is shown a second time
    os.write(device, b"end\n")
    monitor.wait_for("end")
    assert "anomaly:" not in monitor.shown


def test_only_ascii_digits_are_telemetry(board: tuple[int, Monitor]) -> None:
    device, monitor = board
    line = "anomaly:\u0660.\u0669\u0663,z:1.00,rms_mg:3,state:1"
    os.write(device, f"{line}\n".encode())
    monitor.wait_for(line)


def test_survives_garbage(board: tuple[int, Monitor]) -> None:
    device, monitor = board
    rng = np.random.default_rng(1)
    pieces = [b"anomaly:0.", b"93,z:4", b"anomaly:" * 50, b"\n", b"\r", b"# alarm at wi", b"\0"]
    for _ in range(200):
        noise = rng.integers(0, 256, rng.integers(1, 100)).astype(np.uint8).tobytes()
        os.write(device, noise + pieces[rng.integers(len(pieces))])
        monitor.wait_for("")
    os.write(device, b"\n" + FRAME.format(0.5, 1, 4321, 1).encode())
    monitor.wait_for("4321 mg")


def test_on_a_socket_with_the_native_firmware(tmp_path: Path) -> None:
    from vibration import native_firmware

    from tools.demos.monitor_demo import serve

    recording = tmp_path / "noise.raw"
    rng = np.random.default_rng(2)
    rng.normal(0, 500, 64 * 256).astype("<i2").tofile(recording)
    command = [
        str(native_firmware()),
        "--serve",
        "--realtime",
        "--learn",
        "16",
        "--raw",
        "1",
        str(recording),
    ]
    with socket.create_server(("127.0.0.1", 0)) as server:
        monitor = Monitor(f"socket://127.0.0.1:{server.getsockname()[1]}")
        try:
            import threading

            threading.Thread(target=serve, args=(server, command), daemon=True).start()
            monitor.wait_for(" mg ")
            monitor.type("?\r")
            monitor.wait_for("!id engine:")
            monitor.wait_for("\x1b[32mok ")
            monitor.wait_for("lost 0\x1b")
            assert "!status" not in monitor.shown
            monitor.wait_for("Disconnected")  # the recording has ended
        finally:
            monitor.close()


def _say_until_heard(device: int, monitor: Monitor) -> None:
    """The monitor drops what came before it opened the port."""
    end = time.monotonic() + SECONDS
    while "ready" not in monitor.shown:
        assert time.monotonic() < end, monitor.shown
        os.write(device, b"ready\n")
        if select.select([monitor._terminal], [], [], 0.2)[0]:
            monitor.shown += os.read(monitor._terminal, 65536).decode("utf-8", "replace")
    monitor.shown = ""


def test_characters_of_a_wrong_baud_are_named(board: tuple[int, Monitor]) -> None:
    device, monitor = board
    os.write(device, bytes(range(128, 256)) * 2 + b"\n")
    monitor.wait_for("this cannot be read at 115200 baud: leave -b out, or give another rate")


def test_without_a_board_the_monitor_says_so() -> None:
    """And opens no port that is not a board's, such as /dev/ttyS0."""
    from serial.tools.list_ports import comports

    if any(port.vid for port in comports()):
        pytest.skip("something is plugged in here")
    terminal, inner = pty.openpty()
    command = [sys.executable, "-m", "platformio", "device", "monitor"]
    with subprocess.Popen(command, cwd=ROOT, stdin=inner, stdout=inner, stderr=inner) as process:
        assert process.wait(SECONDS) == 1
    shown = os.read(terminal, 65536).decode()
    assert "thrum: no board is plugged in" in shown and "Traceback" not in shown
    assert "/dev/ttyS0" not in shown and "Terminal on" not in shown
    os.close(terminal)
    os.close(inner)


@pytest.mark.parametrize("says", [FRAME.format(0, 1, 2, 1), ""], ids=["talks", "silent"])
def test_the_baud_is_looked_for(says: str) -> None:
    """On a real port: a board that talks is shown at once, a silent one after a word."""
    device, port = pty.openpty()
    tty.setraw(port)
    monitor = Monitor(os.ttyname(port), "-f", "thrum")
    try:
        end = time.monotonic() + SECONDS
        expected = " mg " if says else "has said nothing at 115200 and 460800 baud"
        while expected not in monitor.shown and time.monotonic() < end:
            os.write(device, says.encode())
            if select.select([monitor._terminal], [], [], 0.2)[0]:
                monitor.shown += os.read(monitor._terminal, 65536).decode("utf-8", "replace")
        assert expected in monitor.shown
    finally:
        monitor.close()
        os.close(device)
        os.close(port)
