"""The tensor arena of TensorFlow Lite Micro: measured with the real interpreter, or bounded.

`python -m thrum.training.arena FILE` prints the smallest arena in bytes with which AllocateTensors
and Invoke both succeed. The wheel crashes on arenas that are far too small, so each size is
tried in a child process. It runs on 64-bit Linux, where pointers are larger than on a 32-bit board,
so the result is large enough for the board.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from thrum.compiler import tflite
from thrum.compiler.graph import Graph, ModelError
from thrum.paths import ROOT
from thrum.reference import tflm

_SMALLEST_STEP = 16
_LARGEST = 1 << 24


@dataclass(frozen=True)
class Arena:
    """nbytes is what the header gets; minimum is what was measured, 0 where nothing was."""

    nbytes: int
    minimum: int
    measured: bool


def size(data: bytes, graph: Graph) -> Arena:
    """Measure the arena where the wheel exists, else take the bound."""
    if not tflm.available():
        return Arena(bound(graph), 0, False)
    minimum = measure(data)
    return Arena(with_margin(minimum), minimum, True)


def with_margin(minimum: int) -> int:
    """An eighth more, rounded up to 16 bytes."""
    return -(-minimum * 9 // (8 * 16)) * 16


def bound(graph: Graph) -> int:
    """An arena that is large enough in any case, without measuring.

    2 KB for the interpreter, 128 B per tensor and 256 B per operator for its structures on a 64-bit
    host, 16 B per quantization scale for the kernels' copies, and twice all activations.
    """
    activations = sum(-(-t.nbytes // 16) * 16 for t in graph.tensors if t.data is None)
    scales = sum(len(t.scale) for t in graph.tensors)
    return (
        (
            2048
            + 128 * len(graph.tensors)
            + 256 * len(graph.operators)
            + 16 * scales
            + 2 * activations
            + 15
        )
        // 16
        * 16
    )


def measure(data: bytes) -> int:
    """Smallest arena that works, to 16 bytes, found in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        path.write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-m", "thrum.training.arena", str(path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise ModelError(f"the interpreter cannot run the model:\n{done.stderr.strip()}")
    return int(done.stdout)


def search(data: bytes) -> int:
    """Binary search between 16 bytes and the first power of two that works."""
    high = 1024
    while not _works(data, high):
        high *= 2
        if high > _LARGEST:
            raise ModelError(f"the interpreter fails even with an arena of {_LARGEST} bytes")
    low = 0
    while high - low > _SMALLEST_STEP:
        middle = (low + high) // (2 * _SMALLEST_STEP) * _SMALLEST_STEP
        low, high = (low, middle) if _works(data, middle) else (middle, high)
    return high


def _works(data: bytes, nbytes: int) -> bool:
    """Try one size in a child process."""
    child = os.fork()
    if child == 0:
        _try(data, nbytes)
    return os.waitpid(child, 0)[1] == 0


def _try(data: bytes, nbytes: int) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        import numpy as np

        engine = tflm.interpreter(data, nbytes)
        for index in range(len(tflite.read(data).inputs)):
            details = engine.get_input_details(index)
            engine.set_input(np.zeros(details["shape"], details["dtype"]), index)
        engine.invoke()
    except BaseException:
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    print(search(Path(sys.argv[1]).read_bytes()))
