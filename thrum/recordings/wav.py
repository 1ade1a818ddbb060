"""Writes int16 counts as a 16-bit WAV file that says in itself what its numbers mean."""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PCM = 1
_SAMPLE_BYTES = 2


def write_wav(
    path: Path, samples: npt.NDArray[np.int16], rate_hz: int, notes: Mapping[str, str]
) -> None:
    """Samples int16 (n, axes); notes are four-letter RIFF INFO keys, such as INAM and ICMT."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_bytes(samples, rate_hz, notes))


class WavWriter:
    """A WAV file that grows. After every append it is whole: who is killed leaves what there is."""

    def __init__(self, path: Path, axes: int, rate_hz: int, notes: Mapping[str, str]) -> None:
        self.path = path
        self.frames = 0  # samples per axis
        self._frame = axes * _SAMPLE_BYTES
        head = _head(axes, rate_hz, notes, 0)
        self._head = len(head)
        self._file = path.open("xb", buffering=0)
        _lock(self._file)
        try:
            self._put(0, head)
        except OSError:
            self.close()
            path.unlink()
            raise

    def append(self, samples: npt.NDArray[np.int16]) -> None:
        """Add int16 (n, axes). OSError: the file is what it was before."""
        self._put(self._head + self.frames * self._frame, samples.astype("<i2").tobytes())
        data = (self.frames + len(samples)) * self._frame
        for at, size in ((4, self._head - 8 + data), (self._head - 4, data)):
            self._put(at, struct.pack("<I", size))
        self.frames += len(samples)

    def close(self) -> None:
        """End the file."""
        self._file.close()

    def _put(self, at: int, data: bytes) -> None:
        self._file.seek(at)
        if self._file.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))


def is_being_written(path: Path) -> bool:
    """Whether a WavWriter of another process has the file open; False where nobody can tell."""
    with path.open("rb") as file:
        return not _lock(file)


def _lock(file: IO[bytes]) -> bool:
    """Hold a file until it is closed or the process ends; False if another holds it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network's disk may have no locks
        return True
    return True


def wav_bytes(samples: npt.NDArray[np.int16], rate_hz: int, notes: Mapping[str, str]) -> bytes:
    """The file's content: format, notes, data."""
    data = samples.astype("<i2").tobytes()
    return _head(samples.shape[1], rate_hz, notes, len(data)) + data


def _head(axes: int, rate_hz: int, notes: Mapping[str, str], data: int) -> bytes:
    """All of a file but its data, of which there are so many bytes, always an even number."""
    frame = axes * _SAMPLE_BYTES
    form = struct.pack("<HHIIHH", _PCM, axes, rate_hz, rate_hz * frame, frame, 8 * _SAMPLE_BYTES)
    info = b"INFO" + b"".join(
        _chunk(key, text.encode("utf-8") + b"\0") for key, text in notes.items()
    )
    body = b"WAVE" + _chunk("fmt ", form) + _chunk("LIST", info) + b"data" + struct.pack("<I", data)
    return b"RIFF" + struct.pack("<I", len(body) + data) + body


def _chunk(name: str, body: bytes) -> bytes:
    return name.encode("ascii") + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)
