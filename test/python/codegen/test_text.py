"""Pieces of generated headers."""

from __future__ import annotations

from pathlib import Path

from thrum.codegen.text import write_if_changed


def test_write_if_changed_makes_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.h"
    assert write_if_changed(path, "x\n")
    assert not write_if_changed(path, "x\n")
    assert path.read_bytes() == b"x\n"
