"""Whole networks on QEMU: exact in every layer, also where a compiler cannot pack."""

from __future__ import annotations

import pytest
from handmade import network
from single_layers import conv, dense, depthwise

from thrum.compiler.graph import Graph
from tools.bench import bench_models, measured

CORTEX_M4 = next(target for target in measured.ALL if target.environment == "cortexm_sim")

pytestmark = pytest.mark.skipif(
    bool(CORTEX_M4.toolchain.missing()), reason=CORTEX_M4.toolchain.remedy
)


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(dense(640, 640), id="dense_410k"),
        pytest.param(conv(3, 192, 192, sides=(3, 3)), id="conv_332k"),
        pytest.param(dense(1100, 61, batch=2), id="batch"),
        pytest.param(depthwise(9, 812, sides=(4, 4)), id="depthwise_66k"),
    ],
)
def test_large_layers_compile_with_default_flags_and_are_exact(graph: Graph) -> None:
    found = bench_models.measure(network(graph).data)
    assert found.wrong == () and found.instructions > 10_000
    assert found.flash > sum(t.size for t in graph.tensors if t.data is not None)
