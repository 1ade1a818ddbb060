"""The lines of a device, as patterns and seals: what telemetry.py and the monitor's filter read.

The firmware writes them in lib/vibration/src/thrum/protocol/ and src/commands/reports.cpp. Standard
library only: PlatformIO's Python imports this for `pio device monitor`.
"""

from __future__ import annotations

import binascii
import re

from thrum.states import WORDS

LONGEST_LINE = 127  # characters that a device sends, without the end

# Score 0 to 1, RMS of |z| in sigma, vibration in mg, velocity in mm/s, number of the state.
# Firmware from before December 2026 has no velocity.
FRAME = re.compile(
    r"anomaly:(\d\.\d\d),z:(\d{1,4}\.\d\d),rms_mg:(\d{1,10})(?:,mm_s:(\d{1,3}\.\d\d))?"
    r",state:([0-5])",
    re.ASCII,
)
# Name of the state, number of the window from 1, what comes with it.
EVENT = re.compile(rf"# ({'|'.join(WORDS)}) at window (\d{{1,10}})(?:: *(.*))?", re.ASCII)
# Vibration in mg, now and as learned; RMS of |z| and its bound; windows and whole seconds.
EVIDENCE = re.compile(
    r"# evidence: rms_mg:(\d{1,10}) baseline_mg:(\d{1,10}) z:(\d{1,4}\.\d\d)"
    r" bound:(\d{1,4}\.\d\d) (agree|disagree) after (\d{1,2}) windows, (\d{1,10}) s",
    re.ASCII,
)
# Words name:value.
BOOT = re.compile(r"# thrum (.*)")
# Samples lost, of an answer without its seal.
STATUS = "!status "
LOST = re.compile(rf"!lost (\d+)|{STATUS}.*\blost:(\d+).*", re.ASCII)
# Starts of lines that `pio device monitor` shows in place instead of one below the other.
STARTS = ("anomaly:", *(f"# {word} " for word in WORDS), "!lost ", STATUS)


def seal(payload: str) -> str:
    """The payload with its checksum."""
    return f"{payload}*{binascii.crc_hqx(payload.encode('ascii', 'replace'), 0):04x}"


def unseal(line: str) -> str | None:
    """The payload of a sealed line, or None when it is damaged."""
    payload, star, _ = line.rpartition("*")
    return payload if star and seal(payload) == line else None


class LineBuffer:
    """Bytes to lines; overlong ones are cut, so that garbage cannot fill the memory."""

    def __init__(self) -> None:
        self._rest = b""

    def push(self, data: bytes) -> list[str]:
        """The lines that these bytes complete, without their ends."""
        *complete, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[: 4 * LONGEST_LINE]
        return [line.decode("ascii", "replace").strip("\r") for line in complete]
