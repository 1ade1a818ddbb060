"""The same recording in every format that people have: same rate, same samples in g."""

from __future__ import annotations

import json
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat, wavfile

from thrum.recordings.manifest import DatasetError, Entry
from thrum.recordings.readers import Reading, read_all

RATE, ROWS, G = 1000, 4096, 9.80665
TIMES = np.arange(ROWS) / RATE
X = (0.1 * np.sin(2 * np.pi * 50 * TIMES) + np.random.default_rng(5).normal(0, 0.01, ROWS)).round(6)
XYZ = np.stack([X, np.roll(X, 3), np.roll(X, 7) + 1.0], axis=1).round(6)


def entry(path: Path, **keys: Any) -> Entry:
    return Entry(path, "m", "c", "healthy", "s", **keys)


def table(row: Callable[[int], str], head: str = "", tail: str = "", rows: int = ROWS) -> str:
    return head + "".join(row(i) + "\n" for i in range(rows)) + tail


def wav(bits: int, channels: np.ndarray) -> bytes:
    """A PCM WAV of whole numbers, little endian."""
    size = bits // 8
    frame = channels.shape[1] * size
    data = b"".join(int(v).to_bytes(size, "little", signed=bits > 8) for v in channels.ravel())
    form = struct.pack("<HHIIHH", 1, channels.shape[1], RATE, RATE * frame, frame, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data))
    return b"RIFF" + struct.pack("<I", len(body) + len(data)) + body + data


def comma(value: float, digits: int = 6) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


LVM = (
    "LabVIEW Measurement\t\nWriter_Version\t2\nReader_Version\t2\nSeparator\tTab\n"
    "Decimal_Separator\t.\nMulti_Headings\tNo\nX_Columns\t{x}\nTime_Pref\tAbsolute\n"
    "***End_of_Header***\t\n\nChannels\t1\t\nSamples\t4096\t\nDate\t2026/01/01\t\n"
    "Y_Unit_Label\tm/s^2\t\nX_Dimension\tTime\t\nX0\t0.0E+0\t\nDelta_X\t0.001000\t\n"
    "***End_of_Header***\t\t\nX_Value\tAcceleration\tComment\n"
)
ACQUISITION = {
    "protected": {"ver": "v1", "alg": "none"},
    "signature": "0" * 64,
    "payload": {
        "device_name": "a",
        "device_type": "B",
        "interval_ms": 1,
        "sensors": [{"name": n, "units": "m/s2"} for n in ("accX", "accY", "accZ")],
        "values": (XYZ * G).round(5).tolist(),
    },
}

