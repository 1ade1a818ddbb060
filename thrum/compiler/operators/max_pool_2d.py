"""MAX_POOL_2D: the largest value of each channel in a window that slides over the image."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.pooling import Pool, check_pool, parse_pool, pool_shape


class MaxPool(Pool):
    """Largest value in the window."""

    template = "MaxPoolKernel"
    header = "max_pool_2d"


def lower(node: Node) -> MaxPool:
    """The geometry is all that the kernel needs."""
    return MaxPool(pool_shape(node))


OPERATOR = Definition(
    name="MAX_POOL_2D",
    version=2,
    inputs=1,
    add_call="AddMaxPool2D",
    limits="one image; output with the scale of the input",
    kernels=("Cortex-M4",),
    check=check_pool,
    lower=lower,
    parse=parse_pool,
)
