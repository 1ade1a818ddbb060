"""config.toml: every key is checked by type and range, and an error is one line that says all."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from thrum import config
from thrum.artifacts import release
from thrum.config import ConfigError
from thrum.paths import CONFIG
from thrum.plant import zones

TABLES = json.loads(json.dumps(dataclasses.asdict(config.load())))
REQUIRED = [section for section in TABLES if section != "machine"]  # which is optional
KEYS = [(section, key) for section in REQUIRED for key in TABLES[section]]
NUMBERS = [(s, k) for s, k in KEYS if not isinstance(TABLES[s][k], list)]
WRONG: dict[str, Any] = {
    "a boolean": True,
    "NaN": math.nan,
    "infinity": math.inf,
    "a huge number": 10**400,
    "less than zero": -1,
    "a text": "1",
    "a list": [1],
    "a table": {"value": 1},
    "nothing": None,
}


def refused(change: Callable[[dict[str, Any]], object]) -> str:
    """The error of the project's parameters with a change."""
    tables = copy.deepcopy(TABLES)
    change(tables)
    with pytest.raises(ConfigError) as error:
        config.from_tables(tables, "my.toml")
    text = str(error.value)
    assert text.startswith("my.toml: ") and "\n" not in text
    return text


@pytest.mark.parametrize(("section", "key"), KEYS, ids=".".join)
@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
def test_a_value_that_is_not_allowed(section: str, key: str, value: Any) -> None:
    text = refused(lambda tables: tables[section].update({key: value}))
    assert f"{section}.{key} = {value!r}: must be " in text
    assert "a number, " in text or "a whole number, " in text or "a list of two texts" in text


@pytest.mark.parametrize(("section", "key"), NUMBERS, ids=".".join)
def test_both_limits_are_named_and_allowed(section: str, key: str) -> None:
    text = refused(lambda tables: tables[section].update({key: 2**40}))
    found = re.search(r"(?:, |from )(\S+) to (\S+)$", text)
    assert found, text
    for limit in map(json.loads, found.groups()):
        tables = copy.deepcopy(TABLES)
        tables[section][key] = limit
        try:
            assert getattr(getattr(config.from_tables(tables), section), key) == limit
        except ConfigError as error:  # of two keys that must fit each other: it names both
            assert re.search(r"must be (at most|below) \w+\.\w+ ", str(error)), error


@pytest.mark.parametrize(("section", "key"), KEYS, ids=".".join)
def test_a_key_that_is_missing(section: str, key: str) -> None:
    text = refused(lambda tables: tables[section].pop(key))
    assert text == f"my.toml: {section}.{key} is missing; see model/config.toml"


@pytest.mark.parametrize("section", REQUIRED)
def test_a_section_that_is_missing_misspelt_or_no_table(section: str) -> None:
    assert f"{section} is missing" in refused(lambda tables: tables.pop(section))
    assert f"{section} = 3: must be a table, write [{section}]" in refused(
        lambda tables: tables.update({section: 3})
    )
    assert "alarms is not a key; known: alarm, baseline, " in refused(
        lambda tables: tables.update(alarms={})
    )


def test_a_misspelt_key_is_told_with_the_one_that_it_stands_for() -> None:
    def change(tables: dict[str, Any]) -> None:
        tables["window"]["lenght"] = tables["window"].pop("length")

    text = refused(change)
    assert "window.length is missing" in text
    assert "window.lenght is not a key; known: hop, length" in text


def test_many_errors_are_counted() -> None:
    assert refused(dict.clear).endswith(
        "sample is missing; window is missing; features is missing; 5 more; see model/config.toml"
    )


@pytest.mark.parametrize(
    ("section", "values", "words"),
    [
        ("window", {"hop": 512}, "window.hop = 512: must be at most window.length = 256"),
        ("window", {"length": 64, "hop": 64}, "features.bands = 32: must be at most"),
        ("window", {"length": 250}, "window.length = 250: must be a whole number, a power of two"),
        ("alarm", {"most_windows": 16, "mean_windows": 32}, "must be at most alarm.most_windows"),
        ("alarm", {"k": 9, "n": 8}, "alarm.k = 9: must be at most alarm.n = 8"),
        ("alarm", {"threshold": 0.05}, "alarm.dead_band = 0.1: must be below alarm.threshold"),
        ("classes", {"names": ["bad", "healthy"]}, 'two texts, the first "healthy"'),
        ("classes", {"names": ["healthy", 2]}, "classes.names = ['healthy', 2]: must be a list"),
        ("classes", {"names": ["healthy"]}, "classes.names = ['healthy']: must be a list of two"),
    ],
)
def test_values_that_do_not_fit_each_other(
    section: str, values: dict[str, Any], words: str
) -> None:
    assert words in refused(lambda tables: tables[section].update(values))


def test_the_machine_is_unknown_unless_it_is_described() -> None:
    tables = copy.deepcopy(TABLES)
    del tables["machine"]
    assert config.from_tables(tables).machine == config.Machine("", "rigid", 0.0)
    tables["machine"] = {"group": "medium", "mounting": "flexible", "rpm": 1480}
    assert config.from_tables(tables).machine == config.Machine("medium", "flexible", 1480.0)
    assert (config.GROUPS, config.MOUNTINGS) == (zones.GROUPS, zones.MOUNTINGS)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("group", "huge", "must be large, medium, small, or empty for no zones"),
        ("group", 2, "must be large, medium, small, or empty for no zones"),
        ("mounting", "", "must be rigid or flexible"),
        ("rpm", math.nan, "must be a number, 0.0 to 100000.0"),
        ("rpm", -1, "must be a number, 0.0 to 100000.0"),
        ("power", 3, "machine.power is not a key; known: group, mounting, rpm"),
    ],
)
def test_what_a_machine_cannot_be(key: str, value: Any, words: str) -> None:
    assert words in refused(lambda tables: tables["machine"].update({key: value}))


def test_a_whole_number_stands_for_a_number() -> None:
    tables = copy.deepcopy(TABLES)
    tables["sample"]["full_scale_g"] = 4
    made = config.from_tables(tables).sample.full_scale_g
    assert made == 4.0 and type(made) is float


def test_parameters_stay_the_same_json() -> None:
    """model.json gets the values that are read from config.toml."""
    assert release.load().parameters == TABLES
    assert config.from_tables(TABLES) == config.load(CONFIG)


def test_parameters_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.load().sample.axes = 2  # type: ignore[misc]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    with pytest.raises(ConfigError, match=r"c\.toml: no such configuration file"):
        config.load(file)
    file.write_text("[sample")
    with pytest.raises(ConfigError, match=r"c\.toml: not valid TOML: .*at end of document"):
        config.load(file)
    file.write_bytes(b"# \xff")
    with pytest.raises(ConfigError, match=r"c\.toml: not valid TOML: .*utf-8"):
        config.load(file)
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        config.load(tmp_path)
    file.write_text(CONFIG.read_text().replace("axes = 1", "axes = 4"))
    with pytest.raises(ConfigError, match=r"c\.toml: sample\.axes = 4: .*1 to 3"):
        config.load(file)
