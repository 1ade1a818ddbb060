"""Pieces that all generated headers share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from thrum.paths import written_whole

RELEASE = "model/artifacts by every build and by `thrum headers`"


def banner(purpose: str, model_hash: str, origin: str = RELEASE) -> list[str]:
    """First lines of a generated header. origin: what it is made from, and by what."""
    return [
        "#pragma once",
        "",
        f"// {purpose}",
        f"// Made from {origin}; no edits.",
        f"// Model {model_hash}",
        "",
    ]


def join(lines: Sequence[str]) -> str:
    """Lines as the text of a file."""
    return "\n".join(lines) + "\n"


def write_if_changed(path: Path, text: str) -> bool:
    """Write a file unless it holds exactly this text; True where it was written."""
    data = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as file:
        file.write(text)
    return True
