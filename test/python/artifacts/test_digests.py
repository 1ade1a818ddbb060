"""Hashes of files, which are read again only when they have changed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from thrum.artifacts import digests


def test_large_files_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known by size and times, unless they were changed while or just before they were read."""
    old, new = tmp_path / "old.wav", tmp_path / "new.wav"
    for path in (old, new):
        path.write_bytes(b"x" * 1000)
    os.utime(old, (time.time() - 60, time.time() - 60))
    first = digests.digests([old, new], tmp_path)
    read: list[Path] = []
    original = digests._digest

    def counted(path: Path) -> str:
        read.append(path)
        return original(path)

    monkeypatch.setattr(digests, "_digest", counted)
    assert digests.digests([old, new], tmp_path) == first
    assert read == [new]
    (tmp_path / digests.CACHE).write_text("{damaged", encoding="utf-8")
    assert digests.digests([old, new], tmp_path) == first
    old.write_bytes(b"y" * 1000)
    assert digests.digests([old, new], tmp_path)[old] != first[old]


def test_a_gigabyte_of_recordings_costs_milliseconds(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.wav" for number in range(500)]
    for path in paths:
        with path.open("wb") as file:
            file.truncate(2_000_000)
        os.utime(path, (1, 1))
    known = digests.digests(paths, tmp_path)
    start = time.perf_counter()
    assert digests.digests(paths, tmp_path) == known
    assert time.perf_counter() - start < 0.1
