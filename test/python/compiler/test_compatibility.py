"""thrum/compiler/compatibility.py: what fits together builds, everything else names its remedy."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from thrum.artifacts import release
from thrum.compiler import compatibility
from thrum.compiler.compatibility import Library, Target
from thrum.compiler.graph import Graph, ModelError

CHIRALE = Library(
    "Chirale_TensorFLowLite", 3, False, frozenset({"AddFullyConnected", "AddSoftmax"})
)
BOARD = Target("tflm", CHIRALE, flash=983_040, ram=262_144, arena_budget=8192)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return release.load().graph


def per_channel(graph: Graph) -> Graph:
    """The graph with per-channel weights in its second dense layer."""
    dense = [op for op in graph.operators if op.code == "FULLY_CONNECTED"][1]
    index = dense.inputs[1]
    weights = graph.tensors[index]
    scales = tuple(weights.scale[0] for _ in range(weights.shape[0]))
    tensors = list(graph.tensors)
    tensors[index] = dataclasses.replace(weights, scale=scales, zero_point=(0,) * len(scales))
    return dataclasses.replace(graph, tensors=tuple(tensors))


def test_the_released_model_fits_the_boards(graph: Graph) -> None:
    compatibility.check(graph, int(release.load().arena["nbytes"]), BOARD)


def test_per_channel_dense_is_refused_where_the_library_gets_it_wrong(graph: Graph) -> None:
    with pytest.raises(ModelError, match=r"operator 1 .*per channel; Chirale.*custom_engine = aot"):
        compatibility.check(per_channel(graph), 2480, BOARD)


def test_per_channel_dense_passes_where_it_is_right(graph: Graph) -> None:
    able = dataclasses.replace(CHIRALE, per_channel_dense=True)
    compatibility.check(per_channel(graph), 2480, dataclasses.replace(BOARD, library=able))
    compatibility.check(per_channel(graph), 2480, Target("aot", None, 30_720, 2048, 0))


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (dataclasses.replace(BOARD, engine="tfml"), "custom_engine = tfml: must be aot or tflm"),
        (dataclasses.replace(BOARD, library=None), "add custom_tflm = spaziochirale/.*@2.0.0"),
        (dataclasses.replace(BOARD, flash=30_720, ram=2048), "does not fit this board.*aot"),
        (dataclasses.replace(BOARD, ram=6000), "does not fit this board.*aot"),
        (
            dataclasses.replace(BOARD, arena_budget=2479),
            "takes 2480 B, custom_arena_budget is 2479",
        ),
        (
            dataclasses.replace(BOARD, library=dataclasses.replace(CHIRALE, schema=4)),
            "reads model schema 4, the model has 3",
        ),
        (
            dataclasses.replace(
                BOARD, library=dataclasses.replace(CHIRALE, operators=frozenset({"AddSoftmax"}))
            ),
            r"operator 0 \(FULLY_CONNECTED\): Chirale.* does not have this operator",
        ),
    ],
)
def test_every_broken_clause_names_its_remedy(graph: Graph, target: Target, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        compatibility.check(graph, 2480, target)


def write_library(folder: Path, schema: str, dense: str, resolver: str) -> None:
    micro = folder / "src" / "tensorflow" / "lite" / "micro"
    (micro / "kernels").mkdir(parents=True)
    (micro / "micro_interpreter.h").write_text(schema, encoding="utf-8")
    (micro / "kernels" / "fully_connected.h").write_text(dense, encoding="utf-8")
    (micro / "micro_mutable_op_resolver.h").write_text(resolver, encoding="utf-8")


def test_reads_the_abilities_of_a_library_from_its_headers(tmp_path: Path) -> None:
    (tmp_path / "Unity").mkdir()
    write_library(
        tmp_path / "Port",
        "#define TFLITE_SCHEMA_VERSION (3)\n",
        "struct OpDataFullyConnected {\n  int32_t* per_channel_output_multiplier;\n};\n",
        "  TfLiteStatus AddSoftmax(\n  TfLiteStatus AddMean() {\n",
    )
    library = compatibility.find_library(sorted(tmp_path.iterdir()))
    assert library == Library("Port", 3, True, frozenset({"AddSoftmax", "AddMean"}))


def test_a_library_without_the_field_computes_dense_per_tensor_only(tmp_path: Path) -> None:
    write_library(tmp_path / "Old", "#define TFLITE_SCHEMA_VERSION (3)\n", "", "")
    library = compatibility.find_library([tmp_path / "Old"])
    assert library is not None
    assert not library.per_channel_dense


def test_finds_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    assert compatibility.find_library([tmp_path]) is None
