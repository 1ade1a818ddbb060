"""include/model_data.h: the flatbuffer, its operators and its arena."""

from __future__ import annotations

import dataclasses
import re

from thrum.artifacts import release
from thrum.codegen.model_data import data_header
from thrum.training import arena


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
