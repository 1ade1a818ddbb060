"""Pieces that no manifest lists, because the recorder was killed: `thrum record --recover FOLDER`.

Each file carries the manifest's keys in a note of its own (folder.FACTS).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from thrum.recorder import folder
from thrum.recordings.dataset import DatasetError
from thrum.recordings.files import Given, bare
from thrum.recordings.readers import read_all
from thrum.recordings.wav import is_being_written

_HEAD = 65_536  # bytes of a file that may hold the note
_NEEDED = ("machine", "condition", "label", "session", "unit", "scale", "rate_hz")


@dataclass(frozen=True)
class Piece:
    """A file that no manifest lists. why_not: it cannot be entered; empty if it can."""

    path: Path
    keys: dict[str, str | float]
    seconds: float = 0.0
    why_not: str = ""


def recover(where: Path) -> int:
    """Enter every whole piece below a folder in its manifest, and say what became of each."""
    if not where.is_dir():
        raise folder.FolderError(f"{where}: no such folder; name the one that was recorded into")
    found = list(_pieces(where))
    whole = [piece for piece in found if not piece.why_not]
    if whole:
        folder.add(where, [{"file": piece.path.name, **piece.keys} for piece in whole])
    for piece in found:
        end = f"left alone: {piece.why_not}" if piece.why_not else f"{piece.seconds:.1f} s"
        print(f"{piece.path}: {end}")
    print(f"{len(whole)} of {len(found)} files entered in {where / folder.MANIFEST}")
    if len(whole) < len(found):
        left = len(found) - len(whole)
        print(f"error: {left} of {len(found)} files were left alone, see above", file=sys.stderr)
    return int(len(whole) < len(found))


def offer(where: Path) -> None:
    """Say that there are pieces to be recovered."""
    unlisted = _unlisted(where)
    if unlisted:
        print(
            f"note: {len(unlisted)} files in {where} are in no manifest, such as "
            f"{unlisted[0].name}; `thrum record --recover {where}` enters them",
            file=sys.stderr,
        )


def _unlisted(where: Path) -> list[Path]:
    """WAV files in a folder that its manifest does not list, and that a recorder wrote."""
    known = folder.listed(where)
    return [path for path in sorted(where.glob("*.wav")) if path.name not in known]


def _pieces(where: Path) -> Iterator[Piece]:
    return (_piece(path) for path in _unlisted(where))


def _piece(path: Path) -> Piece:
    keys = _noted(path)
    if any(name not in keys for name in _NEEDED):
        return Piece(path, {}, why_not="not written by `thrum record`; add it by hand")
    if is_being_written(path):
        return Piece(path, keys, why_not="is being recorded now; end that first")
    try:
        found = read_all(bare(path, Given()))
    except DatasetError as error:
        return Piece(path, keys, why_not=str(error).partition(": ")[2])
    return Piece(path, keys, len(found.samples) / found.rate_hz)


def _noted(path: Path) -> dict[str, str | float]:
    """The manifest's keys that a file carries; empty if it carries none."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    at = head.find(folder.FACTS.encode())
    if at < 0:
        return {}
    size = int.from_bytes(head[at + 4 : at + 8], "little")
    try:
        keys = json.loads(head[at + 8 : at + 8 + size].rstrip(b"\0"))
    except ValueError:
        return {}
    return keys if isinstance(keys, dict) else {}
