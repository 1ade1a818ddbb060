"""The native program on recordings that are damaged, cut short or carry more than samples."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
import vibration

RATE = 3200
WINDOW = 256


def wav(
    samples: bytes, claimed: int | None = None, before: bytes = b"", after: bytes = b""
) -> bytes:
    """A WAV file of one axis; `claimed` is the size that its data chunk states."""
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    size = len(samples) if claimed is None else claimed
    body = b"WAVE" + before + form + b"data" + struct.pack("<I", size) + samples + after
    return b"RIFF" + struct.pack("<I", len(body) & 0xFFFFFFFF) + body


def noise(windows: int) -> bytes:
    counts = np.random.default_rng(1).normal(0, 500, windows * WINDOW)
    return counts.astype("<i2").tobytes()


def replay(tmp_path: Path, content: bytes, *options: str) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "recording.wav"
    path.write_bytes(content)
    return subprocess.run(
        [str(vibration.native_firmware()), "--learn", "16", *options, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[str]) -> int:
    return sum(line.startswith("anomaly:") for line in done.stdout.splitlines())


def test_a_whole_file_ends_well(tmp_path: Path) -> None:
    done = replay(tmp_path, wav(noise(20)))
    assert (done.returncode, lines(done), done.stderr) == (0, 20, "")


def test_what_follows_the_samples_is_not_sampled(tmp_path: Path) -> None:
    note = b"LIST" + struct.pack("<I", 2 * WINDOW) + bytes(2 * WINDOW)
    done = replay(tmp_path, wav(noise(20), after=note))
    assert (done.returncode, lines(done)) == (0, 20)


def test_a_file_that_was_cut_is_judged_as_far_as_it_goes_and_said_so(tmp_path: Path) -> None:
    done = replay(tmp_path, wav(noise(20), claimed=30 * WINDOW * 2))
    assert done.returncode == 1 and lines(done) == 20
    assert "ends before its header says" in done.stderr


@pytest.mark.parametrize("claimed", [0, 0xFFFFFFFF])
def test_a_stream_of_unknown_length_is_read_to_its_end(tmp_path: Path, claimed: int) -> None:
    done = replay(tmp_path, wav(noise(20), claimed=claimed))
    assert (done.returncode, lines(done)) == (0, 20)


def test_less_than_a_window_is_an_error(tmp_path: Path) -> None:
    done = replay(tmp_path, wav(noise(1)[:-2]))
    assert done.returncode == 1 and "not a single window" in done.stderr


def test_a_chunk_of_impossible_size_is_refused(tmp_path: Path) -> None:
    done = replay(tmp_path, wav(noise(20), before=b"JUNK" + struct.pack("<I", 0xFFFFFFFF)))
    assert done.returncode == 1 and "not a 16-bit PCM WAV file" in done.stderr


def test_a_wav_file_is_not_raw_samples(tmp_path: Path) -> None:
    done = replay(tmp_path, wav(noise(20)), "--raw", "1")
    assert done.returncode == 1 and "drop --raw" in done.stderr


def test_output_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "recording.wav"
    path.write_bytes(wav(noise(20)))
    with Path("/dev/full").open("w") as full:
        code = subprocess.run(
            [str(vibration.native_firmware()), str(path)], stdout=full, timeout=60, check=False
        ).returncode
    assert code == 1


def test_help_is_no_error() -> None:
    done = subprocess.run(
        [str(vibration.native_firmware()), "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "usage:" in done.stdout
