"""A program on a pseudo terminal: to the host it is a board on a serial port."""

from __future__ import annotations

import os
import subprocess
import tty
from collections.abc import Sequence


class Board:
    """`port` is what a host opens. The program has the other end as stdin and stdout."""

    def __init__(self, program: Sequence[str]) -> None:
        self._program = program
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
        self._process = subprocess.Popen(self._program, stdin=self._board, stdout=self._board)

    def _stop(self) -> None:
        self._process.kill()
        self._process.wait()