# Content, and keys of the manifest; the samples are X unless there are three axes.
TEXTS: dict[str, tuple[str, str | bytes, dict[str, Any]]] = {
    "unit in brackets": (
        "a.csv",
        table(lambda i: f"{TIMES[i]:.3f},{X[i] * G:.6f}", "time (s),acc (m/s^2)\n"),
        {},
    ),
    "mg": ("a.csv", table(lambda i: f"{TIMES[i]:.3f},{X[i] * 1000:.3f}", "time,x [mg]\n"), {}),
    "unit behind a bar": ("a.csv", table(lambda i: f"{i},{X[i] * 1000:.3f}", "time_ms,x_mg\n"), {}),
    "a row of units": (
        "a.csv",
        table(lambda i: f"{i};{comma(X[i] * G)}", "t;x\n(ms);(m/s²)\n"),
        {},
    ),
    "nanoseconds since 1970": (
        "a.csv",
        table(lambda i: f"{1_700_000_000_000_000_000 + i * 1_000_000},{X[i]}", "time,x\n"),
        {},
    ),
    "microseconds since 1970": (
        "a.csv",
        table(lambda i: f"{1_700_000_000_000_000 + i * 1000},{X[i]}", "time,x\n"),
        {},
    ),
    "milliseconds since 1970": (
        "a.csv",
        table(lambda i: f"{1_700_000_000_000 + i},{X[i]}", "timestamp,x\n"),
        {},
    ),
    "seconds since 1970": (
        "a.csv",
        table(lambda i: f"{1_700_000_000 + i / 1000:.3f},{X[i]}", "timestamp,x\n"),
        {},
    ),
    "a phone's logger": (
        "a.csv",
        table(
            lambda i: f"{1_700_000_000_000_000_000 + i * 1_000_000},{TIMES[i]:.6f},{X[i] * G:.7f}",
            "time,seconds_elapsed,z\n",
        ),
        {"unit": "m/s2"},
    ),
    "time of day": ("a.csv", table(lambda i: f"12:00:{i / 1000:06.3f},{X[i]}", "Time,x\n"), {}),
    "date and time, decimal comma": (
        "a.csv",
        table(
            lambda i: f"01.02.2026 12:00:{i / 1000:06.3f};{X[i]}".replace(".", ",").replace(
                "01,02,2026", "01.02.2026"
            ),
            "Zeit;x\n",
        ),
        {},
    ),
    "ISO-8601 with a zone": (
        "a.csv",
        table(lambda i: f"2026-01-01T00:00:{i / 1000:09.6f}Z,{X[i]}", "time,x\n"),
        {},
    ),
    "comment lines": (
        "a.txt",
        table(lambda i: f"{TIMES[i]:.3f}\t{X[i]}", "# logger 3\n# time\tx\n"),
        {},
    ),
    "a preamble with semicolons": (
        "a.csv",
        table(lambda i: f"{X[i]}", ";Title, ADXL355\n;Rate, 1000\nx\n", ";end of file\n"),
        {"rate_hz": 1000.0},
    ),
    "a footer": (
        "a.csv",
        table(lambda i: f"{TIMES[i]:.3f},{X[i]}", "time,x\n", "\nTotal samples: 4096\nEND\n"),
        {},
    ),
    "quoted names with commas": (
        "a.csv",
        table(
            lambda i: f'"{TIMES[i]:.3f}","{X[i] * G:.6f}"',
            '"Time, elapsed (s)","Acceleration, x (m/s^2)"\n',
        ),
        {},
    ),
    "the rate in the preamble": (
        "a.csv",
        table(lambda i: f"{X[i]}", "Device: x\nSample rate: 1.0 kHz\n\nx\n"),
        {},
    ),
    "sparse": (
        "a.csv",
        table(lambda i: f"{TIMES[i]:.3f},{X[i]},{'21.5' if i % 100 == 0 else ''}", "time,x,T\n"),
        {"key": ("x",)},
    ),
    "UTF-16 without a mark": (
        "a.csv",
        table(lambda i: f"{TIMES[i]:.3f},{X[i]}", "time,x\n").encode("utf-16-le"),
        {},
    ),
    "Latin-1": (
        "a.csv",
        table(lambda i: f"{TIMES[i]:.3f};{X[i] * G:.6f}", "time;acc (m/s²)\n").encode("latin-1"),
        {},
    ),
    "one row": ("a.csv", ",".join(map(str, X)) + "\n", {"rate_hz": 1000.0}),
    "decimal commas alone": ("a.csv", table(lambda i: comma(X[i]), "x\n"), {"rate_hz": 1000.0}),
    "decimal commas alone, no header": ("a.csv", table(lambda i: comma(X[i])), {"rate_hz": 1000.0}),
    "decimal commas and blanks": (
        "a.txt",
        table(lambda i: f"{comma(TIMES[i], 3)}  {comma(X[i])}"),
        {},
    ),
    "numbers of columns": ("a.csv", table(lambda i: f"{i},{X[i]}", ",0\n"), {"rate_hz": 1000.0}),
    "a last line that was cut": (
        "a.csv",
        table(lambda i: f"{TIMES[i]:.3f},{X[i]}", "time,x\n", "4.09"),
        {},
    ),
    "more than acceleration": (
        "a.csv",
        table(
            lambda i: f"{TIMES[i]:.3f},{i % 7},{X[i] * G:.6f},21.5",
            "Time (s),Gyro x (rad/s),Acc x (m/s^2),Temp (°C)\n",
        ),
        {},
    ),
    "phyphox": (
        "a.csv",
        table(
            lambda i: ",".join(f"{v:.9e}" for v in (TIMES[i], *(XYZ[i] * G), 9.9)),
            '"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)",'
            '"Acceleration z (m/s^2)","Absolute acceleration (m/s^2)"\n',
        ),
        {},
    ),
    "LabVIEW, no times": ("a.lvm", table(lambda i: f"\t{X[i] * G:.6f}", LVM.format(x="No")), {}),
    "LabVIEW, times": (
        "a.lvm",
        table(lambda i: f"{TIMES[i]:.6f}\t{X[i] * G:.6f}", LVM.format(x="One")),
        {},
    ),
    "Edge Impulse": ("a.json", json.dumps(ACQUISITION), {}),
    "JSON of columns": ("a.json", json.dumps({"t": TIMES.tolist(), "x": X.tolist()}), {}),
    "JSON of columns and a rate": ("a.json", json.dumps({"fs": 1000, "x": X.tolist()}), {}),
    "JSON of rows": (
        "a.json",
        json.dumps([{"time": t, "x": x} for t, x in zip(TIMES, X, strict=True)]),
        {},
    ),
    "8 bits": ("a.wav", wav(8, np.rint(X * 127 / 0.2)[:, None] + 128), {"scale": 0.2 * 128 / 127}),
    "24 bits": ("a.wav", wav(24, np.rint(X * 2**23)[:, None]), {}),
    "32 bits": ("a.wav", wav(32, np.rint(X * 2**31)[:, None]), {}),
    "a channel": ("a.wav", wav(16, np.rint(np.stack([X * 0, X], 1) * 2**15)), {"key": ("1",)}),
}
LOOSE = {"8 bits": 2e-3, "a channel": 1e-4}


