"""Is the released model what its sources would give? Standard library only, a few milliseconds.

model.json says under `determined_by` what the model was made from:
- `sources`: the meaning of all code behind training/pipeline.py (meaning.py), the values in
  config.toml, and the pinned versions of the libraries that compute the model;
- `fit`: the same of the code and parameters that turn arrays into a network;
- `arrays`: the arrays that were learned from (split.py).
A model is stale when `sources` differs. Training then makes the arrays anew; where they and `fit`
are the same, the network stays as it is and model.json is stamped anew.

Synthetic machines have their code as fingerprint; the user's recordings are compared by content
with those that model.json names. Spelling does not count: comments, docstrings, names and places of
files, ends of lines.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

from thrum.artifacts.digests import digests, write_cache
from thrum.artifacts.meaning import Sources
from thrum.compiler.graph import ModelError
from thrum.paths import ROOT

PACKAGE = "thrum"
ENTRY = "training/pipeline.py"  # what it imports determines the model, and NETWORK
NETWORK = "model/network.py"  # below the project
FITTING = ("train", "quantize", "constraints")  # of thrum/training: arrays to network
RECORDINGS = "recordings/manifest.toml"  # in the project: where `thrum record` writes
NO_RECORDINGS = "none"
CACHE = Path("build") / "meaning.json"  # below the project
LIBRARIES = ("tensorflow", "tensorflow-cpu", "keras", "numpy", "scipy", "tflite_micro")
SOURCES_CHANGED = "the sources of the model have changed"


def fingerprint(root: Path = ROOT, config: Path | None = None) -> str:
    """Hash of everything that determines the model, 64 hexadecimal digits."""
    digest = hashlib.sha256(_meaning_of_sources(root).encode())
    digest.update(_config(config or root / "model" / "config.toml").encode())
    digest.update("\n".join(_pins(root / "pyproject.toml")).encode())
    return digest.hexdigest()


def fit_fingerprint(parameters: Any, root: Path = ROOT) -> str:
    """Hash of what turns arrays into a network with these parameters, 64 hexadecimal digits."""
    package = root / PACKAGE
    fitting = [package / "training" / f"{name}.py" for name in FITTING] + [root / NETWORK]
    sources = Sources(package, opaque=set(package.rglob("*.py")) - set(fitting))
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode())
    for path in fitting:
        digest.update(sources.hash(path).encode())
    digest.update("\n".join(_pins(root / "pyproject.toml")).encode())
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
        made_from, belongs = content["determined_by"]["sources"], content["tflite_sha256"]
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
    if made_from != fingerprint(root, config):
        return SOURCES_CHANGED
    golden = folder / "golden.json"
    return changed or ("" if golden.exists() else f"{golden} does not exist")


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


def _meaning_of_sources(root: Path) -> str:
    """The hashes of pipeline and network with all imports, remembered while no file has changed."""
    try:
        known = json.loads((root / CACHE).read_text(encoding="utf-8"))
        listed = {root / name: digest for name, digest in known["files"].items()}
        if known["entry"] == [ENTRY, NETWORK] and listed and digests(listed, root) == listed:
            return str(known["meaning"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    sources = Sources(root / PACKAGE)
    try:
        meaning = sources.hash(root / PACKAGE / ENTRY) + sources.hash(root / NETWORK)
    except SyntaxError as error:
        raise ModelError(f"{error.filename}, line {error.lineno}: {error.msg}") from None
    files = {relative(path, root): d for path, d in digests(sources.files, root).items()}
    write_cache(root / CACHE, {"entry": [ENTRY, NETWORK], "meaning": meaning, "files": files})
    return meaning


def _config(path: Path) -> str:
    """The values of a TOML file without comments and spacing; Python 3.10 cannot parse TOML."""
    lines = (_without_comment(line).strip() for line in _text(path).decode("utf-8").splitlines())
    return "\n".join(re.sub(r"\s*([=,\[\]])\s*", r"\1", line) for line in lines if line)


def _without_comment(line: str) -> str:
    """A line up to the first # that is not inside of a string."""
    match = re.match(r"""(?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*""", line)
    return match.group() if match else line


def _text(path: Path) -> bytes:
    """A file with Unix ends of lines."""
    return path.read_bytes().replace(b"\r\n", b"\n")


def _pins(pyproject: Path) -> list[str]:
    """The dependencies that compute the model, as pyproject.toml pins them."""
    found = re.findall(r'"(([\w-]+)==[^"]*)"', _text(pyproject).decode("utf-8"))
    return [pin for pin, name in found if name in LIBRARIES]
