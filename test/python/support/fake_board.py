"""A program that answers like a board, streams some windows, and has accidents on demand."""

from __future__ import annotations

import sys

BOARD = """
import base64, binascii, struct, sys, time
def seal(text): return text + "*%04x\\n" % binascii.crc_hqx(text.encode(), 0)
def say(text): sys.stdout.write(seal(text)); sys.stdout.flush()
for line in sys.stdin:
    word = line.split("*")[0].strip()
    if word == "?":
        say("!id engine:aot model:0123456789ab firmware:0b7c61f2 board:fake arena:0")
        say("!source rate_hz:RATE axes:1 window:256 hop:256 bands:32 mg_q12:2000")
    elif word == "status":
        say("!status state:0 learned:0 learn:256 mean:0 lost:5 mode:0")
    elif word == "t":
        say("!t 141 115")
    elif word.startswith("raw"):
        say("!" + word)
        for number in range(7 * WINDOWS if word == "raw 1" else 0):
            count = 4 if number % 7 == 6 else 42
            data = struct.pack("<%dh" % count, *(number * 42 + i & 0x3FFF for i in range(count)))
            text = seal("!r %d %s" % (number, base64.b64encode(data).decode()))
            if number == 7 and GAP:
                say("!lost 12")
            if number % 7 == 6:
                time.sleep(PAUSE)
            sys.stdout.write(text.replace("A", "B", 1) if number in DAMAGED else text)
        sys.stdout.flush()
        AFTER
"""


def fake_board(
    rate: int = 3200,
    windows: int = 4,
    damaged: str = "()",
    after: str = "pass",
    pause: float = 0,
    gap: bool = True,
) -> list[str]:
    """Its command.

    windows: that it streams, one every `pause` seconds; gap: the second has one; damaged: numbers
    of lines; after: code that follows the answer to `raw 0` and the last line after `raw 1`, where
    `word` is the request.
    """
    values = {"RATE": rate, "WINDOWS": windows, "PAUSE": pause, "GAP": gap, "DAMAGED": damaged}
    text = BOARD.replace("AFTER", after)
    for name, value in values.items():
        text = text.replace(name, str(value))
    return [sys.executable, "-c", text]
