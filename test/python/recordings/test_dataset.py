"""Reading, checking, resampling, cutting and splitting recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat, wavfile

from thrum import config
from thrum.paths import MANIFESTS
from thrum.recordings import dataset, manifest
from thrum.recordings.dataset import DatasetError

CFG = dataset.at_rate(config.load(), 1000)
RATE = 4000
SIGNAL = (0.5 * np.sin(2 * np.pi * 50 * np.arange(8 * RATE) / RATE)).astype(np.float64)


def write(folder: Path, file: str, **keys: object) -> list[manifest.Entry]:
    """Entries of a manifest with one recording."""
    lines = ["[[recordings]]", f'file = "{file}"']
    for name, value in {"machine": "m", "condition": "c", "label": "healthy", **keys}.items():
        lines.append(f"{name} = {str(value) if not isinstance(value, str) else repr(value)}")
    (folder / "m.toml").write_text("\n".join(lines))
    return list(manifest.read_manifest(folder / "m.toml"))


def load(folder: Path, file: str, **keys: object) -> dataset.Recording:
    """Write a manifest for one file and load it."""
    return dataset.load(write(folder, file, **keys)[0], CFG)


def fails(folder: Path, words: str, file: str = "x.npz", **keys: object) -> None:
    """Loading must fail with a message that names the file and holds `words`."""
    with pytest.raises(DatasetError, match=words) as error:
        load(folder, file, **keys)
    assert file.replace("*", "") in str(error.value).replace("*", "")


def save(folder: Path, samples: np.ndarray, rate: float = RATE) -> None:
    """x.npz with samples and rate."""
    np.savez(folder / "x.npz", x=samples, fs=rate)


def is_sine(rec: dataset.Recording) -> bool:
    """Whether a recording is SIGNAL at 1 kHz in counts."""
    wanted = SIGNAL[:: RATE // 1000] * 32768 / CFG.sample.full_scale_g
    return rec.samples.dtype == np.int16 and bool(
        np.abs(rec.samples[100:-100, 0] - wanted[100:-100]).max() < 3
    )


def test_npz(tmp_path: Path) -> None:
    """Samples in g, the rate from a variable of the file."""
    save(tmp_path, SIGNAL)
    assert is_sine(load(tmp_path, "x.npz", key="x", rate_key="fs"))


def test_npz_clips_and_scale(tmp_path: Path) -> None:
    """Clips of int16 counts and three axes are joined and scaled."""
    clips = np.rint(SIGNAL * 4096).astype(np.int16).reshape(-1, 200, 1).repeat(3, axis=2)
    np.savez(tmp_path / "x.npz", x=clips, s=1 / 4096)
    rec = load(tmp_path, "x.npz", key="x", scale="s", rate_hz=RATE)
    assert is_sine(rec) and rec.samples.shape[1] == 3


def test_axes_in_rows(tmp_path: Path) -> None:
    """Three long rows are three axes; a lone array needs no name."""
    rows = np.stack([SIGNAL, 2 * SIGNAL, 3 * SIGNAL])
    np.save(tmp_path / "x.npy", rows)
    rec = load(tmp_path, "x.npy", rate_hz=RATE)
    assert is_sine(rec) and rec.samples.shape[1] == 3


def test_several_variables_must_be_named(tmp_path: Path) -> None:
    """The first one may be the time."""
    np.savez(tmp_path / "x.npz", t=np.arange(len(SIGNAL)) / RATE, x=SIGNAL, fs=RATE)
    fails(tmp_path, "holds t, x; name the samples with key", rate_key="fs")
    assert is_sine(load(tmp_path, "x.npz", key="x", rate_key="fs"))


def test_mat(tmp_path: Path) -> None:
    """MATLAB columns."""
    savemat(tmp_path / "x.mat", {"acc": SIGNAL[:, None], "fs": float(RATE)})
    assert is_sine(load(tmp_path, "x.mat", key="acc", rate_key="fs"))


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.float32])
def test_wav(tmp_path: Path, kind: type) -> None:
    """Integer WAV is a fraction of full scale; `scale` is the g of full scale."""
    top = 1.0 if kind is np.float32 else float(np.iinfo(kind).max)
    wavfile.write(tmp_path / "x.wav", RATE, (SIGNAL / 4 * top).astype(kind))
    assert is_sine(load(tmp_path, "x.wav", scale=4.0))


def test_a_wav_that_was_cut_is_refused(tmp_path: Path) -> None:
    """Half a recording is no recording, although SciPy only warns."""
    wavfile.write(tmp_path / "x.wav", RATE, SIGNAL.astype(np.float32))
    data = (tmp_path / "x.wav").read_bytes()
    (tmp_path / "x.wav").write_bytes(data[: len(data) // 2])
    fails(tmp_path, "header says 128058 bytes, the file has 64029; export it again", "x.wav")


def test_csv_with_header_time_and_unit(tmp_path: Path) -> None:
    """The time column gives the rate and is no axis; milli-g are converted."""
    times = np.arange(len(SIGNAL)) / RATE
    np.savetxt(
        tmp_path / "x.csv",
        np.stack([times, SIGNAL * 1000], 1),
        delimiter=",",
        header="t,z",
        comments="",
    )
    assert is_sine(load(tmp_path, "x.csv", time="t", unit="mg"))


def test_csv_without_header(tmp_path: Path) -> None:
    """Columns are numbered from 0."""
    np.savetxt(tmp_path / "x.csv", np.stack([SIGNAL * 0, SIGNAL], 1), delimiter=",")
    assert is_sine(load(tmp_path, "x.csv", key="1", rate_hz=RATE))


def test_anti_aliasing(tmp_path: Path) -> None:
    """A tone above half the new rate disappears."""
    save(tmp_path, np.sin(2 * np.pi * 900 * np.arange(8 * RATE) / RATE))
    rec = load(tmp_path, "x.npz", key="x", rate_key="fs")
    assert np.abs(rec.samples[200:-200]).max() < 0.01 * 32768 / CFG.sample.full_scale_g


def test_a_million_samples(tmp_path: Path) -> None:
    """Long recordings are no special case."""
    save(tmp_path, np.random.default_rng(0).normal(0, 0.1, 1_000_000))
    rec = load(tmp_path, "x.npz", key="x", rate_key="fs")
    assert len(rec.samples) == 250_000
    assert dataset.windows(rec, CFG).shape == ((250_000 - 256) // 256 + 1, 1, 256)


def test_bad_values(tmp_path: Path) -> None:
    """NaN, constant, empty, one sample, saturation: the message says which and what to do."""
    bad = SIGNAL.copy()
    bad[77] = np.nan
    for samples, words in (
        (bad, "1 samples are NaN.*index 77.*cut"),
        (SIGNAL * 0 + 1.5, "axis 0 is constant .1.5 g.*sensor"),
        (SIGNAL[:0], "no samples.*drop"),
        (SIGNAL[:1], "1 samples at 1000 Hz.*needs 256.*longer"),
        (SIGNAL * 100, "exceed 16 g.*full_scale_g"),
        (np.sign(SIGNAL + 1e-9).astype(np.int16) * 32767, "limits of int16.*range"),
        (SIGNAL.reshape(-1, 4), "4 axes.*choose"),
    ):
        save(tmp_path, samples)
        fails(tmp_path, words, key="x", rate_key="fs")


def test_bad_rates(tmp_path: Path) -> None:
    """Unknown, contradicting, absurd and too low rates."""
    np.savez(tmp_path / "x.npz", x=SIGNAL)
    fails(tmp_path, "rate unknown.*rate_hz", key="x")
    save(tmp_path, SIGNAL)
    assert is_sine(load(tmp_path, "x.npz", key="x"))  # fs says it
    fails(
        tmp_path,
        "recorded at 4000 Hz, the manifest says 3000 Hz",
        key="x",
        rate_key="fs",
        rate_hz=3000,
    )
    fails(tmp_path, "rate_hz = -1.0: must be a number, 1 to 10000000", key="x", rate_hz=-1.0)
    np.savez(tmp_path / "x.npz", x=SIGNAL)
    fails(tmp_path, "below sample.rate_hz = 1000", key="x", rate_hz=500)


def test_bad_files(tmp_path: Path) -> None:
    """Missing, unreadable and unknown files, missing variables and units."""
    fails(tmp_path, "no such file", "none.npz")
    (tmp_path / "x.npz").write_bytes(b"junk")
    fails(tmp_path, "cannot be read")
    (tmp_path / "x.xls").write_text("1")
    fails(tmp_path, "unknown format; supported: .csv, .tsv, .txt, .mat, .npy, .npz, .wav", "x.xls")
    (tmp_path / "x.csv").write_text("")
    fails(tmp_path, "no samples", "x.csv")
    save(tmp_path, SIGNAL)
    fails(tmp_path, "no column or variable 'y'; has x, fs", key="y", rate_key="fs")
    fails(tmp_path, "unit = 'ft'", key="x", rate_key="fs", unit="ft")


def test_csv_gap_and_text(tmp_path: Path) -> None:
    """A jump in time or a word among the numbers."""
    times = np.arange(4000) / RATE
    times[2000:] += 1
    np.savetxt(
        tmp_path / "x.csv",
        np.stack([times, SIGNAL[:4000]], 1),
        delimiter=",",
        header="t,z",
        comments="",
    )
    fails(tmp_path, "gap in 't' after line 2001.*split the file", "x.csv", time="t")
    (tmp_path / "x.csv").write_text("z\n1\n2\noops\n4\n")
    fails(tmp_path, "line 4: 'oops' is not a number", "x.csv", rate_hz=RATE)


def test_bad_manifests(tmp_path: Path) -> None:
    """Misspelt keys, missing keys, labels, patterns without a match."""
    save(tmp_path, SIGNAL)
    for keys, words in (
        ({"lable": "x"}, "lable is not a key"),
        ({"label": "bad"}, "label = 'bad'"),
        ({"machine": 3}, "machine = 3: must be a text"),
    ):
        with pytest.raises(DatasetError, match=words):
            write(tmp_path, "x.npz", **keys)
    with pytest.raises(DatasetError, match="matches no file"):
        write(tmp_path, "*.wav")
    with pytest.raises(DatasetError, match="no such manifest"):
        manifest.read_manifest(tmp_path / "none.toml")
    (tmp_path / "m.toml").write_text("recordings = [")
    with pytest.raises(DatasetError, match="not valid TOML"):
        manifest.read_manifest(tmp_path / "m.toml")
    (tmp_path / "m.toml").write_text("")
    with pytest.raises(DatasetError, match="no \\[\\[recordings"):
        manifest.read_manifest(tmp_path / "m.toml")


def test_data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Argument before environment; a wrong one is an error, none is not."""
    monkeypatch.setenv(manifest.DATA_ENVIRONMENT, str(tmp_path / "none"))
    assert manifest.data_directory(tmp_path) == tmp_path
    with pytest.raises(DatasetError, match="no such data directory"):
        manifest.data_directory()


