"""Files of a recording: a manifest that cannot be written, and pieces too long for one file."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

from thrum.device.samples import Source
from thrum.recorder.folder import FolderError, Pieces, enter

SOURCE = Source(3200, 2, 128, 2000 / 4096)


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of POSIX")
def test_a_manifest_that_cannot_be_written_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    manifest = tmp_path / "manifest.toml"
    enter(tmp_path, [tmp_path / "a.wav"], SOURCE, {"machine": "m" * 500})
    before = manifest.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # it would be cut, and kept
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, limits[1]))
    try:
        with pytest.raises(FolderError, match=r"b\.wav, which manifest\.toml lacks"):
            enter(tmp_path, [tmp_path / "b.wav"], SOURCE, {"machine": "m" * 500})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert manifest.read_bytes() == before


def test_a_file_ends_before_its_sizes_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thrum.recorder.folder.LONGEST_FILE", 300)
    pieces = Pieces(tmp_path, "x", SOURCE, {})
    for k in range(5):
        pieces.append(np.full((128, 2), k, np.int16), 0)
    assert [len(wavfile.read(path)[1]) for path in pieces.close(1)] == [384, 256]
