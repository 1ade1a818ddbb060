"""Is the released model what its sources would give? Standard library only, a few milliseconds.

The hash covers every file that determines the model: pipeline code, config.toml and the pinned
versions of the libraries that compute it. Synthetic machines have their code as fingerprint; the
user's recordings are compared by content with those that model.json names. Ends of lines do not
count: a checkout on Windows is as fresh as one on Linux.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from model.digests import digests

ROOT = Path(__file__).resolve().parents[1]
# Everything that model/pipeline.py imports, itself included; test_freshness.py keeps it complete.
SOURCES = (
    "aot",
    "arena",
    "baseline",
    "csv_table",
    "dataset",
    "detector",
    "digests",
    "examples",
    "features",
    "flatbuffer",
    "freshness",
    "golden",
    "golden_machine",
    "graph",
    "judging",
    "machine",
    "manifest",
    "mixing",
    "operation",
    "params",
    "pipeline",
    "quantize",
    "readers",
    "reference",
    "release",
    "smoothing",
    "synth",
    "train",
    "vibration",
)
RECORDINGS = "recordings/manifest.toml"  # in the project: where `python -m model record` writes
NO_RECORDINGS = "none"
LIBRARIES = ("tensorflow", "tensorflow-cpu", "keras", "numpy", "scipy", "tflite_micro")
SOURCES_CHANGED = "the sources of the model have changed"


def fingerprint(root: Path = ROOT, config: Path | None = None) -> str:
    """Hash of everything that determines the model, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update(f"{source}\n".encode() + _text(root / "model" / f"{source}.py"))
    digest.update(b"config\n" + _text(config or root / "model" / "config.toml"))
    digest.update("\n".join(_pins(root / "requirements.txt")).encode())
    return digest.hexdigest()


def manifest_named(name: str, root: Path = ROOT) -> Path | None:
    """The manifest of the user's recordings; None for NO_RECORDINGS."""
    return None if name == NO_RECORDINGS else root / Path(name).expanduser()


def why_stale(
    folder: Path, root: Path = ROOT, config: Path | None = None, recordings: str = RECORDINGS
) -> str:
    """Why the model of a folder must be made anew; nothing if these sources would give it.

    recordings names the manifest of the user's own. Where it is not here, the model could not be
    made anew from it: that alone makes no model stale.
    """
    path, network = folder / "model.json", folder / "model.tflite"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        made_from, belongs = content["determined_by"], content["tflite_sha256"]
        whole = hashlib.sha256(network.read_bytes()).hexdigest() == belongs
        changed = recordings_changed(
            content.get("recordings"), manifest_named(recordings, root), root
        )
    except FileNotFoundError as error:
        return f"{error.filename} does not exist"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"{path} is damaged ({type(error).__name__}: {error})"
    if not whole:
        return f"{network} does not belong to {path.name}"
    return changed if made_from == fingerprint(root, config) else SOURCES_CHANGED


def recordings_of(folder: Path) -> str:
    """The manifest that the model of a folder was trained on; nothing if there was none."""
    try:
        content = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        return str(content["recordings"]["manifest"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def recordings_changed(known: Any, manifest: Path | None, root: Path) -> str:
    """How recordings differ from those in model.json, or nothing; OSError for a missing one."""
    if manifest is None:
        return f"it was trained on {known['manifest']}, now without recordings" if known else ""
    name = relative(manifest, root)
    if known and name != known["manifest"]:
        return f"it was trained on {known['manifest']}, not on {name}"
    if not manifest.is_file():
        return ""
    if not known:
        return f"there are new recordings in {name}"
    if text_digest(manifest) != known["manifest_sha256"]:
        return f"{name} has changed"
    return _changed_file(known, manifest.parent / known["folder"], root)


def _changed_file(known: Any, folder: Path, root: Path) -> str:
    listed = {root / item["file"]: item["sha256"] for item in known["files"]}
    matched = {path for pattern in known["patterns"] for path in folder.glob(pattern)}
    names = {relative(path, root) for path in listed}
    for path in sorted(matched):
        if relative(path, root) not in names:
            return f"there is a new recording {relative(path, root)}"
    for path, digest in digests(listed, root).items():
        if digest != listed[path]:
            return f"{relative(path, root)} has changed"
    return ""


def relative(path: Path, root: Path) -> str:
    """A path as seen from root, with slashes; absolute on another drive."""
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def text_digest(path: Path) -> str:
    """SHA-256 of a text file with Unix ends of lines."""
    return hashlib.sha256(_text(path)).hexdigest()


def _text(path: Path) -> bytes:
    """A file with Unix ends of lines."""
    return path.read_bytes().replace(b"\r\n", b"\n")


def _pins(requirements: Path) -> list[str]:
    """The lines that pin the libraries which compute the model."""
    lines = _text(requirements).decode("utf-8").splitlines()
    return [line for line in lines if line.split("==")[0].strip() in LIBRARIES]
