"""`thrum look`: figures that can be checked, one line for what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from thrum.cli.main import main
from thrum.look.spectrum import strongest_hz

RATE = 1000
TIMES = np.arange(8000) / RATE
SINE = 0.1 * np.sin(2 * np.pi * 50.3 * TIMES) + 1.0


def write(path: Path, samples: np.ndarray = SINE) -> Path:
    lines = [f"{t:.3f},{x:.7f}\n" for t, x in zip(TIMES, samples, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("time (s),acc (g)\n" + "".join(lines))
    return path


def test_json_has_one_object_a_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [write(tmp_path / name) for name in ("a.csv", "b/c.csv")]
    assert main(["look", str(tmp_path), "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["file"] for one in found] == [str(path) for path in paths]
    one = found[0]
    assert one["rate_hz"] == pytest.approx(RATE) and one["axes"] == 1 and one["samples"] == 8000
    assert one["rms_g"] == [pytest.approx(0.1 / 2**0.5, rel=1e-4)]
    assert one["peak_g"] == [pytest.approx(0.1, rel=1e-3)]
    assert one["strongest_hz"] == [pytest.approx(50.3, abs=0.02)]
    assert one["velocity_mm_s"] == [
        pytest.approx(0.1 / 2**0.5 * 9806.65 / (2 * np.pi * 50.3), rel=1e-3)
    ]
    assert one["velocity_hz"] == [10.0, 450.0]
    assert one["crest"] == [pytest.approx(2**0.5, rel=1e-2)]
    assert (one["unit"], one["unit_how"], one["gaps"], one["warnings"]) == ("g", "file", 0, [])


def test_text_names_every_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["look", str(write(tmp_path / "a.csv"))]) == 0
    out = capsys.readouterr().out
    for words in (
        "columns     acc (g)",
        "1000 Hz (times in equal steps)",
        "gaps        none",
        "g (the file says)",
        "8 s, 8000 samples",
        "RMS         0.07072 g",
        "clipped     0.00%",
        "strongest   50.3 Hz",
        "velocity    2.194 mm/s RMS, 10 to 450 Hz",
        "crest       1.4",
        "the rate is too low for 1 kHz",
    ):
        assert words in out


def test_what_cannot_be_read_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others of the folder are shown all the same."""
    write(tmp_path / "good.csv")
    (tmp_path / "bad.csv").write_text("hello\n")
    assert main(["look", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert "good.csv" in out and len(err.splitlines()) == 1 and "bad.csv: no samples" in err


@pytest.mark.parametrize("name", ["none.csv", "empty", "a.xls"])
def test_nothing_to_read(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.xls").write_text("1")
    assert main(["look", str(tmp_path / name)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_options_say_what_the_file_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(tmp_path / "a.npz", x=SINE * 9.80665, y=SINE)
    options = ["--key", "x", "--unit", "m/s2", "--file-rate", "1000", "--json"]
    assert main(["look", str(tmp_path / "a.npz"), *options]) == 0
    assert json.loads(capsys.readouterr().out)["mean_g"] == [pytest.approx(1.0, abs=1e-3)]


def test_a_plot_of_each(tmp_path: Path) -> None:
    write(tmp_path / "fan" / "a.csv")
    assert main(["look", str(tmp_path / "fan"), "--plot", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "fan_a.csv.png").stat().st_size > 10_000


def test_the_strongest_line_between_bins() -> None:
    for hz in (7.13, 50.3, 444.4):
        tone = np.sin(2 * np.pi * hz * TIMES)
        assert strongest_hz(tone, RATE) == pytest.approx(hz, abs=0.02)
    assert strongest_hz(np.zeros(1), RATE) == 0.0
