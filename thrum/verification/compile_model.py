"""`thrum compile`: from a file to a folder of C++ that is known to be exact."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thrum.codegen import compiled
from thrum.codegen.compiled import Compiled
from thrum.codegen.text import write_if_changed
from thrum.compiler import tflite
from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import lower
from thrum.paths import read_bytes

MOST_OF_A_NETWORK = 2_000_000_000  # bytes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

KERAS = (".keras", ".h5")


@dataclass(frozen=True)
class Made:
    """What was written: name of the files and of the namespace, plan, and what was checked."""

    name: str
    plan: str
    checked: tuple[str, ...]


def compile_model(
    file: Path,
    out: Path,
    *,
    name: str | None = None,
    target: str = "cortex-m4",
    check: int = 32,
    calibrate: Path | None = None,
) -> Made:
    """Write a network's engine, data, example and plan, and the library.

    check: random inputs on which every layer must equal the reference. calibrate: float32 inputs
    that quantize a Keras model. ModelError, a ValueError, says in one line what is wrong.
    """
    made = read(file, name, calibrate)
    lower(made.graph)
    compiled.check_target(made.graph, target)
    try:
        _write(made, out, target)
    except OSError as error:
        raise ModelError(f"{out}: cannot be written: {error.strerror}") from None
    checked = ["nothing, because the number of inputs is 0"]
    if check:
        from thrum.verification import layers

        checked = layers.check(out, made.name, made.tflite, made.graph, check)
    plan = (out / f"{made.name}_plan.txt").read_text(encoding="utf-8")
    return Made(made.name, plan, tuple(checked))


def read(file: Path, name: str | None = None, calibrate: Path | None = None) -> Compiled:
    """The network of a .tflite file, or of a Keras file that is quantized first."""
    name = compiled.valid_name(name) if name else compiled.name_of(file.stem)
    try:
        data = read_bytes(file, MOST_OF_A_NETWORK)
    except OSError as error:
        raise ModelError(f"{file}: cannot be read: {error.strerror}") from None
    if file.suffix in KERAS:
        data = _quantized(file, calibrate)
    elif calibrate:
        raise ModelError(f"{file}: is no Keras file ({', '.join(KERAS)}); leave out --calibrate")
    try:
        return Compiled(name, data, tflite.read(data), file.name)
    except ModelError as error:
        raise ModelError(f"{file}: {error}") from None


def _write(made: Compiled, out: Path, target: str) -> None:
    for path, content in compiled.library().items():
        write_if_changed(out / path, content.decode("utf-8"))
    for path, text in compiled.texts(made, _arena(made.tflite, made.graph), target).items():
        write_if_changed(out / path, text)


def _arena(data: bytes, graph: Graph) -> dict[str, Any]:
    from thrum.training import arena

    return asdict(arena.size(data, graph))


def _quantized(file: Path, calibrate: Path | None) -> bytes:
    """A Keras file as int8 .tflite; dense layers per channel."""
    if calibrate is None:
        raise ModelError(f"{file}: a Keras file is quantized with --calibrate DATA.npz, its inputs")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    import keras

    from thrum.training import convert

    try:
        model = keras.models.load_model(file, compile=False)
    except Exception as error:  # Keras raises whatever its readers raise
        raise ModelError(f"{file}: Keras cannot read it: {_first_line(error)}") from None
    samples = _samples(calibrate)
    if model.input_shape[1:] != samples.shape[1:]:
        raise ModelError(
            f"{calibrate}: inputs of shape {samples.shape[1:]}, "
            f"{file} takes {model.input_shape[1:]}"
        )
    return convert.to_int8(model, samples)


def _samples(path: Path) -> npt.NDArray[np.float32]:
    """The first array of a NumPy file."""
    import numpy as np

    try:
        loaded = np.load(path, allow_pickle=False)
        found = loaded if isinstance(loaded, np.ndarray) else loaded[loaded.files[0]]
        samples = np.asarray(found, np.float32)
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise ModelError(f"{path}: no array of numbers: {_first_line(error)}") from None
    if samples.ndim < 2 or not len(samples) or not np.isfinite(samples).all():
        raise ModelError(f"{path}: needs finite numbers of shape (n, ...), has {samples.shape}")
    return samples


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
