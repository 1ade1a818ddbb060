"""lib/vibration behind ctypes: the C++ side of every twin test."""

from __future__ import annotations

import atexit
import ctypes
import dataclasses
import functools
import shutil
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from thrum.codegen.headers import write_headers
from thrum.derived import far_weights, near_weights, sine_table
from thrum.paths import ARTIFACTS, ROOT
from thrum.reference import detector
from tools.ci import objects

SOURCES = ROOT / "lib/vibration/src"
FIRMWARE = ROOT / "src"


class FeatureConfig(ctypes.Structure):
    """thrum::FeatureConfig; the sine table stays referenced by `keep`."""

    _fields_ = [
        ("log2_length", ctypes.c_uint8),
        ("log2_bands", ctypes.c_uint8),
        ("floor_log2", ctypes.c_uint8),
        ("sine", ctypes.c_void_p),
    ]


class VelocityConfig(ctypes.Structure):
    """thrum::VelocityConfig."""

    _fields_ = [
        ("first", ctypes.c_uint16),
        ("last", ctypes.c_uint16),
        ("mantissa", ctypes.c_uint16),
        ("exponent", ctypes.c_int8),
    ]


class BaselineConfig(ctypes.Structure):
    """thrum::BaselineConfig."""

    _fields_ = [
        ("windows", ctypes.c_uint16),
        ("min_spread", ctypes.c_uint16),
        ("bands", ctypes.c_uint8),
        ("spread_per_deviation", ctypes.c_uint8),
        ("trial", ctypes.c_uint16),
        ("grow", ctypes.c_uint16),
        ("grown_spread", ctypes.c_uint16),
    ]


class DetectorConfig(ctypes.Structure):
    """thrum::DetectorConfig."""

    _fields_ = [
        ("raise_q8", ctypes.c_uint8),
        ("clear_q8", ctypes.c_uint8),
        ("k", ctypes.c_uint8),
        ("n", ctypes.c_uint8),
        ("hold_windows", ctypes.c_uint16),
    ]


