"""Layers whose packed weights stand in the header."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from handmade import network
from networks import assert_exact
from single_layers import conv, dense

from thrum.codegen.packed_layer import packed_layer
from thrum.compiler.lowering import lower
from thrum.compiler.operators.conv_2d import Conv
from thrum.compiler.operators.fully_connected import Dense


def test_the_portable_kernel_keeps_its_plain_order(tmp_path: Path) -> None:
    assert_exact(network(dense(640, 120)), tmp_path, 64)


def test_a_layer_names_its_kernel() -> None:
    [step] = lower(conv(3, 128, 4))
    assert isinstance(step.kernel, Conv)
    text = "\n".join(packed_layer(3, step.kernel))
    assert "struct Layer3 {" in text and "cortex_m4::PackedConv<1152, 4, 4>" in text
    assert "ConvByRows<Layer3, DenseSums<cortex_m4::PackedRow<Layer3>>, 1152>;" in text


def test_nothing_is_packed_for_the_portable_loops() -> None:
    [step] = lower(dense(8, 4))
    assert isinstance(step.kernel, Dense)
    rows = ((-128, *step.kernel.weights[0][1:]), *step.kernel.weights[1:])
    assert packed_layer(0, step.kernel)
    assert not packed_layer(0, replace(step.kernel, weights=rows))
