"""A release: what is saved is loaded, and every bit that is damaged is told at the build."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from thrum.artifacts import freshness, release
from thrum.codegen.headers import headers
from thrum.compiler.graph import ModelError
from thrum.paths import ARTIFACTS

SEED = int(os.environ.get("THRUM_SEED", "1"))
EVERY_BIT = "THRUM_EVERY_BIT" in os.environ
FILES = (release.TFLITE, release.JSON, release.GOLDEN)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The released model in a folder of its own."""
    golden = release.read_json(ARTIFACTS / release.GOLDEN)
    release.save(release.load(), tmp_path, golden)
    return tmp_path


def test_damaged_release_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="thrum train"):
        release.load(tmp_path)
    release.save(release.load(), tmp_path)
    (tmp_path / release.TFLITE).write_bytes(b"other")
    with pytest.raises(ModelError, match="does not belong"):
        release.load(tmp_path)
    (tmp_path / release.JSON).write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="damaged"):
        release.load(tmp_path)


def test_what_is_saved_is_loaded(folder: Path) -> None:
    assert release.load(folder).model_hash == release.load().model_hash
    assert headers(folder) == headers()
    for name in FILES:  # as Git checks it out on Windows
        data = (folder / name).read_bytes()
        if name != release.TFLITE:
            (folder / name).write_bytes(data.replace(b"\n", b"\r\n"))
    assert headers(folder) == headers()


@pytest.mark.parametrize("name", FILES)
def test_every_flipped_bit_is_found_at_the_build(name: str, folder: Path) -> None:
    """At some places of each file; with THRUM_EVERY_BIT at all of them."""
    whole = (folder / name).read_bytes()
    made = release.load(folder)
    rng = random.Random(f"{SEED} {name}")
    bits = range(8 * len(whole)) if EVERY_BIT else rng.sample(range(8 * len(whole)), 400)
    for bit in bits:
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        (folder / name).write_bytes(damaged)
        with pytest.raises(ModelError, match="thrum train"):
            release.load_golden(folder, made) if name == release.GOLDEN else headers(folder)
    if name == release.GOLDEN:
        with pytest.raises(ModelError, match="thrum train"):
            headers(folder)


def _votes(content: dict[str, Any]) -> None:
    content["parameters"]["alarm"]["k"] = 99


def _weight(content: dict[str, Any]) -> None:
    tensor = next(t for t in content["graph"]["tensors"] if t.get("data"))
    tensor["data"][0] += 1


def _threshold(content: dict[str, Any]) -> None:
    content["parameters"]["alarm"]["threshold"] = 0.99


@pytest.mark.parametrize(
    "change, words",
    [
        (_votes, "parameters are|k = 99"),
        (_weight, "graph is not that of model.tflite"),
        (_threshold, "parameters are"),
    ],
)
def test_a_digest_that_was_made_anew_does_not_help(
    change: Callable[[dict[str, Any]], None], words: str, folder: Path
) -> None:
    """Whoever edits model.json and its digest is told by the network and the model's name."""
    path = folder / release.JSON
    content = json.loads(path.read_text())
    change(content)
    content["digest"] = release._digest(content)
    path.write_bytes(release.json_bytes(content))
    with pytest.raises(ModelError, match=words):
        release.load(folder)


def test_votes_beyond_the_last_ones_are_refused_under_any_name(folder: Path) -> None:
    made = release.load(folder)
    made.parameters["alarm"]["k"] = 99
    release.save(made, folder)
    with pytest.raises(ModelError, match=r"alarm.k = 99 of alarm.n = 32: must be 1 to n"):
        release.load(folder)


def test_without_golden_vectors_training_says_so(folder: Path) -> None:
    (folder / release.GOLDEN).unlink()
    made = release.load(folder)
    fresh = {**made.determined_by, "sources": freshness.fingerprint()}
    release.save(replace(made, determined_by=fresh), folder)
    assert freshness.why_stale(folder) == f"{folder / 'golden.json'} does not exist"
    with pytest.raises(ModelError, match=r"golden.json is missing: run `thrum train`"):
        headers(folder)