def is_recording(found: Reading, loose: float = 2e-5) -> bool:
    wanted = XYZ if found.samples.shape[1] == 3 else X[:, None]
    assert found.rate_hz == pytest.approx(RATE, rel=1e-3)
    np.testing.assert_allclose(found.samples, wanted, atol=loose)
    return True


@pytest.mark.parametrize("name", TEXTS)
def test_formats(name: str, tmp_path: Path) -> None:
    file, content, keys = TEXTS[name]
    path = tmp_path / file
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert is_recording(read_all(entry(path, **keys)), LOOSE.get(name, 2e-5))


def test_float_wav(tmp_path: Path) -> None:
    wavfile.write(tmp_path / "a.wav", RATE, X.astype(np.float32))
    assert is_recording(read_all(entry(tmp_path / "a.wav")))


def test_a_wav_of_thrum_says_its_scale(tmp_path: Path) -> None:
    from thrum.recordings.wav import write_wav

    counts = np.rint(X[:, None] * 2048).astype(np.int16)
    write_wav(tmp_path / "a.wav", counts, RATE, {"ICMT": "32768 = 16 g; board"})
    assert is_recording(read_all(entry(tmp_path / "a.wav")), 3e-4)


def test_matlab_structures_and_rows(tmp_path: Path) -> None:
    """Fields by a dot, rows by their number, a rate by its name, columns of either shape."""
    savemat(tmp_path / "a.mat", {"rec": {"fs": 1000.0, "gs": X, "all": np.tile(X, (5, 1))}})
    for key in ("rec.gs", "rec.all[4]"):
        assert is_recording(read_all(entry(tmp_path / "a.mat", key=(key,))))
    with pytest.raises(DatasetError, match=r"structure; name one.*has rec.fs, rec.gs, rec.all"):
        read_all(entry(tmp_path / "a.mat", key=("rec",)))
    with pytest.raises(DatasetError, match=r"no rec.all\[5\]; has rec.all\[0\] to rec.all\[4\]"):
        read_all(entry(tmp_path / "a.mat", key=("rec.all[5]",)))


