"""The released model: model.tflite and model.json in one folder, read with the standard library.

model.json holds the graph, the parameters, the arena, the metrics and the hash of everything that
determines them (freshness.py). Nothing in it is believed: the graph is compared with that of
model.tflite, the name of the model with what it names, and `digest` covers every byte of
model.json, the hashes of model.tflite and golden.json among them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from thrum.compiler.graph import Graph, ModelError, from_json, to_json
from thrum.compiler.tflite import read as read_tflite
from thrum.paths import ARTIFACTS, read_bytes

FORMAT = 3
_WITHOUT_DIGEST = 2  # the format before, whose arena, metrics and spelling nothing covers
# Sections of config.toml that do not change what a model says.
_OF_TRAINING = ("train", "quantize", "machine")
_MOST_VOTES = 32  # bits of the detector's history
TFLITE, JSON, GOLDEN = "model.tflite", "model.json", "golden.json"


@dataclass(frozen=True)
class Release:
    """Everything that the headers are made from."""

    tflite: bytes
    graph: Graph
    parameters: dict[str, dict[str, Any]]
    arena: dict[str, Any]
    metrics: dict[str, Any]
    determined_by: dict[str, str]  # hashes, see freshness.py
    recordings: dict[str, Any] = field(
        default_factory=dict
    )  # of the user, see training/own_recordings.py
    golden_sha256: str = ""  # of golden.json, with Unix ends of lines; empty: not known

    @property
    def model_hash(self) -> str:
        """12 hexadecimal digits that name what the firmware computes.

        They cover the graph without the names of its tensors, and the parameters without those of
        training. The scales stay in: an engine takes 31 bits of a multiplier from them, so two
        networks whose scales differ in the last bit may round differently, even where all golden
        vectors agree.
        """
        graph = to_json(self.graph)
        for tensor in graph["tensors"]:
            del tensor["name"]
        used = {k: v for k, v in self.parameters.items() if k not in _OF_TRAINING}
        text = json.dumps([graph, used], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def trained_on(self) -> set[str]:
        """SHA-256 of the user's recordings that training saw."""
        files = self.recordings.get("files", ())
        return {item["sha256"] for item in files if item["part"] != "test"}


def save(release: Release, folder: Path, golden: dict[str, Any] | None = None) -> None:
    """Write model.tflite, model.json and golden.json; the old ones stay until all are complete."""
    golden_bytes = json_bytes(golden) if golden is not None else _existing(folder / GOLDEN)
    content: dict[str, Any] = {
        "format": FORMAT,
        "model": release.model_hash,
        "determined_by": release.determined_by,
        "tflite_sha256": hashlib.sha256(release.tflite).hexdigest(),
        "golden_sha256": hashlib.sha256(golden_bytes).hexdigest() if golden_bytes else "",
        "parameters": release.parameters,
        "arena": release.arena,
        "metrics": release.metrics,
        **({"recordings": release.recordings} if release.recordings else {}),
        "graph": to_json(release.graph),
    }
    content["digest"] = _digest(content)
    files = {TFLITE: release.tflite, JSON: json_bytes(content)}
    if golden is not None:
        files[GOLDEN] = golden_bytes
    folder.mkdir(parents=True, exist_ok=True)
    news = {name: folder / f"{name}.new" for name in files}
    try:
        for name, data in files.items():
            news[name].write_bytes(data)
        for name in files:
            news[name].replace(folder / name)
    except OSError as error:
        raise ModelError(f"{folder}: the model cannot be written: {error.strerror}") from None
    finally:
        for new in news.values():
            new.unlink(missing_ok=True)


