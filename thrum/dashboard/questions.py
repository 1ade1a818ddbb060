"""A queue of windows for the device's network, which takes one at a time.

A device has room for one line (PROTOCOL.md), so the next question waits for the last answer. When
this computer or the device is slow, questions wait in a queue; a full one drops the oldest.
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
    """Input for the network, and values to show together with its answer."""

    number: int
    t: int  # ms since 1970
    averages: U16  # Q8 (bands,), of the log bands, as judged
    z: U8  # Q5 (bands,)
    rms: int  # counts
    mm_s: float = 0.0  # velocity RMS


class Questions:
    """The waiting windows, and the one window that is asked and not answered yet."""

    def __init__(self) -> None:
        self._waiting: deque[Window] = deque(maxlen=MOST)
        self._asked: Window | None = None
        self._asked_at: float | None = None  # None: nothing is asked

    def put(self, window: Window) -> None:
        """Add a window to the queue."""
        self._waiting.append(window)

    def forget(self) -> None:
        """Drop all windows, the one that is asked included."""
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
        """The window that an answer belongs to; None if it was dropped."""
        window, self._asked, self._asked_at = self._asked, None, None
        return window
