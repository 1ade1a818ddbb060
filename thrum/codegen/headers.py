"""All generated headers of a release, written where the build expects them."""

from __future__ import annotations

from pathlib import Path

from thrum.artifacts import release
from thrum.codegen.golden import golden_header
from thrum.codegen.model_aot import engine_header
from thrum.codegen.model_data import data_header
from thrum.codegen.model_params import params_header
from thrum.codegen.text import write_if_changed
from thrum.paths import ARTIFACTS


def headers(folder: Path = ARTIFACTS) -> dict[str, str]:
    """Path below the project's root and text of every header."""
    made = release.load(folder)
    vectors = release.load_golden(folder, made)
    name = made.model_hash
    return {
        "include/model_params.h": params_header(made.parameters, name),
        "include/model_data.h": data_header(made.tflite, made.graph, made.arena, name),
        "include/model_aot.h": engine_header(made.graph, name),
        "test/golden.h": golden_header(vectors, made.graph, name),
    }


def write_headers(root: Path, folder: Path = ARTIFACTS) -> list[str]:
    """Write the headers that differ; return their paths."""
    return [path for path, text in headers(folder).items() if write_if_changed(root / path, text)]