def test_structured_numpy(tmp_path: Path) -> None:
    made = np.zeros(ROWS, [("t", "f8"), ("x", "f4")])
    made["t"], made["x"] = TIMES, X
    np.save(tmp_path / "a.npy", made)
    assert is_recording(read_all(entry(tmp_path / "a.npy", key=("x",), time="t")))


def test_hdf5_and_matlab_7_3(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    for name in ("a.h5", "a.mat"):
        with h5py.File(tmp_path / name, "w") as file:
            file["run/acc"] = X * G
            file["run/acc"].attrs["units"] = "m/s^2"
            file["run/acc"].attrs["fs"] = 1000.0
        assert is_recording(read_all(entry(tmp_path / name, key=("run.acc",))))


def test_tdms(tmp_path: Path) -> None:
    nptdms = pytest.importorskip("nptdms")
    with nptdms.TdmsWriter(tmp_path / "a.tdms") as writer:
        properties = {"wf_increment": 0.001, "unit_string": "m/s^2"}
        writer.write_segment([nptdms.ChannelObject("run", "acc", X * G, properties=properties)])
    assert is_recording(read_all(entry(tmp_path / "a.tdms")))


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    dates = np.arange(ROWS).astype("timedelta64[ms]") + np.datetime64("2026-01-01")
    parquet.write_table(pyarrow.table({"when_time": dates, "x": X}), tmp_path / "a.parquet")
    assert is_recording(read_all(entry(tmp_path / "a.parquet")))


def test_cbor(tmp_path: Path) -> None:
    cbor2 = pytest.importorskip("cbor2")
    (tmp_path / "a.cbor").write_bytes(cbor2.dumps(ACQUISITION))
    assert is_recording(read_all(entry(tmp_path / "a.cbor")))


def test_phyphox_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("Raw Data.csv", TEXTS["phyphox"][1])
        archive.writestr("meta/device.csv", "property,value\nname,phone\n")
    assert is_recording(read_all(entry(tmp_path / "a.zip")))


def test_a_format_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "nptdms", None)
    (tmp_path / "a.tdms").write_bytes(b"TDSm")
    with pytest.raises(DatasetError, match=r"a.tdms: .tdms files need npTDMS.*pip install"):
        read_all(entry(tmp_path / "a.tdms"))


