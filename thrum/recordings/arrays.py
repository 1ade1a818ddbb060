"""Files of named arrays: NumPy, MATLAB of all versions, HDF5. Structures are flattened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from thrum.recordings.extras import needed
from thrum.recordings.manifest import DatasetError
from thrum.recordings.mat_structure import check_mat
from thrum.recordings.source import Array, Source

_HDF5 = b"\x89HDF\r\n\x1a\n"
_HDF5_PLACES = (0, 512)  # where MATLAB and others put it
_UNIT_ATTRIBUTES = ("unit", "units", "Unit", "Units")
_NPY_MAGIC = 8  # bytes before the length of the header


def read_npz(path: Path) -> Source:
    """Every array of the archive."""
    with np.load(path, allow_pickle=False) as archive:
        if not hasattr(archive, "files"):
            raise DatasetError(f"{path}: holds one array, not an archive; rename it to .npy")
        return Source(path, _flat({name: archive[name] for name in archive.files}), table=False)


def read_npy(path: Path) -> Source:
    """The array, or the fields of a structured one."""
    array = np.load(path, allow_pickle=False)
    if not isinstance(array, np.ndarray):
        raise DatasetError(f"{path}: holds an archive, not one array; rename it to .npz")
    _check_size(path, array)
    fields = array.dtype.names
    return Source(path, _flat(_record(array) if fields else {"samples": array}), table=False)


def _check_size(path: Path, array: Array) -> None:
    """NumPy reads as many numbers as the header says, whatever follows."""
    with path.open("rb") as file:
        version = np.lib.format.read_magic(file)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }.get(version)
        if read_header is None:
            return
        read_header(file)
        left = path.stat().st_size - file.tell() - array.nbytes
    if left:
        raise DatasetError(
            f"{path}: {left} bytes follow the {array.size} numbers that its header names; export "
            "it again"
        )


def read_mat(path: Path) -> Source:
    """Every variable; `rec.gs` is the field gs of the structure rec."""
    if is_hdf5(path):
        return read_hdf5(path)
    check_mat(path)
    from scipy.io import loadmat

    found = loadmat(path, simplify_cells=True)
    return Source(
        path, _flat({k: v for k, v in found.items() if not k.startswith("__")}), table=False
    )


def is_hdf5(path: Path) -> bool:
    """By the bytes that such a file opens with."""
    with path.open("rb") as file:
        head = file.read(_HDF5_PLACES[-1] + len(_HDF5))
    return any(head[at : at + len(_HDF5)] == _HDF5 for at in _HDF5_PLACES)


def read_hdf5(path: Path) -> Source:
    """Every data set by its path, with a dot between groups."""
    h5py = needed("h5py", "h5py", path)
    arrays: dict[str, Array] = {}
    units: dict[str, str] = {}
    with h5py.File(path, "r") as file:

        def visit(name: str, item: Any) -> None:
            if not isinstance(item, h5py.Dataset) or name.startswith("#"):
                return
            dotted = name.replace("/", ".")
            arrays.update(_flat({dotted: np.squeeze(item[()])}))
            _attributes(dotted, item, arrays, units)

        file.visititems(visit)
        for name, value in file.attrs.items():
            arrays.update(_flat({name: value}))
    return Source(path, arrays, table=False, units=units)


def _attributes(name: str, item: Any, arrays: dict[str, Array], units: dict[str, str]) -> None:
    for key, value in item.attrs.items():
        if key in _UNIT_ATTRIBUTES:
            units[name] = value.decode() if isinstance(value, bytes) else str(value)
        elif np.size(value) == 1 and np.asarray(value).dtype.kind in "iuf":
            arrays[f"{name}.{key}"] = np.asarray(value)


def _flat(found: Mapping[str, Any]) -> dict[str, Array]:
    """Arrays of numbers by name; structures and cells of MATLAB as `outer.inner`."""
    return {name: array for key, value in found.items() for name, array in _leaves(key, value)}


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Array]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{name}.{key}", inner)
        return
    array = np.asarray(value) if not isinstance(value, list) else _of_list(value)
    if array.dtype.names:
        yield from _leaves(name, _record(array))
    elif array.dtype.kind == "O":
        for number, inner in enumerate(array.reshape(-1)):
            yield from _leaves(f"{name}{{{number}}}", inner)
    elif array.dtype.kind in "biuf":
        yield name, np.squeeze(array) if array.ndim > 1 and 1 in array.shape else array


def _of_list(values: list[Any]) -> Array:
    out = np.empty(len(values), object)
    out[:] = values
    return out


def _record(array: Array) -> dict[str, Array]:
    return {name: array[name] for name in array.dtype.names or ()}
