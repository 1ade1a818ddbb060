"""A real broker for the tests, that can be killed and started again on its port and its files."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from pathlib import Path

PROGRAM = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


def free_port() -> int:
    """A port of this computer that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Mosquitto:
    """One broker on 127.0.0.1; `more` is added to its configuration."""

    def __init__(self, folder: Path, more: str = "allow_anonymous true\n") -> None:
        assert PROGRAM
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self._file = folder / "mosquitto.conf"
        self._file.write_text(
            f"listener {self.port} 127.0.0.1\n{more}user root\npersistence true\n"
            f"persistence_location {folder}/\nautosave_on_changes true\nautosave_interval 1\n",
            encoding="utf-8",
        )
        self._program: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        quiet = subprocess.DEVNULL
        assert PROGRAM
        self._program = subprocess.Popen([PROGRAM, "-c", self._file], stdout=quiet, stderr=quiet)
        for _ in range(200):
            if self._answers():
                return
            assert self._program.poll() is None, "mosquitto has ended"
            time.sleep(0.02)
        raise AssertionError("mosquitto takes no connection")

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 0.5).close()
            return True
        return False

    def kill(self) -> None:
        """As a power cut does it."""
        if self._program is not None:
            self._program.kill()
            self._program.wait()
            self._program = None
