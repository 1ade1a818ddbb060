"""WAV files: samples and notes come back."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from thrum.recordings.wav import wav_bytes


@pytest.mark.parametrize("axes", [1, 3])
def test_wav_reads_back_sample_by_sample(axes: int) -> None:
    samples = np.arange(-30 * axes, 30 * axes, dtype=np.int16).reshape(-1, axes) * 500
    content = wav_bytes(samples, 3200, {"INAM": "odd"})
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (axes, 3200, 2)
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert np.array_equal(frames.reshape(-1, axes), samples)


def test_wav_carries_its_notes_at_even_offsets() -> None:
    content = wav_bytes(np.zeros((3, 1), np.int16), 200, {"INAM": "abcd", "ICMT": "32768 = 16 g"})
    assert b"INAM\x05\0\0\0abcd\0\0ICMT" in content
    assert content.index(b"data") % 2 == 0
    assert int.from_bytes(content[4:8], "little") == len(content) - 8
