"""Tables of numbers as loggers, spreadsheets and pandas write them, and what cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from thrum.recordings.manifest import DatasetError, Entry
from thrum.recordings.readers import read

RATE = 952
ROWS = 3000
TIME = np.arange(ROWS) / RATE
AXES = np.random.default_rng(2).normal(0, 0.1, (ROWS, 3)).round(5)


def text(
    order: str = "txyz",
    separator: str = ",",
    decimal: str = ".",
    before: str = "",
    end: str = "\n",
    after: str = "",
    scale: float = 1.0,
    header: bool = True,
) -> str:
    """A table; `order` gives the columns, n is a row number and s a text."""
    names = {"t": "time", "n": "", "s": "note"}
    columns = dict(zip("xyz", AXES.T, strict=True))
    lines = [separator.join(names.get(c, c) for c in order) + after] if header else []
    for row in range(ROWS):
        cells = {"t": f"{TIME[row] * scale:.7f}", "n": str(row), "s": "running"}
        cells |= {name: f"{column[row]:.5f}" for name, column in columns.items()}
        lines.append(separator.join(cells[c].replace(".", decimal) for c in order) + after)
    return before + end.join(lines) + end


def entry(folder: Path, content: str, **keys: Any) -> Entry:
    path = folder / keys.pop("file", "x.csv")
    path.write_bytes(content.encode("utf-8"))
    given = {"time": "time", **keys}
    return Entry(path, "m", "c", "healthy", "s", **given)


VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": (text(), {}),
    "columns in another order": (text("zyxt"), {"key": ("x", "y", "z")}),
    "semicolons": (text(separator=";"), {}),
    "decimal commas": (text(separator=";", decimal=","), {}),
    "tabs": (text(separator="\t"), {"file": "x.tsv"}),
    "blanks": (text(separator="  "), {"file": "x.txt"}),
    "Windows, byte order mark": ("\ufeff" + text(end="\r\n"), {}),
    "a preamble": (text(before="# ADXL345\n\n% Rate,952\nDevice: fan 3\n"), {}),
    "a row of units": (text(before="s,g,g,g\n"), {}),
    "a separator at the end": (text(after=","), {}),
    "quoted names": (text().replace("time,x,y,z", '"time","x","y","z"'), {}),
    "a quoted name with a comma": (
        text().replace("time,x,y,z", 'time,"x, raw",y,z'),
        {"key": ("x, raw", "y", "z")},
    ),
    "quoted numbers": ("\n".join(f'"{line}"' for line in text(separator='","').splitlines()), {}),
    "quoted decimal commas": (
        "\n".join(f'"{line}"' for line in text(separator='";"', decimal=",").splitlines()),
        {},
    ),
    "a quote that is never closed": (text(before='"Device 3\nthe 5" fan\n'), {}),
    "row numbers": (text("ntxyz"), {}),
    "a column of text": (text("tsxyz"), {"key": ("x", "y", "z")}),
    "milliseconds": (text(scale=1e3), {"time_unit": "ms"}),
    "microseconds": (text(scale=1e6), {"time_unit": "us"}),
    "no header": (text(header=False), {"time": "0"}),
    "no header, no time": (text("xyz", header=False), {"time": "", "rate_hz": float(RATE)}),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_variants(name: str, tmp_path: Path) -> None:
    """The same samples at the same rate, however they are written."""
    content, keys = VARIANTS[name]
    samples, rate = read(entry(tmp_path, content, **keys))
    np.testing.assert_allclose(samples, AXES, atol=1e-9)
    assert rate == pytest.approx(RATE, rel=1e-4)


@pytest.mark.parametrize("digits", [3, 4, 5])
def test_coarse_times(digits: int, tmp_path: Path) -> None:
    """Milliseconds of a board's clock: 952 Hz in steps of 1 and 2; 3200 Hz in steps of 0 and 1."""
    for rate in (RATE, 3200):
        times = np.round(np.arange(ROWS) / rate, digits)
        content = "time,x\n" + "".join(
            f"{t:.6f},{x}\n" for t, x in zip(times, AXES[:, 0], strict=True)
        )
        assert read(entry(tmp_path, content))[1] == pytest.approx(rate, rel=2e-3)


def test_gaps_are_found_in_coarse_times_as_well(tmp_path: Path) -> None:
    """One missing sample in exact times, five in rounded ones; a clock that goes back."""
    for step, digits, jump in (
        (1 / RATE, 9, 1),
        (1 / RATE, 3, 5),
        (1 / 3200, 3, 5),
        (1 / RATE, 3, -9),
    ):
        number = np.arange(ROWS) + jump * (np.arange(ROWS) > 1999)
        times = np.round(number * step, digits)
        content = "time,x\n" + "".join(
            f"{t:.9f},{x}\n" for t, x in zip(times, AXES[:, 0], strict=True)
        )
        with pytest.raises(DatasetError, match="gap in 'time' after line 2001"):
            read(entry(tmp_path, content))


BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "a time in milliseconds": (text(scale=1e3), {}, 'steps by 1.05 s.*time_unit = "ms"'),
    "a time with a date": (
        "time,x\n" + "".join(f"0{i}.02.2026 00:00:00.1,0.{i}\n" for i in range(1, 9)),
        {},
        "column 'time', line 3: '02.02.2026 00:00:00.1': write dates as 2026-01-31.*rate_hz",
    ),
    "a word among numbers": (
        "x\n1\n2\noops\n4\n",
        {"time": ""},
        "'x', line 4: 'oops' is not a number",
    ),
    "a short row": ("x,y\n1,2\n3\n5,6\n7,8\n", {"time": ""}, "line 3 has 1 of 2 cells"),
    "a missing column": (text(), {"key": ("w",)}, "no column or variable 'w'; has time, x, y, z"),
    "too many columns, of which the first counts the rows": (
        text("ntxyz", header=False),
        {"time": ""},
        r"4 axes \(1, 2, 3, 4\).*choose one to three with key",
    ),
    "words only": ("hello\nworld\n", {"time": ""}, "no samples"),
    "an unknown unit of time": (
        text(),
        {"time_unit": "min"},
        "time_unit = 'min': must be s, ms, us, ns",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_errors_name_file_value_and_remedy(name: str, tmp_path: Path) -> None:
    content, keys, words = BAD[name]
    with pytest.raises(DatasetError, match=f"x.csv: .*{words}"):
        read(entry(tmp_path, content, **keys))
