"""Counts with a range, clocks that change, and other ways in which people write the same thing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from thrum.recordings.manifest import DatasetError, Entry
from thrum.recordings.readers import Reading, read_all

RATE, COUNT = 800, 2400
T = np.arange(COUNT) / RATE
X = 0.3 * np.sin(2 * np.pi * 20 * T) + np.random.default_rng(5).normal(0, 0.05, COUNT)


def found(path: Path, **keys: object) -> Reading:
    return read_all(Entry(path, "m", "c", "healthy", "s", **keys))  # type: ignore[arg-type]


def assert_right(reading: Reading) -> None:
    assert reading.rate_hz == pytest.approx(RATE, rel=1e-3)
    np.testing.assert_allclose(reading.samples[:, 0].std(), X.std(), rtol=1e-3)


def table(path: Path, header: str, row: Callable[[float, float], str]) -> Path:
    path.write_text(header + "\n" + "".join(row(t, x) + "\n" for t, x in zip(T, X, strict=True)))
    return path


def counts(path: Path, full: int) -> Path:
    return table(path, "t,x (counts)", lambda t, x: f"{t:.6f},{round(x * full / 2)}")


def test_counts_with_a_range(tmp_path: Path) -> None:
    assert_right(found(counts(tmp_path / "a.csv", 32768), range_g=2.0))
    assert_right(found(counts(tmp_path / "b.csv", 4096), range_g=2.0, bits=13))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"range_g": 16.0, "bits": 13}, "at most 4096; these go to"),
        ({"range_g": 2.0, "scale": 1.0}, "range_g and scale both say"),
        ({}, "is in counts; add"),
    ],
)
def test_a_range_that_cannot_be(tmp_path: Path, keys: dict[str, float], words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        found(counts(tmp_path / "a.csv", 32768), **keys)


def test_a_range_is_not_for_fractions(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "t,x", lambda t, x: f"{t:.6f},{x:.5f}")
    with pytest.raises(DatasetError, match="range_g is for counts of 16 bits"):
        found(path, range_g=16.0)


def test_summer_time_is_no_gap(tmp_path: Path) -> None:
    def row(t: float, x: float) -> str:
        utc = datetime(2024, 3, 31, 0, 59, 58) + timedelta(seconds=t)
        hours = 1 if utc < datetime(2024, 3, 31, 1) else 2
        return f"{(utc + timedelta(hours=hours)).isoformat()}+0{hours}:00,{x:.5f}"

    path = table(tmp_path / "a.csv", "time,x", row)
    assert_right(found(path))
    path.write_text(path.read_text().replace("+02:00", "", 1))
    with pytest.raises(DatasetError, match="has another time zone"):
        found(path)


def test_midnight_without_a_date(tmp_path: Path) -> None:
    begin = datetime(2024, 3, 31, 23, 59, 59)
    path = table(
        tmp_path / "a.csv",
        "time,x",
        lambda t, x: f"{begin + timedelta(seconds=t):%H:%M:%S.%f},{x:.5f}",
    )
    assert_right(found(path))


def test_bars_and_a_rate_in_a_comment(tmp_path: Path) -> None:
    assert_right(found(table(tmp_path / "a.csv", "t|x", lambda t, x: f"{t:.6f}|{x:.5f}")))
    assert_right(found(table(tmp_path / "b.csv", "% fs = 800 Hz\nx", lambda _, x: f"{x:.5f}")))


def test_volts_with_a_scale(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "t (s),ch1 (V)", lambda t, x: f"{t:.6f},{x / 10:.7f}")
    assert_right(found(path, scale=10.0))
    with pytest.raises(DatasetError, match="may not be"):
        found(path)


def test_groups_of_hdf5_and_tdms(tmp_path: Path) -> None:
    h5py, nptdms = pytest.importorskip("h5py"), pytest.importorskip("nptdms")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        samples = file.create_dataset("run1/acc", data=X * 9.80665)
        samples.attrs["unit"] = "m/s^2"
        file["run1/t"] = T
    assert_right(found(tmp_path / "a.h5", key=("run1/acc",), time="run1/t"))
    step = {"wf_increment": 1 / RATE, "unit_string": "g"}
    channels = [
        nptdms.ChannelObject("Acc", "X", X, step),
        nptdms.ChannelObject("Env", "T", np.ones(24), {"wf_increment": 1.0}),
    ]
    with nptdms.TdmsWriter(tmp_path / "a.tdms") as writer:
        writer.write_segment(channels)
    assert_right(found(tmp_path / "a.tdms", key=("Acc/X",)))


def test_a_time_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "time,x", lambda t, x: f"noon+{t:.5f},{x:.5f}")
    with pytest.raises(DatasetError, match=r"rate unknown.*column 'time', line 2: 'noon"):
        found(path, key=("x",))
