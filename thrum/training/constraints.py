"""Constraints on weights that keep a network monotone: more deviation never looks healthier."""

from __future__ import annotations

from typing import Any


def opposed(kernel: Any) -> Any:
    """Constrain a last kernel (inputs, 2): an input never helps healthy, nor hurts anomalous.

    Keras runs it under tf.function, hence the operators of keras.ops.
    """
    from keras import ops

    sign = ops.convert_to_tensor([[-1.0, 1.0]])
    return ops.relu(kernel * sign) * sign
