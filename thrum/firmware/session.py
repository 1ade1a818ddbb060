"""A whole session with a program that is a firmware, without waiting for its answers.

lib/vibration/PROTOCOL.md describes the lines. A pipe loses nothing, so no question is
repeated, and 10,000 windows take a second.
"""

from __future__ import annotations

import functools
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from thrum.device.client import decode, encode, fields
from thrum.device.lines import seal, unseal
from thrum.firmware.native import FirmwareError
from thrum.reference.answers import Answer

I16 = npt.NDArray[np.int16]

_PER_LINE = 48  # bytes of samples; a multiple of 3, so base64 can be cut between lines
_TEXT = _PER_LINE * 4 // 3  # characters of base64
_AXES_KEPT = 16


def session(program: Path, learn: int, parts: Sequence[I16]) -> tuple[list[Answer], dict[str, str]]:
    """Answers to windows int16 (n, axes, length) in order, and the identity of the firmware.

    The first `learn` windows are learned. FirmwareError if the firmware stops or refuses a line.
    """
    lines = _answered(program, b"\n".join(_requests(learn, parts)) + b"\n")
    answers = [line for line in lines if line.startswith("!")]
    payloads = {line: _payload(program, line) for line in set(answers)}  # most are "!ok" again
    said = [payloads[line] for line in answers]
    about = fields(" ".join(line for line in said if line.startswith(("id ", "source "))))
    return list(_parse(said)), about


def _answered(program: Path, requests: bytes) -> list[str]:
    """Lines that the program writes. Files are faster: a pipe wakes both sides for every line."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as told:
        given.write(requests)
        given.seek(0)
        done = subprocess.run(
            [str(program), "--serve"],
            stdin=given,
            stdout=told,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode != 0:
            raise FirmwareError(f"{program} stopped: {done.stderr.decode().strip()}")
        told.seek(0)
        return told.read().decode("ascii", "replace").splitlines()


def _requests(learn: int, parts: Sequence[I16]) -> Iterator[bytes]:
    """The lines of one session: who are you, learn, every window, end."""
    yield b"?"
    yield seal(f"w 0 {encode(bytes(2))}").encode()  # from now on the host is the sampler
    yield seal(f"learn {learn}").encode()
    for part in parts:
        for window in part.astype("<i2"):
            yield b"\na\n".join(_axis(samples.tobytes()) for samples in window)
            yield b"p"
    yield b"raw 0"  # the host is done; without it the firmware waits for more


@functools.lru_cache(_AXES_KEPT)
def _axis(data: bytes) -> bytes:
    """The lines for the samples of one axis. Kept, for half of an evaluation is silence."""
    text = encode(data)
    chunks = (text[at : at + _TEXT] for at in range(0, len(text), _TEXT))
    lines = (f"w {number * _PER_LINE // 2} {chunk}" for number, chunk in enumerate(chunks))
    return "\n".join(map(seal, lines)).encode()


def _payload(program: Path, line: str) -> str:
    payload = unseal(line)
    if payload is None or payload.startswith("!error"):
        raise FirmwareError(f"{program} answered {line!r}; build it again")
    return payload[1:]


def _parse(said: Sequence[str]) -> Iterator[Answer]:
    kinds: dict[str, str] = {}
    for line in said:
        kind, _, rest = line.partition(" ")
        kinds[kind] = rest
        if kind == "S":
            yield Answer(
                np.frombuffer(decode(kinds["F"]), "<u2"),
                np.frombuffer(decode(kinds["Z"]), np.uint8),
                tuple(rest.split()),
            )