def _scratch() -> Path:
    """A folder that is removed when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="thrum-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.cache
def library() -> ctypes.CDLL:
    """Compile lib/vibration and twin.cpp with the undefined-behaviour sanitizer trapping."""
    target = _scratch() / "libtwin.so"
    sources = [*sorted(SOURCES.rglob("*.cpp")), Path(__file__).with_name("twin.cpp")]
    flags = ["-std=c++14", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    flags += ["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error", f"-I{SOURCES}"]
    objects.build(target, sources, flags)
    return ctypes.CDLL(str(target))


def log_bands(
    windows: npt.NDArray[np.int16], bands: int, floor_log2: int
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
    """Log bands (n, bands) and statistics (n, axes, 4) of int16 windows (n, axes, length)."""
    count, axes, length = windows.shape
    sine = np.array(sine_table(length), np.int16)
    config = FeatureConfig(
        length.bit_length() - 1, bands.bit_length() - 1, floor_log2, sine.ctypes.data
    )
    windows = np.ascontiguousarray(windows)
    result = np.zeros((count, bands), np.uint16)
    stats = np.zeros((count, axes, 4), np.uint16)
    library().twin_log_bands(
        ctypes.byref(config), _pointer(windows), count, axes, _pointer(result), _pointer(stats)
    )
    return result, stats


def velocity_config(rate_hz: int, mg_q12: int, length: int) -> VelocityConfig:
    """As MakeVelocity computes it."""
    config = VelocityConfig()
    library().twin_make_velocity(rate_hz, mg_q12, length.bit_length() - 1, ctypes.byref(config))
    return config


def velocity(windows: npt.NDArray[np.int16], config: VelocityConfig) -> npt.NDArray[np.uint16]:
    """Q8 mm/s (n,) of int16 windows (n, length)."""
    count, length = windows.shape
    sine = np.array(sine_table(length), np.int16)
    near = np.array(near_weights(), np.uint16)
    far = np.array(far_weights(length), np.uint8)
    features = FeatureConfig(length.bit_length() - 1, 5, 6, sine.ctypes.data)
    windows = np.ascontiguousarray(windows)
    result = np.zeros(count, np.uint16)
    library().twin_velocity(
        ctypes.byref(features),
        ctypes.byref(config),
        _pointer(near),
        _pointer(far),
        _pointer(windows),
        count,
        _pointer(result),
    )
    return result


def deviation(
    log_bands: npt.NDArray[np.uint16],
    learn: int,
    min_spread: int,
    per_deviation: int,
    trial: int = 0,
) -> npt.NDArray[np.uint8]:
    """z (n - learn, bands) of the rows after the `learn` rows that the baseline is made from.

    The first trial * learn of them but one ease it, each after it is judged.
    """
    count, bands = log_bands.shape
    config = BaselineConfig(learn, min_spread, bands, per_deviation, trial * learn, 0, 64)
    z = np.zeros((count - learn, bands), np.uint8)
    rows = np.ascontiguousarray(log_bands)
    library().twin_deviation(ctypes.byref(config), _pointer(rows), count, _pointer(z))
    return z


def detect(
    scores: npt.NDArray[np.int16], config: detector.DetectorConfig
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """States and last scores (n,) of a stream of scores (n,), negative for a fault."""
    states, means = np.zeros(len(scores), np.uint8), np.zeros(len(scores), np.uint8)
    c_config = DetectorConfig(*dataclasses.astuple(config))
    library().twin_detector(
        ctypes.byref(c_config), _pointer(scores), len(scores), _pointer(states), _pointer(means)
    )
    return states, means


def complete_windows(stride: int, most_windows: int, rate_hz: int) -> int:
    """Windows of a complete average as the firmware has it."""
    log2 = library().twin_complete(most_windows.bit_length() - 1, stride, rate_hz)
    return 1 << int(log2)


def smoothed(log_bands: npt.NDArray[np.uint16], log2_windows: int) -> npt.NDArray[np.uint16]:
    """Averages after each row (n, bands) of log bands uint16 Q8 (n, bands)."""
    rows = np.ascontiguousarray(log_bands)
    averages = np.zeros_like(rows)
    count, bands = rows.shape
    library().twin_smoothing(_pointer(rows), count, bands, log2_windows, _pointer(averages))
    return averages


def zones(velocities: npt.NDArray[np.uint16], b: int, c: int) -> npt.NDArray[np.uint8]:
    """The zone after each velocity (n,), Q8 mm/s: 0 for B or better, 1 for C, 2 for D."""
    found = np.zeros(len(velocities), np.uint8)
    rows = np.ascontiguousarray(velocities)
    library().twin_zones(b, c, _pointer(rows), len(rows), _pointer(found))
    return found


def ranked(z: npt.NDArray[np.uint8]) -> npt.NDArray[np.int8]:
    """The network's input int8 (n, bands) of deviations uint8 (n, bands)."""
    rows = np.ascontiguousarray(z)
    features = np.zeros(rows.shape, np.int8)
    library().twin_rank(_pointer(rows), *rows.shape, _pointer(features))
    return features


def _pointer(array: npt.NDArray[np.generic]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def portable_firmware() -> list[Path]:
    """Sources of the firmware that every board compiles, whatever its platform and sensor."""
    patterns = ("*.cpp", "commands/*.cpp", "console/*.cpp", "storage/baseline_keeper.cpp")
    return sorted(path for pattern in patterns for path in FIRMWARE.glob(pattern))


@functools.cache
def native_firmware(model: Path = ARTIFACTS) -> Path:
    """The native firmware with a model, sanitizers on; headers made on the side."""
    folder = _scratch()
    write_headers(folder, model)
    sources = [*SOURCES.rglob("*.cpp"), *portable_firmware()]
    sources += [*FIRMWARE.glob("platform/native/*.cpp"), *FIRMWARE.glob("samplers/replay/*.cpp")]
    sources.append(FIRMWARE / "storage/file.cpp")
    flags = ["-std=gnu++17", "-O1", "-fsanitize=address,undefined", f"-I{folder / 'include'}"]
    flags += [f"-I{FIRMWARE}", f"-I{SOURCES}", "-DTHRUM_BOARD=native"]
    program = folder / "program"
    return objects.build(program, sources, flags)
