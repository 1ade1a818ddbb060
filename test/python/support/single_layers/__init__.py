"""Single layers with random weights, of any shape."""

from __future__ import annotations

from typing import Any

import numpy as np
from handmade import int8, int32, one, weights

from thrum.compiler.graph import Graph, Tensor

INPUT = 0.05  # scale
OUTPUT = 0.3


def dense(
    inputs: int,
    outputs: int,
    *,
    batch: int = 1,
    scale: float = 0.002,
    channels: bool = False,
    activation: str = "NONE",
    seed: int = 0,
) -> Graph:
    """A FULLY_CONNECTED; channels: with a scale for each output."""
    rng = np.random.default_rng(seed)
    scales = _scales(rng, outputs, scale) if channels else scale
    bare = weights(rng, int8(outputs, inputs, scale=scales))
    ends = int8(batch, inputs, scale=INPUT), int8(batch, outputs, scale=OUTPUT, zero=3)
    tensors = [ends[0], bare, _bias(rng, bare, outputs), ends[1]]
    return one("FULLY_CONNECTED", tensors, 4, activation=activation)


def conv(window: int, channels: int, outputs: int, **options: Any) -> Graph:
    """A CONV_2D; options: those of image_layer."""
    return _image_layer("CONV_2D", window, channels, outputs, **options)


def depthwise(window: int, channels: int, multiplier: int = 1, **options: Any) -> Graph:
    """A DEPTHWISE_CONV_2D."""
    outputs = channels * multiplier
    return _image_layer("DEPTHWISE_CONV_2D", window, channels, outputs, **options)


def _image_layer(
    code: str,
    window: int,
    channels: int,
    outputs: int,
    *,
    sides: tuple[int, int] = (6, 5),
    stride: int = 1,
    padding: str = "SAME",
    dilation: int = 1,
    scale: float = 0.002,
    activation: str = "NONE",
    seed: int = 0,
) -> Graph:
    rng = np.random.default_rng(seed)
    reach = (window - 1) * dilation + 1
    made = [-(-(n if padding == "SAME" else n - reach + 1) // stride) for n in sides]
    wide = code == "CONV_2D"
    shape = (outputs, window, window, channels) if wide else (1, window, window, outputs)
    bare = int8(*shape, scale=_scales(rng, outputs, scale), axis=0 if wide else 3)
    bare = weights(rng, bare)
    tensors = [
        int8(1, *sides, channels, scale=INPUT, zero=-3),
        bare,
        _bias(rng, bare, outputs),
        int8(1, *made, outputs, scale=OUTPUT, zero=4),
    ]
    options: dict[str, Any] = {"padding": padding, "stride_w": stride, "stride_h": stride}
    if not wide:
        options["depth_multiplier"] = outputs // channels
    options |= {"activation": activation, "dilation_w": dilation, "dilation_h": dilation}
    return one(code, tensors, 3, **options)


def _scales(rng: np.random.Generator, count: int, scale: float) -> tuple[float, ...]:
    return tuple(float(v) for v in rng.uniform(0.7 * scale, scale, count))


def _bias(rng: np.random.Generator, weight: Tensor, outputs: int) -> Tensor:
    bare = int32(*map(int, rng.integers(-9999, 10_000, outputs)))
    product = float(np.float32(INPUT * weight.scale[0]))
    return Tensor("", "int32", bare.shape, (product,), (0,), 0, bare.data)
