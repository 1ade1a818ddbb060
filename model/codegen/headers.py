"""All generated headers of a release, written where the build expects them."""

from __future__ import annotations

from pathlib import Path

from model import release
from model.codegen.data import data_header
from model.codegen.engine import engine_header
from model.codegen.golden import golden_header
from model.codegen.params import params_header
from model.codegen.text import write_if_changed


def headers(folder: Path = release.FOLDER) -> dict[str, str]:
    """Path below the project's root and text of every header."""
    made = release.load(folder)
    vectors = release.read_json(folder / release.GOLDEN)
    name = made.model_hash
    return {
        "include/model_params.h": params_header(made.parameters, name),
        "include/model_data.h": data_header(made.tflite, made.graph, made.arena, name),
        "include/model_aot.h": engine_header(made.graph, name),
        "test/golden.h": golden_header(vectors, made.graph, name),
    }


def write_headers(root: Path, folder: Path = release.FOLDER) -> list[str]:
    """Write the headers that differ; return their paths."""
    return [path for path, text in headers(folder).items() if write_if_changed(root / path, text)]
