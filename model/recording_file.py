"""Writes int16 counts as a 16-bit WAV file that says in itself what its numbers mean."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

_PCM = 1
_SAMPLE_BYTES = 2


def write_wav(
    path: Path, samples: npt.NDArray[np.int16], rate_hz: int, notes: Mapping[str, str]
) -> None:
    """Samples int16 (n, axes); notes are four-letter RIFF INFO keys, such as INAM and ICMT."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_bytes(samples, rate_hz, notes))


def wav_bytes(samples: npt.NDArray[np.int16], rate_hz: int, notes: Mapping[str, str]) -> bytes:
    """The file's content: format, notes, data."""
    axes = samples.shape[1]
    frame = axes * _SAMPLE_BYTES
    form = struct.pack("<HHIIHH", _PCM, axes, rate_hz, rate_hz * frame, frame, 8 * _SAMPLE_BYTES)
    info = b"INFO" + b"".join(
        _chunk(key, text.encode("utf-8") + b"\0") for key, text in notes.items()
    )
    body = _chunk("fmt ", form) + _chunk("LIST", info)
    body += _chunk("data", samples.astype("<i2").tobytes())
    return _chunk("RIFF", b"WAVE" + body)


def _chunk(name: str, body: bytes) -> bytes:
    return name.encode("ascii") + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)
