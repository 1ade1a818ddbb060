"""Windows that the device's network is asked about, one after the other.

A device has room for one line (PROTOCOL.md), so the next question waits for the last answer. When
this computer or the device is behind, questions queue up, and of too many the oldest are given up.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.device.client import encode
from thrum.reference.baseline import network_input

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]

MOST = 64  # windows that wait
PATIENCE = 2.0  # seconds for an answer


@dataclass(frozen=True, eq=False)
class Window:
    """What the network is asked about, and what is to be told with its answer."""

    number: int
    t: int  # ms since 1970
    averages: U16  # Q8 (bands,), of the log bands, as judged
    z: U8  # Q5 (bands,)
    rms: int  # counts


class Questions:
    """A queue, and the one window that has been asked and not answered."""

    def __init__(self) -> None:
        self._waiting: deque[Window] = deque(maxlen=MOST)
        self._asked: Window | None = None
        self._asked_at: float | None = None  # None: nothing is asked

    def put(self, window: Window) -> None:
        """Ask about this window when its turn comes."""
        self._waiting.append(window)

    def forget(self) -> None:
        """What is asked or waits is not to be judged any more."""
        self._waiting.clear()
        self._asked = None

    def next(self, now: float) -> str | None:
        """The request to send at this time in seconds, if there is one."""
        if self._asked_at is not None and now - self._asked_at < PATIENCE:
            return None
        self._asked = self._asked_at = None
        if not self._waiting:
            return None
        self._asked, self._asked_at = self._waiting.popleft(), now
        return f"f {encode(network_input(self._asked.z).tobytes())}"

    def answered(self) -> Window | None:
        """The window that an answer belongs to; None when it is of no interest."""
        window, self._asked, self._asked_at = self._asked, None, None
        return window
