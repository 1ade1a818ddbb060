"""A program that runs until it ends or its time is up: a Unity suite or its simulator.

Standard library only; test/test_custom_runner.py is the user.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence


class Program:
    """Hands its output to on_output, both streams as they come.

    What the program starts, such as a simulator, ends with it at the latest.
    """

    def __init__(self, command: Sequence[str], on_output: Callable[[bytes], None]) -> None:
        self.command = command
        self.on_output = on_output
        self.timed_out = False

    def run(self, seconds: float) -> int:
        """Feed the output to on_output until the program ends; return its exit code."""
        with subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            timer = threading.Timer(seconds, self._stop, [process])
            timer.start()
            try:
                for line in process.stdout or ():
                    self.on_output(line)
                return process.wait()
            finally:
                timer.cancel()
                _end(process)

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        self.timed_out = True
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill it and, where there are sessions, whatever it has started."""
    if not hasattr(os, "killpg"):
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):  # all of them have ended
        os.killpg(process.pid, signal.SIGKILL)


def signal_name(number: int) -> str:
    """Name and description of a signal."""
    try:
        return f"{signal.Signals(number).name} ({signal.strsignal(number)})"
    except ValueError:
        return f"signal {number}"
