"""WAV files of 8 to 32 bits or floats, one column per channel: "0", "1"."""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from thrum.recordings.manifest import DatasetError
from thrum.recordings.source import Source

_FORMAT = struct.Struct("<HHIIHH")
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_SCALE = re.compile(rb"32768 = ([\d.]+) g")  # what `thrum record` notes
_BYTE = 8


@dataclass(frozen=True)
class _Format:
    tag: int
    channels: int
    rate_hz: int
    byte_rate: int
    block: int
    bits: int


def read_wav(path: Path) -> Source:
    """The channels as stored; full_scale is the stored number of full scale."""
    data = path.read_bytes()
    form = _checked(path, data)
    from scipy.io import wavfile

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wavfile.WavFileWarning)  # chunks that say other things
        warnings.filterwarnings("error", "Reached EOF", wavfile.WavFileWarning)  # half a recording
        rate, samples = wavfile.read(path)
    full_scale = 1.0
    if samples.dtype == np.uint8:
        samples, full_scale = samples.astype(np.int16) - 128, 128.0
    elif samples.dtype.kind == "i":
        full_scale = float(2 ** (_BYTE * samples.dtype.itemsize - 1))
    columns = samples.reshape(len(samples), -1).T
    noted = _SCALE.search(data)
    return Source(
        path,
        {str(number): column for number, column in enumerate(columns)},
        rate_hz=float(rate),
        rate_how="WAV header",
        full_scale=full_scale,
        full_scale_g=float(noted[1]) if noted else None,
        levels=2**form.bits if form.tag != _FLOAT else 0,
    )


def _checked(path: Path, data: bytes) -> _Format:
    """A header says most things twice; where it disagrees with itself, one byte is wrong."""
    if data[:4] not in (b"RIFF", b"RIFX", b"RF64") or data[8:12] != b"WAVE":
        raise DatasetError(f"{path}: is no WAV file; export it again")
    if data[:4] != b"RIFF":
        return _Format(_PCM, 1, 0, 0, 0, 0)  # seldom: SciPy alone judges it
    chunks = list(_chunks(data))
    _check_length(path, data, chunks)
    form = next((_format(data, at) for name, at, size in chunks if name == b"fmt "), None)
    if form is None or not any(name == b"data" for name, _, _ in chunks):
        raise DatasetError(f"{path}: has no format or no samples; export it again")
    _check_format(path, form)
    _check_ends(path, data, chunks)
    return form


def _check_length(path: Path, data: bytes, chunks: list[tuple[bytes, int, int]]) -> None:
    said = int.from_bytes(data[4:8], "little") + 8
    padded = bool(chunks and chunks[-1][2] & 1)  # some programs do not count the padding
    if len(data) not in (said, said + padded):
        raise DatasetError(
            f"{path}: header says {said} bytes, the file has {len(data)}; export it again"
        )


def _check_format(path: Path, form: _Format) -> None:
    """Bytes a sample and bytes a second follow from channels, bits and rate."""
    if form.block != form.channels * ((form.bits + 7) // _BYTE):
        raise DatasetError(
            f"{path}: header of {form.channels} channels of {form.bits} bits says {form.block} "
            "bytes a sample; export it again"
        )
    if form.byte_rate != form.rate_hz * form.block:
        raise DatasetError(
            f"{path}: header says {form.rate_hz} Hz but {form.byte_rate} bytes a second, which is "
            f"{form.byte_rate / form.block:g} Hz; export it again"
        )


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, place of the content, and size of each chunk."""
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        yield name, at + 8, size
        at += 8 + size + (size & 1)


def _format(data: bytes, at: int) -> _Format | None:
    return _Format(*_FORMAT.unpack_from(data, at)) if at + _FORMAT.size <= len(data) else None


def _check_ends(path: Path, data: bytes, chunks: list[tuple[bytes, int, int]]) -> None:
    """Behind the samples there must be chunks again, up to the end of the file."""
    _, at, size = chunks[-1]
    whole = at + size + (size & 1)
    names = all(name.isascii() for name, _, _ in chunks)
    if (names and len(data) - 8 < whole <= len(data) + 1) or whole > len(data):
        return  # SciPy refuses what is cut
    raise DatasetError(
        f"{path}: {len(data) - whole} bytes behind the samples belong to nothing; export it again"
    )
