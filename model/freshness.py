"""Is the released model what its sources would give? Standard library only, a few milliseconds.

The hash covers every file that determines the model: pipeline code, config.toml and the pinned
versions of the libraries that compute it. The data set is synthetic, so its code is its
fingerprint. Ends of lines do not count: a checkout on Windows is as fresh as one on Linux.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Everything that model/pipeline.py imports, itself included; test_freshness.py keeps it complete.
SOURCES = (
    "aot",
    "arena",
    "baseline",
    "csv_table",
    "dataset",
    "detector",
    "features",
    "flatbuffer",
    "freshness",
    "golden",
    "graph",
    "machine",
    "manifest",
    "params",
    "pipeline",
    "quantize",
    "readers",
    "reference",
    "release",
    "synth",
    "train",
    "vibration",
)
LIBRARIES = ("tensorflow", "tensorflow-cpu", "keras", "numpy", "scipy", "tflite_micro")


def fingerprint(root: Path = ROOT, config: Path | None = None) -> str:
    """Hash of everything that determines the model, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update(f"{source}\n".encode() + _text(root / "model" / f"{source}.py"))
    digest.update(b"config\n" + _text(config or root / "model" / "config.toml"))
    digest.update("\n".join(_pins(root / "requirements.txt")).encode())
    return digest.hexdigest()


def why_stale(folder: Path, root: Path = ROOT, config: Path | None = None) -> str:
    """Why the model of a folder must be made anew; nothing if these sources would give it."""
    path, network = folder / "model.json", folder / "model.tflite"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        made_from, belongs = content["determined_by"], content["tflite_sha256"]
        whole = hashlib.sha256(network.read_bytes()).hexdigest() == belongs
    except FileNotFoundError as error:
        return f"{error.filename} does not exist"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"{path} is damaged ({type(error).__name__}: {error})"
    if not whole:
        return f"{network} does not belong to {path.name}"
    return "" if made_from == fingerprint(root, config) else "the sources of the model have changed"


def _text(path: Path) -> bytes:
    """A file with Unix ends of lines."""
    return path.read_bytes().replace(b"\r\n", b"\n")


def _pins(requirements: Path) -> list[str]:
    """The lines that pin the libraries which compute the model."""
    lines = _text(requirements).decode("utf-8").splitlines()
    return [line for line in lines if line.split("==")[0].strip() in LIBRARIES]