def recordings(machines: int) -> list[dataset.Recording]:
    """Two short recordings of each of several machines."""
    samples = np.zeros((512, 1), np.int16)
    return [
        dataset.Recording(samples, 1000, f"m{i}", "c", j, f"r{i}{j}", f"s{j}")
        for i in range(machines)
        for j in (0, 1)
    ]


def test_split_by_machine() -> None:
    """No machine stands on both sides; the split is printed with counts."""
    train, held = dataset.split(recordings(10), 0.3, np.random.default_rng(1))
    assert {r.machine for r in train}.isdisjoint({r.machine for r in held})
    assert len({r.machine for r in held}) == 3 and len(train) + len(held) == 20
    text = dataset.split_text((("train", train), ("held out", held)), CFG)
    assert "held out: 6 recordings, windows 6 healthy 6 anomalous; m" in text


def test_split_needs_two_groups() -> None:
    """One machine cannot stand on both sides."""
    with pytest.raises(DatasetError, match="cannot split"):
        dataset.split(recordings(1), 0.5, np.random.default_rng(1))
    train, held = dataset.split(recordings(1), 0.5, np.random.default_rng(1), by=lambda r: r.name)
    assert len(train) == len(held) == 1


def test_windows_refuse_another_rate() -> None:
    """A recording at another rate than the configuration's is never cut silently."""
    with pytest.raises(DatasetError, match=r"1000 Hz, but sample\.rate_hz = 2000"):
        dataset.windows(recordings(1)[0], dataset.at_rate(CFG, 2000))


@pytest.mark.skipif(manifest.data_directory() is None, reason="no public recordings here")
@pytest.mark.parametrize(
    "name, rate, axes, count", [("cwru", 1000, 1, 70), ("ceiling_fan", 200, 3, 7)]
)
def test_public_manifests(name: str, rate: int, axes: int, count: int) -> None:
    """The manifests of the project fit the public data sets."""
    recs = dataset.load_manifest(
        MANIFESTS / f"{name}.toml", dataset.at_rate(CFG, rate), manifest.data_directory()
    )
    assert len(recs) == count
    assert all(rec.samples.shape[1] == axes and rec.rate_hz == rate for rec in recs)
