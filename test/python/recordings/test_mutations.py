"""Damaged files of every format: no traceback, and no wrong rate or RMS without a word.

THRUM_MUTANTS files of each format, from the seed THRUM_SEED. One edit each: bits, bytes, blocks and
lines that are changed, lost or doubled; lines of texts are moved as well.
"""

from __future__ import annotations

import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat, wavfile

from thrum.recordings.manifest import DatasetError, Entry
from thrum.recordings.readers import Reading, read_all

MUTANTS = int(os.environ.get("THRUM_MUTANTS", "20"))
SEED = int(os.environ.get("THRUM_SEED", "1"))
RATE, ROWS, G = 1000, 4096, 9.80665
TIMES = np.arange(ROWS) / RATE
X = 0.1 * np.sin(2 * np.pi * 50 * TIMES) + np.random.default_rng(7).normal(0, 0.03, ROWS)
LIMIT = 0.01  # of rate and RMS


def _csv(path: Path) -> None:
    rows = (f"{t:.3f},{x * G:.6f}\n" for t, x in zip(TIMES, X, strict=True))
    path.write_text("time (s),acc (m/s^2)\n" + "".join(rows))


def _semicolons(path: Path) -> None:
    rows = (f"{t:.3f};{x:.6f}\n".replace(".", ",") for t, x in zip(TIMES, X, strict=True))
    path.write_text("# logger\nSample rate: 1000 Hz\ntime;x\n" + "".join(rows) + "end\n")


def _iso(path: Path) -> None:
    rows = (f"2026-01-01T00:00:{t:09.6f},{x:.6f}\n" for t, x in zip(TIMES, X, strict=True))
    path.write_bytes(("time,x\n" + "".join(rows)).encode("utf-16"))


def _wav(kind: Any) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        top = 1.0 if kind is np.float32 else float(np.iinfo(kind).max)
        wavfile.write(path, RATE, (X * top).astype(kind))

    return write


def _acquisition(path: Path) -> None:
    sensors = [{"name": "accX", "units": "m/s2"}]
    values = [[round(x, 5)] for x in X * G]
    payload = {"interval_ms": 1, "sensors": sensors, "values": values}
    path.write_text(json.dumps({"signature": "0", "payload": payload}))


def _cbor(path: Path) -> None:
    cbor2 = pytest.importorskip("cbor2")
    sensors = [{"name": "accX", "units": "m/s2"}]
    payload = {"interval_ms": 1, "sensors": sensors, "values": [[x] for x in (X * G).tolist()]}
    path.write_bytes(cbor2.dumps({"signature": "0", "payload": payload}))


def _zip(path: Path) -> None:
    inner = path.with_name("inner.csv")
    _csv(inner)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inner, "Raw Data.csv")


def _lvm(path: Path) -> None:
    head = "LabVIEW Measurement\t\nSeparator\tTab\nX_Columns\tOne\n***End_of_Header***\t\n"
    head += "Channels\t1\nY_Unit_Label\tg\nDelta_X\t0.001\n***End_of_Header***\t\n"
    rows = (f"{t:.6f}\t{x:.6f}\n" for t, x in zip(TIMES, X, strict=True))
    path.write_text(head + "X_Value\tacc\tComment\n" + "".join(rows))


def _hdf5(path: Path) -> None:
    with pytest.importorskip("h5py").File(path, "w") as file:
        file.create_dataset("acc", data=X, fletcher32=True, chunks=(ROWS,))
        file["acc"].attrs["fs"] = 1000.0


def _tdms(path: Path) -> None:
    nptdms = pytest.importorskip("nptdms")
    with nptdms.TdmsWriter(path) as writer:
        writer.write_segment([nptdms.ChannelObject("g", "a", X, {"wf_increment": 0.001})])


def _parquet(path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"t": TIMES, "x": X}), path, write_page_checksum=True)


# Name of the file, how to write it, and keys of the manifest.
FORMATS: dict[str, tuple[str, Callable[[Path], None], dict[str, Any]]] = {
    "CSV": ("a.csv", _csv, {}),
    "semicolons": ("a.txt", _semicolons, {}),
    "UTF-16 and dates": ("a.csv", _iso, {}),
    "WAV, 16 bits": ("a.wav", _wav(np.int16), {}),
    "WAV, 32 bits": ("a.wav", _wav(np.int32), {}),
    "WAV, float": ("a.wav", _wav(np.float32), {}),
    "npz": ("a.npz", lambda path: np.savez(path, x=X, fs=1000), {"key": ("x",)}),
    "npy": ("a.npy", lambda path: np.save(path, X), {"rate_hz": 1000.0}),
    "MATLAB": ("a.mat", lambda path: savemat(path, {"x": X, "fs": 1000.0}), {"key": ("x",)}),
    "JSON": ("a.json", _acquisition, {}),
    "CBOR": ("a.cbor", _cbor, {}),
    "phyphox": ("a.zip", _zip, {}),
    "LabVIEW": ("a.lvm", _lvm, {}),
    "HDF5": ("a.h5", _hdf5, {"key": ("acc",)}),
    "TDMS": ("a.tdms", _tdms, {}),
    "Parquet": ("a.parquet", _parquet, {"key": ("x",), "time": "t"}),
}

TEXTS = ("CSV", "semicolons", "UTF-16 and dates", "JSON", "LabVIEW")
ONCE = ("MATLAB", "JSON", "CBOR", "HDF5", "TDMS")  # nothing in the file contradicts a wrong rate


def mutated(data: bytes, rng: random.Random, text: bool) -> bytes:
    """One edit, half of the time near the beginning, where headers are."""
    span = min(len(data), 512) if rng.random() < 0.5 else len(data)
    at = rng.randrange(span)
    size = rng.choice((1, 1, 2, 4, 16, 300))
    kind = rng.randrange(7 if text else 6)
    if kind == 0:
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
    if kind == 2:
        return data[:at] + data[at + size :]
    if kind == 3:
        return data[:at] + rng.randbytes(size) + data[at:]
    if kind == 4:
        return data[:at] + data[at : at + size] + data[at:]
    if kind == 5:
        return data[: rng.randrange(len(data))]
    lines = data.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def said_or_right(found: Reading, once: bool = False) -> bool:
    """Whether rate and RMS are right, or there is a warning.

    A file that was cut between two samples is right if what is left is; a rate that the file says
    `once` may be any.
    """
    rms = float(found.samples.std(axis=0)[0])
    wanted = (X.std(), X[: len(found.samples)].std())
    right = any(abs(rms / one - 1) <= LIMIT for one in wanted)
    return bool(found.warnings) or (right and (once or abs(found.rate_hz / RATE - 1) <= LIMIT))


@pytest.mark.parametrize("name", FORMATS)
def test_mutated_files(name: str, tmp_path: Path) -> None:
    file, write, keys = FORMATS[name]
    path = tmp_path / file
    write(path)
    whole = path.read_bytes()
    entry = Entry(path, "m", "c", "healthy", "s", **keys)
    assert said_or_right(read_all(entry)) and not read_all(entry).warnings
    silent = []
    for number in range(MUTANTS):
        rng = random.Random(f"{SEED} {name} {number}")
        path.write_bytes(mutated(whole, rng, name in TEXTS))
        try:
            found = read_all(entry)
        except DatasetError as error:
            assert str(path) in str(error) and "\n" not in str(error)
            continue
        if not said_or_right(found, name in ONCE):
            silent.append((number, found.rate_hz, float(found.samples.std())))
    assert not silent, f"seed {SEED}: {len(silent)} of {MUTANTS} silently wrong: {silent[:9]}"
