"""Can the firmware run a network at all? Asked before a training, which takes half a minute.

The untrained network is quantized with made-up weights and deviations and compiled: neither will
stay, but its operators and sizes will.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from thrum.compiler import tflite
from thrum.compiler.cost import cost
from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import MOST_VALUES_AVR, largest_tensor, lower
from thrum.compiler.memory_plan import plan
from thrum.paths import NETWORK
from thrum.training.quantize import MAX_Z, quantize
from thrum.training.split import DEVIATION_SCALE

_SAMPLES = 16
# Bytes that an ATmega328P has beside the firmware without its network, which README.md measures.
AVR_FLASH = 30_720 - 17_258 + 1_606
AVR_RAM = 2048 - 1500 - 200

Accept = Callable[[Graph], object]


def check(
    model: Any, bands: int, classes: int, accept: Accept = lower, target: str | None = None
) -> list[str]:
    """Which boards can carry a Keras network, in words; ModelError if none can, or not the target.

    accept raises ModelError where the engine cannot run the graph. target: avr or cortex-m4.
    """
    _check_ends(model, bands, classes)
    # Positive, so that no neuron is dead: a tensor of zeros has no scale.
    model.set_weights([np.abs(weight) + 0.01 for weight in model.get_weights()])
    rows = np.linspace(0, MAX_Z * DEVIATION_SCALE, _SAMPLES, dtype=np.float32)
    samples = np.repeat(rows[:, None], bands, axis=1)
    try:
        data = quantize(model, samples)
    except ModelError as error:
        raise ModelError(f"{NETWORK}: {error}") from None
    except Exception as error:  # TensorFlow's converter raises whatever its passes raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(f"{NETWORK}: TensorFlow cannot quantize the network: {reason}") from None
    graph = tflite.read(data)
    try:
        accept(graph)
    except ModelError as error:
        raise ModelError(f"{NETWORK}: the firmware cannot run this network: {error}") from None
    said = carried(graph)
    if target == "avr" and ": no, " in said[0]:
        raise ModelError(f"{NETWORK}: {said[0]}: make its layers smaller")
    return said


def _check_ends(model: Any, bands: int, classes: int) -> None:
    """ModelError unless deviations go in and probabilities come out."""
    shapes = [getattr(model, "input_shape", None), getattr(model, "output_shape", None)]
    for name, found, size in zip(("input", "output"), shapes, (bands, classes), strict=True):
        if found != (None, size):
            raise ModelError(
                f"{NETWORK}: the {name} has shape {found}, the firmware has (None, {size}): "
                + (
                    "it judges deviations from what the board learned. Spectra and raw windows "
                    "cannot be fed: compile such a network by `thrum compile` for a program of "
                    "your own"
                    if name == "input"
                    else "one probability for each class, the healthy one first"
                )
            )
    last = model.layers[-1]
    activation = getattr(getattr(last, "activation", None), "__name__", type(last).__name__)
    if activation.lower() != "softmax":
        raise ModelError(
            f"{NETWORK}: the last layer ends with {activation}; the firmware reads probabilities, "
            "so it must be softmax"
        )


def carried(graph: Graph) -> list[str]:
    """A line for each kind of board."""
    steps = lower(graph)
    costs = [cost(step.kernel, graph.tensors[step.output].size, "avr") for step in steps]
    flash, ram = sum(c.flash for c in costs), plan(graph, steps).nbytes
    avr = "ATmega328P: "
    if largest_tensor(graph) > MOST_VALUES_AVR:
        avr += f"no, its kernels count to {MOST_VALUES_AVR} values"
    elif flash > AVR_FLASH or ram > AVR_RAM:
        avr += f"no, {flash:,} B of weights and {ram:,} B of activations for {AVR_FLASH:,} and "
        avr += f"{AVR_RAM:,} B"
    else:
        avr += f"yes, {flash:,} B of weights and {ram:,} B of activations"
    time = sum(cost(s.kernel, graph.tensors[s.output].size, "cortex-m4").time for s in steps)
    return [avr, f"32-bit boards: yes, about {time:,} instructions a window on a Cortex-M4"]