def load(folder: Path = ARTIFACTS) -> Release:
    """Read a release; a damaged or inconsistent one raises ModelError."""
    content = read_json(folder / JSON)
    if content.get("format") not in (FORMAT, _WITHOUT_DIGEST):
        raise ModelError(
            f"{folder / JSON}: format {content.get('format')}, this version reads {FORMAT}: "
            "run `thrum train`"
        )
    _check_digest(folder / JSON, content)
    try:
        tflite = read_bytes(folder / TFLITE)
    except OSError as error:
        gone = "missing" if isinstance(error, FileNotFoundError) else f"not read: {error.strerror}"
        raise ModelError(f"{folder / TFLITE} is {gone}: run `thrum train`") from None
    if hashlib.sha256(tflite).hexdigest() != content.get("tflite_sha256"):
        raise ModelError(f"{folder}: model.json does not belong to model.tflite: run `thrum train`")
    try:
        made = Release(
            tflite,
            from_json(content["graph"]),
            content["parameters"],
            content["arena"],
            content["metrics"],
            content["determined_by"],
            content.get("recordings", {}),
            content.get("golden_sha256", ""),
        )
        _check_bound(folder, made, content["model"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{folder / JSON} is damaged, {error} is missing: run `thrum train --force`"
        ) from None
    return made


def load_golden(folder: Path, made: Release) -> dict[str, Any]:
    """The golden vectors of a release that was loaded from the folder."""
    path = folder / GOLDEN
    vectors = read_json(path)
    if made.golden_sha256 and hashlib.sha256(_existing(path)).hexdigest() != made.golden_sha256:
        raise ModelError(f"{path} does not belong to {JSON}: run `thrum train --force`")
    return vectors


def _digest(content: dict[str, Any]) -> str:
    rest = {key: value for key, value in content.items() if key != "digest"}
    return hashlib.sha256(json_bytes(rest)).hexdigest()


def _check_digest(path: Path, content: dict[str, Any]) -> None:
    """Every byte counts: the file must be spelt as save() spells it, and its digest be right."""
    if content["format"] == _WITHOUT_DIGEST and "digest" not in content:
        return
    if content.get("digest") != _digest(content) or _existing(path) != json_bytes(content):
        raise ModelError(
            f"{path} was changed after training: change model/config.toml instead, and run "
            "`thrum train --force`"
        )


def _check_bound(folder: Path, made: Release, name: str) -> None:
    """The graph is that of the network, the parameters are those that the model is named by."""
    if to_json(made.graph) != json.loads(json.dumps(to_json(read_tflite(made.tflite)))):
        raise ModelError(
            f"{folder / JSON}: the graph is not that of {TFLITE}: run `thrum train --force`"
        )
    if name != made.model_hash:
        raise ModelError(
            f"{folder / JSON}: model {name}, but graph and parameters are {made.model_hash}: run "
            "`thrum train --force`"
        )
    votes, last = made.parameters["alarm"]["k"], made.parameters["alarm"]["n"]
    if not 1 <= votes <= last <= _MOST_VOTES:
        raise ModelError(
            f"{folder / JSON}: alarm.k = {votes} of alarm.n = {last}: must be 1 to n, n at most "
            f"{_MOST_VOTES}; correct model/config.toml and run `thrum train`"
        )


def foreign(folder: Path) -> list[str]:
    """Files of a release in a folder that save() did not write, or that were changed since."""
    here = [name for name in (JSON, TFLITE, GOLDEN) if (folder / name).exists()]
    try:
        known = read_json(folder / JSON)
    except ModelError:
        return here
    if not {"format", "tflite_sha256", "digest"} <= known.keys():
        return here
    said = {TFLITE: known["tflite_sha256"], GOLDEN: known.get("golden_sha256")}
    found = {TFLITE: _whole(folder / TFLITE), GOLDEN: _existing(folder / GOLDEN)}
    return [
        name
        for name in here
        if said.get(name) and hashlib.sha256(found[name]).hexdigest() != said[name]
    ]


def _existing(path: Path) -> bytes:
    """A text file with Unix ends of lines; empty if there is none."""
    return _whole(path).replace(b"\r\n", b"\n")


def _whole(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except OSError:
        return b""


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object, or ModelError saying what to type."""
    try:
        found = json.loads(read_bytes(path).decode("utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: run `thrum train`") from None
    except (OSError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read ({error}): run `thrum train`") from None
    except ValueError as error:
        raise ModelError(f"{path} is damaged ({error}): run `thrum train`") from None
    if not isinstance(found, dict):
        raise ModelError(f"{path} is damaged: run `thrum train`")
    return found


def json_bytes(content: dict[str, Any]) -> bytes:
    """Indented JSON with lists of numbers on one line, so that changes can be read."""
    return (_dump(content, "") + "\n").encode()


def _dump(value: Any, indent: str) -> str:
    deeper = indent + " "
    if isinstance(value, dict) and value:
        items = [f"{deeper}{json.dumps(k)}: {_dump(v, deeper)}" for k, v in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return "[\n" + ",\n".join(deeper + _dump(v, deeper) for v in value) + f"\n{indent}]"
    return json.dumps(value)
