"""The text of one operator in the generated header."""

from __future__ import annotations

from handmade import int8, one
from single_layers import dense

from thrum.codegen.operator_text import operator_text, pointer
from thrum.compiler.lowering import lower


def _text(graph: object) -> str:
    [step] = lower(graph)  # type: ignore[arg-type]
    return "\n".join(operator_text(graph, step))  # type: ignore[arg-type]


def test_small_weights_are_packed_by_the_compiler() -> None:
    text = _text(dense(8, 4))
    assert "constexpr DenseKernel<Layer0>::Packed kPacked0 THRUM_FLASH" in text
    assert "#if" not in text


def test_large_weights_stand_in_two_orders() -> None:
    text = _text(dense(640, 120))
    first, second = text.split("#else")
    assert "#if THRUM_KERNELS_CORTEX_M4" in first and "DenseCortexM4<Layer0>" in first
    assert "DenseKernel<Layer0>" in second and "Kernel0::Run(kPacked0, input, output);" in second


def test_a_type_is_a_pointer() -> None:
    graph = one("RELU", [int8(1, 4), int8(1, 4)])
    assert pointer(graph, 0) == "int8_t*"
