"""Thrum: listens to a machine's vibration and raises an alarm when it changes.

What the command `thrum` does, from Python:

>>> import thrum
>>> cfg = thrum.load_config()
>>> cfg.window.length, cfg.features.bands  # samples, bands
(256, 32)
>>> made = thrum.load_release()
>>> graph = thrum.read_tflite(made.tflite)
>>> [graph.tensors[i].shape for i in (*graph.inputs, *graph.outputs)]
[(1, 32), (1, 2)]

Further: train, evaluate, compile_model, write_headers and Device. Every error is a ValueError whose
message names file, value and remedy. Each name is imported when it is first used: `import thrum`
takes no time, and needs no library until something is called that does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thrum.api import (
        compile_model,
        evaluate,
        load_config,
        load_release,
        read_tflite,
        train,
        write_headers,
    )
    from thrum.device.client import Device

__all__ = [
    "Device",
    "compile_model",
    "evaluate",
    "load_config",
    "load_release",
    "read_tflite",
    "train",
    "write_headers",
]


if not TYPE_CHECKING:  # a type checker would take every name for one of ours

    def __getattr__(name):
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = "thrum.device.client" if name == "Device" else "thrum.api"
        return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
