"""The check of an engine on QEMU's Cortex-M4."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from handmade import network
from single_layers import conv, dense

from thrum.compiler.graph import Graph, ModelError
from thrum.verification import cortex_m4, layers
from thrum.verification.compile_model import compile_model

needs_qemu = pytest.mark.skipif(
    bool(cortex_m4.missing()), reason=f"missing: {', '.join(cortex_m4.missing())}"
)


def _compiled(folder: Path, graph: Graph) -> bytes:
    data = network(graph).data
    (folder / "net.tflite").write_bytes(data)
    compile_model(folder / "net.tflite", folder, check=0)
    return data


@needs_qemu
def test_a_kernel_that_errs_on_cortex_m4_alone_is_found(tmp_path: Path) -> None:
    graph = dense(16, 8)
    data = _compiled(tmp_path, graph)
    kernel = tmp_path / "thrum" / "nn" / "cortex_m4" / "fully_connected.S"
    text = kernel.read_text(encoding="utf-8")
    kernel.write_text(text.replace("sxtab16 r2, \\x1, r2", "sxtb16 r2, r2"), encoding="utf-8")
    with pytest.raises(
        ModelError, match=r"\(FULLY_CONNECTED\): with the Cortex-M4 kernels \d of 4"
    ):
        layers.check(tmp_path, "net", data, graph, 4)


@needs_qemu
def test_a_network_that_does_not_fit_the_board_is_named(tmp_path: Path) -> None:
    graph = dense(16, 8)
    _compiled(tmp_path, graph)
    with (tmp_path / "net.h").open("a", encoding="utf-8") as header:
        header.write(
            "volatile char large[1 << 20];\nstruct Uses { Uses() { large[0] = 1; } } uses;\n"
        )
    inputs = layers.random_inputs(graph, 2)
    with pytest.raises(ModelError, match=r"cannot build net for Cortex-M4: .*overflow"):
        cortex_m4.layer_sums(tmp_path, "net", graph, inputs)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    graph = dense(16, 8)
    data = _compiled(tmp_path, graph)
    monkeypatch.setattr(cortex_m4, "EMULATOR", "qemu-of-nobody")
    said = layers.check(tmp_path, "net", data, graph, 2)
    assert said[-1] == "Cortex-M4 kernels: not checked, qemu-of-nobody is missing"


def test_inputs_fit_the_flash_of_the_board_and_qemus_time() -> None:
    assert cortex_m4.rows_that_fit(dense(640, 4), 32) == 32
    assert cortex_m4.rows_that_fit(dense(64_000, 1), 32) == 3
    slow = conv(7, 8, 512, sides=(20, 20))  # 80 million multiplications
    assert 1 < cortex_m4.rows_that_fit(slow, 32) < 32


def test_checksums_see_every_byte() -> None:
    rows = np.zeros((3, 5), np.int16)
    rows[1, 2], rows[2, 4] = 1, -1
    assert len(set(cortex_m4.checksums(rows).tolist())) == 3
