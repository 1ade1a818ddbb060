"""A whole session with a program that is a firmware, without waiting for its answers.

lib/vibration/PROTOCOL.md describes the lines. A pipe loses nothing, so no question is
repeated, and 10,000 windows take a second.
"""

from __future__ import annotations

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

_PER_LINE = 48  # bytes of samples


def session(program: Path, learn: int, parts: Sequence[I16]) -> tuple[list[Answer], dict[str, str]]:
    """Answers to windows int16 (n, axes, length) in order, and the identity of the firmware.

    The first `learn` windows are learned. FirmwareError if the firmware stops or refuses a line.
    """
    lines = _answered(program, b"\n".join(_requests(learn, parts)) + b"\n")
    said = [_payload(program, line) for line in lines if line.startswith("!")]
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
            for number, samples in enumerate(window):
                if number:
                    yield b"a"
                data = samples.tobytes()
                for at in range(0, len(data), _PER_LINE):
                    yield seal(f"w {at // 2} {encode(data[at : at + _PER_LINE])}").encode()
            yield b"p"
    yield b"raw 0"  # the host is done; without it the firmware waits for more


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
