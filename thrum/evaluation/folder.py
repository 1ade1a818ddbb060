"""Labels, machines and sessions of recordings from the names of their folders, without a manifest.

FOLDER/healthy/monday/a.csv and FOLDER/faulty/b.csv; folders above the label name the machine, those
below it the session. What no name tells is refused, never guessed.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from thrum.evaluation.survey import Surveyed
from thrum.paths import written_whole
from thrum.recordings.files import Given, entries_below
from thrum.recordings.manifest import LABELS, DatasetError, Entry
from thrum.recordings.source import listed

HEALTHY_WORDS = ("healthy", "normal", "ok", "good", "baseline")
FAULTY_WORDS = ("faulty", "anomalous", "bad", "fault")
CONDITION = "all"


@dataclass(frozen=True)
class Words:
    """Names of folders that say a label: the common ones, and those that a person adds."""

    healthy: tuple[str, ...] = ()
    faulty: tuple[str, ...] = ()

    def label(self, name: str) -> str:
        """The label that a folder's name says; empty if it says none."""
        plain = name.lower()
        given = [
            label
            for label, names in zip(LABELS, (self.healthy, self.faulty), strict=True)
            if plain in {other.lower() for other in names}
        ]
        words = set(re.split(r"[\W_]+", plain))
        common = [
            label
            for label, names in zip(LABELS, (HEALTHY_WORDS, FAULTY_WORDS), strict=True)
            if words & set(names)
        ]
        found = given or common
        return found[0] if len(found) == 1 else ""


def entries_of(folder: Path, words: Words, given: Given) -> list[Entry]:
    """Every recording below a folder with the label, machine and session that its path says.

    DatasetError lists the names that say no label.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder}: is no folder; name one that holds healthy and faulty")
    if words.healthy and set(words.healthy) & set(words.faulty):
        raise DatasetError(f"{words.healthy[0]}: given as --healthy and as --faulty; choose one")
    found = list(entries_below(folder, given))
    labelled = [_labelled(folder, entry, words) for entry in found]
    unknown = [entry for entry, known in zip(found, labelled, strict=True) if known is None]
    if unknown:
        _refuse(folder, unknown)
    return [entry for entry in labelled if entry is not None]


def _labelled(folder: Path, entry: Entry, words: Words) -> Entry | None:
    parts = entry.path.parent.relative_to(folder).parts
    labels = [words.label(part) for part in parts]
    at = next((i for i, label in enumerate(labels) if label), None)
    if at is None or len(set(filter(None, labels))) > 1:
        return None
    machine = " ".join((folder.resolve().name, *parts[:at]))
    session = " ".join(parts[at + 1 :]) or parts[at]
    return replace(entry, machine=machine, condition=CONDITION, label=labels[at], session=session)


def _refuse(folder: Path, unknown: Sequence[Entry]) -> None:
    names = list(
        dict.fromkeys(entry.path.parent.relative_to(folder).as_posix() for entry in unknown)
    )
    if names == ["."]:
        raise DatasetError(
            f"{folder}: {len(unknown)} recordings lie beside the folders that say a label, such as "
            f"{unknown[0].path.name}; move them below healthy or faulty"
        )
    last = [name.rsplit("/", 1)[-1] for name in names if name != "."]
    raise DatasetError(
        f"{folder}: these folders say no label: {listed(names)}; say it with "
        f"--healthy {last[0]} or --faulty {last[0]}"
    )


def manifest_text(found: Iterable[Surveyed], manifest: Path) -> str:
    """The manifest that was assumed, with what was read as comments."""
    blocks = ["# Written by `thrum evaluate FOLDER`: what it assumed. Correct what is wrong.\n"]
    for reading in found:
        entry = reading.entry
        keys = {
            "file": os.path.relpath(entry.path, manifest.parent).replace(os.sep, "/"),
            "machine": entry.machine,
            "condition": entry.condition,
            "label": entry.label,
            "session": entry.session,
            "key": list(entry.key),
            "unit": entry.unit or ("g" if reading.unit_how == "assumed" else ""),
            "time": entry.time,
            "scale": entry.scale,
            "range_g": entry.range_g,
            "bits": entry.bits if entry.range_g else 0,
            "rate_hz": entry.rate_hz,
        }
        lines = [f"{name} = {_toml(value)}\n" for name, value in keys.items() if value]
        read = f"# {reading.rate_hz:g} Hz ({reading.rate_how}), {reading.unit} ({reading.unit_how})"
        blocks.append("[[recordings]]\n" + "".join(lines) + " ".join(read.split()) + "\n")
    return "\n".join(blocks)


def write_manifest(found: Iterable[Surveyed], manifest: Path) -> None:
    """Write what was assumed; DatasetError if there is a file already, or none can be written."""
    try:
        if manifest.is_file():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        with written_whole(manifest) as file:
            file.write(manifest_text(found, manifest))
    except OSError as error:
        raise DatasetError(f"{manifest}: not written: {error.strerror}; choose another") from None


def _toml(value: object) -> str:
    """A JSON text, number or list of texts is one of TOML, too."""
    return json.dumps(value, ensure_ascii=False)