CLIPPED = np.clip(30 * X, -2, 1.999939)
BAD: dict[str, tuple[str, str | bytes, dict[str, Any], str]] = {
    "units that conflict": (
        "a.csv",
        TEXTS["mg"][1],
        {"unit": "g"},
        r"file says mg for 'x \[mg\]', the manifest unit",
    ),
    "units of time that conflict": (
        "a.csv",
        TEXTS["unit behind a bar"][1],
        {"time": "time_ms", "time_unit": "s"},
        "'time_ms' is in ms, the manifest says time_unit = \"s\"",
    ),
    "no acceleration": (
        "a.csv",
        table(lambda i: f"{X[i]}", "gyro (deg/s)\n"),
        {"rate_hz": 1000.0, "key": ("0",)},
        "'0' is in deg/s, which is no acceleration",
    ),
    "counts": (
        "a.csv",
        table(lambda i: f"{X[i] * 2048:.0f}", "x (counts)\n"),
        {"rate_hz": 1000.0},
        "in counts; add scale = g per count",
    ),
    "rates that conflict": (
        "a.csv",
        TEXTS["mg"][1],
        {"rate_hz": 900.0, "time": "time"},
        "recorded at 1000 Hz, the manifest says 900 Hz",
    ),
    "thousands": (
        "a.csv",
        table(lambda i: f"{i};1,{i % 1000:03d}.5", "t;x\n"),
        {"rate_hz": 1000.0},
        "line 2: '1,000.5' has a comma, other lines a point",
    ),
    "underscores": (
        "a.csv",
        table(lambda i: f"1{'_' if i % 9 == 8 else ''}{i % 1000:03d}", "x\n"),
        {"rate_hz": 1000.0},
        "line 10: '1_008' is not a number",
    ),
    "decimal commas between commas": (
        "a.csv",
        table(lambda i: f"{comma(TIMES[i])},{comma(abs(X[i]))}", "time,x\n"),
        {},
        "2 names in the header but 4 cells",
    ),
    "which columns": (
        "a.csv",
        table(lambda i: f"{i},{X[i]},21.{i % 3}", "sample,x,temp\n"),
        {"rate_hz": 1000.0},
        'which of sample, x, temp is acceleration.*key = "x"',
    ),
    "a clock under another name": (
        "a.csv",
        table(lambda i: f"{i * 1.5},{X[i]}", "foo,x\n"),
        {"rate_hz": 1000.0},
        "foo may not be",
    ),
    "an empty cell": (
        "a.csv",
        table(lambda i: f"{TIMES[i]:.3f},{'' if i == 7 else X[i]}", "time,x\n"),
        {},
        "column 'x', line 9: is empty on 1 of 4096 lines",
    ),
    "no text": ("a.csv", "\0\1\2\3\4" * 99, {}, "binary data"),
    "an interval of zero": (
        "a.json",
        json.dumps(ACQUISITION).replace('"interval_ms": 1', '"interval_ms": 0'),
        {},
        "interval_ms = 0: must be above 0",
    ),
    "no JSON": ("a.json", "{", {}, "not valid JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused(name: str, tmp_path: Path) -> None:
    file, content, keys, words = BAD[name]
    (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DatasetError, match=f"{file}: .*{words}"):
        read_all(entry(tmp_path / file, **keys))


@pytest.mark.parametrize("kind", ["text", "float WAV", "npz", "16 bits below their limit"])
def test_clipping_is_said_in_any_encoding(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    if kind == "text":
        path.write_text(table(lambda i: f"{TIMES[i]:.3f},{CLIPPED[i]:.6f}", "time,x\n"))
    elif kind == "npz":
        path = tmp_path / "a.npz"
        np.savez(path, x=CLIPPED, fs=1000)
    else:
        path = tmp_path / "a.wav"
        whole = np.rint(CLIPPED / 2 * 20_000).astype(np.int16)
        wavfile.write(path, RATE, whole if kind[0] == "1" else (CLIPPED / 2).astype(np.float32))
    [words] = [w for w in read_all(entry(path)).warnings if "clipped" in w]
    assert "% of the samples stand at a limit" in words


def test_clipped_8_bits_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav(8, np.clip(np.rint(CLIPPED * 64) + 128, 0, 255)[:, None]))
    with pytest.raises(
        DatasetError, match=r"5\d\.\d% of the samples stand at the limits of 8 bits"
    ):
        read_all(entry(path))


def test_a_pure_sine_is_not_clipped(tmp_path: Path) -> None:
    for rate in (1000, 1013):
        np.savez(tmp_path / "a.npz", x=np.sin(2 * np.pi * 5 * np.arange(8000) / rate), fs=rate)
        assert read_all(entry(tmp_path / "a.npz")).warnings == ()


DOUBTS: dict[str, tuple[np.ndarray, str]] = {
    "one far sample": (np.where(np.arange(ROWS) == 99, 9.0, X), "such as 9 g at sample 99"),
    "unsigned": (np.rint(X * 2048).astype(np.int16).astype(np.uint16) / 2048, "signed"),
    "absurd": (X * 1e6, "check unit and scale"),
    "m/s2 taken for g": (X * G + G, 'are these m/s2.*add unit = "m/s2"'),
    "read too often": (np.repeat(X[: ROWS // 2], 2), "read too often"),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_doubts(name: str, tmp_path: Path) -> None:
    samples, words = DOUBTS[name]
    np.savez(tmp_path / "a.npz", x=samples, fs=1000)
    found = read_all(entry(tmp_path / "a.npz"))
    assert re.search(words, " ".join(found.warnings))
