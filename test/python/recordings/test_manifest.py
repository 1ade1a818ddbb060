"""Manifests: every key is checked by type and range, and an error is one line that says all."""

from __future__ import annotations

import datetime
import json
import math
from pathlib import Path
from typing import Any

import pytest

from thrum.recordings import manifest
from thrum.recordings.manifest import DatasetError, Entry

KEYS: dict[str, tuple[Any, str]] = {
    "file": ("x.csv", "a text"),
    "machine": ("fan", "a text"),
    "condition": ("40 Hz", "a text"),
    "label": ("healthy", "healthy or anomalous"),
    "session": ("a", "a text"),
    "key": ("x", "a text or a list of texts"),
    "time": ("t", "a text"),
    "time_unit": ("ms", "s, ms, us or ns"),
    "unit": ("mg", "g, mg or m/s2"),
    "scale": (0.25, "a number other than 0, or the name of a variable"),
    "range_g": (16.0, "a number above 0"),
    "bits": (13, "a whole number, 6 to 32"),
    "rate_hz": (952.0, "a number, 1 to 10000000"),
    "rate_key": ("fs", "a text"),
    "board": ("nano33ble", "a text"),
    "sensor": ("LSM9DS1", "a text"),
    "firmware": ("0b7c61f2", "a text"),
    "model": ("ff197cba65ab", "a text"),
    "recorded": ("20261128-101500", "a text"),
    "measured_hz": (951.8, "a number, 0 to 1000000000.0"),
    "lost": (7, "a whole number, 0 to 2147483647"),
}
ENOUGH = {key: KEYS[key][0] for key in ("file", "machine", "condition", "label")}
TEXTS = [key for key, (value, _) in KEYS.items() if isinstance(value, str)]
NUMBERS = [key for key in KEYS if key not in TEXTS]


def read(folder: Path, text: str) -> tuple[Entry, ...]:
    (folder / "m.toml").write_text(text, encoding="utf-8")
    return manifest.read_manifest(folder / "m.toml")


def table(keys: dict[str, Any]) -> str:
    """One recording; values in TOML's spelling."""
    return "[[recordings]]\n" + "".join(f"{key} = {toml(v)}\n" for key, v in keys.items())


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(v)}" for key, v in value.items()) + "}"
    if isinstance(value, datetime.date) or value != value or value in (math.inf, -math.inf):
        return str(value)
    return json.dumps(value)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(DatasetError) as error:
        read(folder, text)
    said = str(error.value)
    assert said.startswith(f"{folder / 'm.toml'}: ") and "\n" not in said
    return said


def test_every_key_is_tested() -> None:
    given = {"path" if key == "file" else key for key in KEYS}
    assert given == set(Entry.__dataclass_fields__)


def test_every_key_is_read(tmp_path: Path) -> None:
    [entry] = read(tmp_path, table({key: value for key, (value, _) in KEYS.items()}))
    assert entry.path == tmp_path / "x.csv" and entry.key == ("x",)
    for key, (value, _) in KEYS.items():
        assert key in ("file", "key") or getattr(entry, key) == value


def test_defaults_and_what_is_left_out(tmp_path: Path) -> None:
    text = '[defaults]\nmachine = "fan"\nunit = "mg"\n'
    rest = {key: ENOUGH[key] for key in ("file", "condition", "label")}
    [entry] = read(tmp_path, text + table(rest))
    assert (entry.machine, entry.unit, entry.session) == ("fan", "mg", "x")
    assert (entry.scale, entry.rate_hz, entry.lost) == (None, None, 0)


WRONG: dict[str, Any] = {
    "a boolean": True,
    "a list of numbers": [1],
    "a table": {"value": 1},
    "a date": datetime.date(2026, 11, 28),
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
def test_a_value_of_another_type(tmp_path: Path, key: str, value: Any) -> None:
    text = refused(tmp_path, table({**ENOUGH, key: value}))
    assert text.endswith(f"{key} = {value!r}: must be {KEYS[key][1]}")


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf], ids=str)
def test_a_number_that_is_none(tmp_path: Path, key: str, value: float) -> None:
    assert f"{key} = {value!r}: must be {KEYS[key][1]}" in refused(
        tmp_path, table({**ENOUGH, key: value})
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *((key, 5) for key in TEXTS),
        *((key, "5") for key in NUMBERS if key != "scale"),
        ("label", "bad"),
        ("unit", "ft"),
        ("time_unit", "min"),
        ("scale", 0),
        ("rate_hz", -1.0),
        ("rate_hz", 0.5),
        ("measured_hz", -1),
        ("lost", -1),
        ("lost", 1.5),
        ("key", ["x", 1]),
    ],
)
def test_a_value_out_of_range(tmp_path: Path, key: str, value: Any) -> None:
    text = refused(tmp_path, table({**ENOUGH, key: value}))
    assert f"{key} = {value!r}: must be {KEYS[key][1]}" in text


@pytest.mark.parametrize("key", ENOUGH)
def test_a_key_that_is_missing(tmp_path: Path, key: str) -> None:
    rest = {name: value for name, value in ENOUGH.items() if name != key}
    text = refused(tmp_path, table(rest))
    assert f"{key} is missing; every recording needs file, machine, condition and label" in text


def test_a_key_that_is_not_known(tmp_path: Path) -> None:
    for key in ("lable", "path"):
        text = refused(tmp_path, table({**ENOUGH, key: "x"}))
        assert f"x.csv: {key} is not a key; known: bits, board, condition, file, firmware" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("folder = 3\n", "folder = 3: must be a text"),
        ("defaults = 3\n", "defaults = 3: must be a table, write [defaults]"),
        ("recordings = 3\n", "recordings = 3: must be a list of tables, write [[recordings]]"),
        ("recordings = [3]\n", "recordings = [3]: must be a list of tables"),
        ("[recordings]\nfile = 'x'\n", "must be a list of tables, write [[recordings]]"),
        ("[[recording]]\n", "recording is not a key; known: defaults, folder, recordings"),
        ("", "no [[recordings]]"),
        ("recordings = [", "not valid TOML"),
        (table({**ENOUGH, "file": "/*.csv"}), "not a pattern below"),
    ],
)
def test_a_manifest_that_is_not_one(tmp_path: Path, text: str, words: str) -> None:
    assert words in refused(tmp_path, text)


def test_a_manifest_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be read: Is a directory"):
        manifest.read_manifest(tmp_path)
