"""AVERAGE_POOL_2D: the mean of each channel in a window that slides over the image."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.pooling import Pool, check_pool, parse_pool, pool_shape


class AveragePool(Pool):
    """Mean of the window, rounded away from zero; at the border it counts fewer values."""

    template = "AveragePoolKernel"
    header = "average_pool_2d"


def lower(node: Node) -> AveragePool:
    """The geometry is all that the kernel needs."""
    return AveragePool(pool_shape(node))


OPERATOR = Definition(
    name="AVERAGE_POOL_2D",
    version=2,
    inputs=1,
    add_call="AddAveragePool2D",
    limits="one image; output with the scale of the input",
    kernels=("Cortex-M4",),
    check=check_pool,
    lower=lower,
    parse=parse_pool,
)
