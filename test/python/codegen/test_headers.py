"""Generated headers: deterministic, minimal writes, true to parameters, honest about the arena."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from thrum import config
from thrum.artifacts import release
from thrum.codegen.golden import golden_header
from thrum.codegen.headers import headers, write_headers
from thrum.codegen.model_aot import engine_header
from thrum.codegen.model_data import data_header
from thrum.codegen.model_params import params_header
from thrum.codegen.text import write_if_changed
from thrum.compiler.graph import Graph, ModelError, Operator
from thrum.paths import ARTIFACTS, ROOT
from thrum.reference.detector import DetectorConfig
from thrum.training import arena


def test_same_text_in_another_process() -> None:
    """No time, path, hash seed or environment leaks into the headers."""
    code = (
        "from thrum.codegen.headers import headers; import hashlib, json;"
        "print(hashlib.sha256(json.dumps(headers()).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            check=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(digests) == 1


def test_standard_library_alone() -> None:
    """The pre-build needs neither NumPy nor TensorFlow."""
    code = (
        "import sys; from thrum.codegen.headers import headers; headers();"
        "print(sorted({'numpy', 'tensorflow', 'keras', 'flatbuffers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, text=True, capture_output=True
    )
    assert done.stdout.strip() == "[]"


def test_writes_only_what_differs(tmp_path: Path) -> None:
    """An unchanged header keeps its time stamp, so nothing is compiled again."""
    assert sorted(write_headers(tmp_path)) == sorted(headers())
    stamps = {path: (tmp_path / path).stat().st_mtime_ns for path in headers()}
    assert write_headers(tmp_path) == []
    assert stamps == {path: (tmp_path / path).stat().st_mtime_ns for path in headers()}
    (tmp_path / "include" / "model_aot.h").write_text("edited", encoding="utf-8")
    assert write_headers(tmp_path) == ["include/model_aot.h"]


def test_write_if_changed_makes_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.h"
    assert write_if_changed(path, "x\n")
    assert not write_if_changed(path, "x\n")
    assert path.read_bytes() == b"x\n"


def test_every_header_names_the_model() -> None:
    name = release.load().model_hash
    for path, text in headers().items():
        assert f"// Model {name}" in text, path
        assert "#if" not in text, path
        assert max(map(len, text.splitlines())) <= 110, path


def test_parameters_are_those_of_the_config() -> None:
    """The released parameters are config.toml, and the detector's integers those of its twin."""
    cfg = config.load()
    made = release.load()
    assert made.parameters == json.loads(json.dumps(dataclasses.asdict(cfg)))
    text = params_header(made.parameters, "0")
    values = ", ".join(map(str, dataclasses.astuple(DetectorConfig.of(cfg))))
    assert f"kDetector = {{{values}}};" in text
    assert f"kRateHz = {cfg.sample.rate_hz};" in text


def test_arena_is_aligned_and_has_a_small_margin() -> None:
    made = release.load()
    assert made.arena["measured"]
    smallest, size = made.arena["minimum"], made.arena["nbytes"]
    assert size % 16 == 0 and smallest * 9 / 8 <= size < smallest * 9 / 8 + 16
    assert arena.measure(made.tflite) == smallest
    assert arena.bound(made.graph) >= smallest


def test_unmeasured_arena_is_called_a_bound() -> None:
    made = release.load()
    bound = dataclasses.asdict(arena.Arena(arena.bound(made.graph), 0, False))
    text = data_header(made.tflite, made.graph, bound, "0")
    assert "Not measured: a conservative bound" in text
    assert f"kTensorArenaSize = {arena.bound(made.graph)};" in text


def test_flatbuffer_bytes_are_the_file() -> None:
    made = release.load()
    text = data_header(made.tflite, made.graph, made.arena, "0")
    body = re.search(r"kModelData\[\] = \{(.*?)\};", text, re.S)
    assert body and bytes(int(n) for n in re.findall(r"\d+", body[1])) == made.tflite
    assert "alignas(16) constexpr uint8_t kModelData[]" in text


def test_resolver_gets_each_operator_once() -> None:
    made = release.load()
    text = data_header(made.tflite, made.graph, made.arena, "0")
    calls = re.findall(r"resolver\.(\w+)\(\)", text)
    assert sorted(calls) == ["AddFullyConnected", "AddSoftmax"]
    assert "kOperatorCount = 2;" in text


def test_unsupported_operator_is_named() -> None:
    graph = release.load().graph
    strange = Graph(
        graph.tensors,
        (*graph.operators[:1], Operator("CUMSUM", (0,), (1,))),
        graph.inputs,
        graph.outputs,
    )
    with pytest.raises(ModelError, match=r"operator 1 \(CUMSUM\)"):
        engine_header(strange, "0")


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


def test_golden_header_holds_every_layer() -> None:
    made = release.load()
    vectors = release.read_json(ARTIFACTS / release.GOLDEN)
    values = sum(made.graph.tensors[op.outputs[0]].size for op in made.graph.operators)
    assert f"kLayerValues = {values};" in golden_header(vectors, made.graph, "0")
    assert 8 <= len(vectors["windows"]) <= 12
    states = {run["state"] for run in vectors["replay"]}
    assert states == {1, 2, 3}
