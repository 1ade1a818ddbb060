"""Long tables: the quick way reads the same as the thorough one, or leaves it to that."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from thrum.recordings import plain_rows
from thrum.recordings.manifest import DatasetError, Entry
from thrum.recordings.readers import Reading, read_all

ROWS = 3000
HEADS = {  # separator, header
    "comma": (",", "time (s),x (g),n"),
    "semicolon": (";", "time (s);x (g);n"),
    "tab": ("\t", "time (s)\tx (g)\tn"),
    "blanks": ("  ", "t x n"),
}
SAID = ("rate_hz", "rate_how", "jitter", "columns", "unit", "clipped", "warnings", "notes")


def table(separator: str, header: str, comma: bool = False) -> list[str]:
    rng = np.random.default_rng(3)
    x = np.sin(np.arange(ROWS) / 5) + rng.normal(0, 0.1, ROWS)
    rows = [f"{k / 1000:.4f}{separator}{v:+.5e}{separator}{k}" for k, v in enumerate(x)]
    if comma:
        rows = [row.replace(".", ",") for row in rows]
    return [header, *rows, ""]


def both(path: Path, monkeypatch: pytest.MonkeyPatch, key: str = "x") -> tuple[list[object], bool]:
    """What either way reads or says, and whether the quick one was taken."""
    entry = Entry(path, "m", "c", "healthy", "s", key=(key,))
    taken = []
    quick = plain_rows.read

    def counted(*arguments: object) -> object:
        found = quick(*arguments)  # type: ignore[arg-type]
        taken.append(found is not None)
        return found

    out: list[object] = []
    monkeypatch.setattr(plain_rows, "read", counted)
    for least in (10_000, 10**12):
        monkeypatch.setattr(plain_rows, "_FROM", least)
        try:
            out.append(read_all(entry))
        except DatasetError as error:
            out.append(str(error))
    return out, taken[0]


def assert_same(found: list[object]) -> None:
    a, b = found
    if isinstance(a, str) or isinstance(b, str):
        assert a == b
        return
    assert isinstance(a, Reading) and isinstance(b, Reading)
    np.testing.assert_array_equal(a.samples, b.samples)
    for name in SAID:
        assert getattr(a, name) == getattr(b, name), name


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_plain_tables_are_read_quickly(
    name: str, end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(end.join(table(*HEADS[name])).encode())
    found, taken = both(path, monkeypatch)
    assert taken
    assert_same(found)


@pytest.mark.parametrize("name", ["semicolon", "tab", "blanks"])
def test_decimal_commas(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(table(*HEADS[name], comma=True)))
    found, taken = both(path, monkeypatch)
    assert taken
    assert_same(found)


ODD = {  # a line in the middle
    "a word": "oops{s}+1.0e0{s}4",
    "an empty cell": "1.5{s}{s}4",
    "an empty line": "",
    "a comment": "# paused",
    "a date": "2026-01-31T00:00:00{s}+1.0e0{s}4",
    "nan": "1.5{s}nan{s}4",
    "a fraction among whole numbers": "1.5{s}+1.0e0{s}4.5",
    "more cells": "1.5{s}+1.0e0{s}4{s}5",
    "fewer cells": "1.5{s}+1.0e0",
    "underscore": "1_000.5{s}+1.0e0{s}4",
    "two signs": "1.5{s}--1.0e0{s}4",
    "huge": "1.5{s}+1.0e0{s}99999999999999999999",
    "a comma": "1,5{s}+1,0e0{s}4",
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["comma", "semicolon"])
def test_what_is_unusual_is_read_thoroughly(
    odd: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = table(*HEADS[name])
    lines[1700] = ODD[odd].format(s=HEADS[name][0])
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines))
    assert_same(both(path, monkeypatch)[0])


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["Logger X", "sampling rate: 1000 Hz", ""], []),
        ([], ["", "end of file, 3000 samples"]),
        (["# a", "# b"], ["2.9"]),
    ],
)
def test_preambles_and_footers(
    above: list[str], below: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join([*above, *table(*HEADS["comma"])[:-1], *below]))
    found, _ = both(path, monkeypatch)
    assert_same(found)


def test_a_gap_is_told_by_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = table(*HEADS["comma"])
    del lines[1500:1510]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines))
    found, taken = both(path, monkeypatch)
    assert taken and "line 1500" in str(found[0])
    assert_same(found)


def test_whole_numbers_between_commas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One column with decimal commas looks the same."""
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["x", *(f"0,{k % 97:03d}" for k in range(ROWS)), ""]))
    found, taken = both(path, monkeypatch)
    assert not taken
    assert_same(found)
