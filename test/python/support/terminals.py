"""A program on a pseudo terminal: to the host it is a board on a serial port."""

from __future__ import annotations

import os
import subprocess
import threading
import time
import tty
from collections.abc import Sequence

_TICK = 0.01  # seconds


class Board:
    """`port` is what a host opens. The program has the other end as stdin and stdout.

    baud: what the board says is held to this rate, ten bits a character; 0 lets it pass at once.
    """

    def __init__(self, program: Sequence[str], baud: int = 0) -> None:
        self._program = program
        self._baud = baud
        self._board, self._host = os.openpty()
        tty.setraw(self._host)
        self.port = os.ttyname(self._host)
        self._start()

    def reset(self) -> None:
        """End the program without warning and start it anew."""
        self._stop()
        self._start()

    def unplug(self) -> None:
        """The port disappears."""
        self._stop()
        for end in (self._board, self._host):
            os.close(end)
        self._board = self._host = -1

    def close(self) -> None:
        """End everything."""
        if self._board >= 0:
            self.unplug()

    def _start(self) -> None:
        stdout = subprocess.PIPE if self._baud else self._board
        self._process = subprocess.Popen(self._program, stdin=self._board, stdout=stdout)
        self._line = threading.Thread(target=self._send_slowly)
        if self._baud:
            self._line.start()

    def _stop(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._line.is_alive():
            self._line.join()

    def _send_slowly(self) -> None:
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        start, sent = time.monotonic(), 0
        while data := os.read(pipe, max(1, round(self._baud / 10 * _TICK))):
            start = max(start, time.monotonic() - 10 * sent / self._baud - 2 * _TICK)
            os.write(self._board, data)
            sent += len(data)
            time.sleep(max(0.0, start + 10 * sent / self._baud - time.monotonic()))
        self._process.stdout.close()
