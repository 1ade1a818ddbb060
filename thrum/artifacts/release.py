"""The released model: model.tflite and model.json in one folder, read with the standard library.

model.json holds the graph, the parameters, the arena, the metrics and the hash of everything that
determines them (freshness.py).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from thrum.compiler.graph import Graph, ModelError, from_json, to_json
from thrum.paths import ARTIFACTS

FORMAT = 2
_OF_TRAINING = ("train", "quantize")  # sections of config.toml that no firmware sees
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
    content = {
        "format": FORMAT,
        "model": release.model_hash,
        "determined_by": release.determined_by,
        "tflite_sha256": hashlib.sha256(release.tflite).hexdigest(),
        "parameters": release.parameters,
        "arena": release.arena,
        "metrics": release.metrics,
        **({"recordings": release.recordings} if release.recordings else {}),
        "graph": to_json(release.graph),
    }
    files = {TFLITE: release.tflite, JSON: json_bytes(content)}
    if golden is not None:
        files[GOLDEN] = json_bytes(golden)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.new").write_bytes(data)
    for name in files:
        (folder / f"{name}.new").replace(folder / name)


def load(folder: Path = ARTIFACTS) -> Release:
    """Read a release; a damaged or inconsistent one raises ModelError."""
    content = read_json(folder / JSON)
    if content.get("format") != FORMAT:
        raise ModelError(
            f"{folder / JSON}: format {content.get('format')}, this version reads {FORMAT}: "
            "run `thrum train`"
        )
    try:
        tflite = (folder / TFLITE).read_bytes()
    except FileNotFoundError:
        raise ModelError(f"{folder / TFLITE} is missing: run `thrum train`") from None
    if hashlib.sha256(tflite).hexdigest() != content.get("tflite_sha256"):
        raise ModelError(f"{folder}: model.json does not belong to model.tflite: run `thrum train`")
    try:
        return Release(
            tflite,
            from_json(content["graph"]),
            content["parameters"],
            content["arena"],
            content["metrics"],
            content["determined_by"],
            content.get("recordings", {}),
        )
    except KeyError as error:
        raise ModelError(
            f"{folder / JSON} is damaged, {error} is missing: run `thrum train --force`"
        ) from None


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object, or ModelError saying what to type."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: run `thrum train`") from None
    except ValueError as error:
        raise ModelError(f"{path} is damaged ({error}): run `thrum train`") from None
    if not isinstance(content, dict):
        raise ModelError(f"{path} is damaged: run `thrum train`")
    return content


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
