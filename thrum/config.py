"""Parameters of the pipeline: one TOML file, checked once, frozen afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import StrictFloat, StrictInt, StrictStr

from thrum.checked_toml import Allowed, Between, Checker, OneOf, PowerOfTwo, Table, read
from thrum.paths import CONFIG

FEWEST_WINDOWS, MOST_WINDOWS = 16, 4096  # of a baseline, as baseline.h has them


class ConfigError(ValueError):
    """A parameter is missing, unknown or out of range; the message names file, key and range."""


class _Names(Allowed):
    def holds(self, value: tuple[str, ...]) -> bool:
        return len(value) == 2 and value[0] == "healthy"


@dataclass(frozen=True)
class Sample(Table):
    """Acquisition: rate in Hz, full scale in g of the int16 count 32768, number of axes."""

    rate_hz: Annotated[StrictInt, Between(50, 50_000)]
    full_scale_g: Annotated[StrictFloat, Between(1.0, 400.0)]
    axes: Annotated[StrictInt, Between(1, 3)]


@dataclass(frozen=True)
class Window(Table):
    """Window length and hop in samples."""

    length: Annotated[StrictInt, PowerOfTwo(64, 1024)]
    hop: Annotated[StrictInt, Between(16, 1024)]


@dataclass(frozen=True)
class Features(Table):
    """Number of linear bands; log2 of the noise floor in counts squared."""

    bands: Annotated[StrictInt, PowerOfTwo(8, 32)]
    floor_log2: Annotated[StrictInt, Between(0, 30)]


@dataclass(frozen=True)
class BaselineParams(Table):
    """Windows to learn and how far apart, spread and operating states in log2 units of power."""

    windows: Annotated[StrictInt, Between(FEWEST_WINDOWS, MOST_WINDOWS)]
    min_spread: Annotated[StrictFloat, Between(0.07, 4.0)]
    min_spread_apart: Annotated[StrictFloat, Between(0.07, 4.0)]
    trial: Annotated[StrictInt, Between(0, 14)]
    hours: Annotated[StrictFloat, Between(0.0, 1000.0)]
    averages: Annotated[StrictInt, Between(16, 960)]
    stride: Annotated[StrictInt, Between(1, 60_000)]
    states: Annotated[StrictInt, Between(1, 4)]
    state_step: Annotated[StrictFloat, Between(1.0, 16.0)]
    idle_drop: Annotated[StrictFloat, Between(2.0, 16.0)]


@dataclass(frozen=True)
class Classes(Table):
    """Class names, the healthy one first."""

    names: Annotated[tuple[StrictStr, ...], _Names('a list of two texts, the first "healthy"')]


@dataclass(frozen=True)
class Train(Table):
    """Seed, size of the synthetic data set and optimizer; the network is in model/network.py."""

    seed: Annotated[StrictInt, Between(0, 2**32 - 1)]
    machines: Annotated[StrictInt, Between(4, 10_000)]
    healthy_weight: Annotated[StrictFloat, Between(0.1, 100.0)]
    epochs: Annotated[StrictInt, Between(1, 1000)]
    batch: Annotated[StrictInt, Between(1, 65_536)]
    learning_rate: Annotated[StrictFloat, Between(1e-6, 1.0)]
    patience: Annotated[StrictInt, Between(1, 100)]


@dataclass(frozen=True)
class Quantize(Table):
    """Windows in the representative set."""

    representative: Annotated[StrictInt, Between(200, 100_000)]


@dataclass(frozen=True)
class Alarm(Table):
    """Budget of false alarms; decision: windows averaged, k-of-n votes, dead band, hold."""

    false_alarms_per_30_days: Annotated[StrictFloat, Between(0.01, 1000.0)]
    mean_windows: Annotated[StrictInt, PowerOfTwo(1, 32)]
    most_windows: Annotated[StrictInt, PowerOfTwo(16, 128)]
    threshold: Annotated[StrictFloat, Between(0.01, 0.99)]
    k: Annotated[StrictInt, Between(1, 32)]
    n: Annotated[StrictInt, Between(1, 32)]
    cross_check: Annotated[StrictFloat, Between(0.5, 7.9)]
    dead_band: Annotated[StrictFloat, Between(0.0, 0.5)]
    hold_windows: Annotated[StrictInt, Between(0, 60_000)]


GROUPS, MOUNTINGS = ("large", "medium", "small"), ("rigid", "flexible")


class _Group(Allowed):
    def holds(self, value: str) -> bool:
        return value == "" or value in GROUPS


@dataclass(frozen=True)
class Machine(Table):
    """What is monitored: its group and mounting by ISO 20816-3, its speed; empty or 0: unknown."""

    group: Annotated[StrictStr, _Group(f"{', '.join(GROUPS)}, or empty for no zones")] = ""
    mounting: Annotated[StrictStr, OneOf(*MOUNTINGS)] = MOUNTINGS[0]
    rpm: Annotated[StrictFloat, Between(0.0, 100_000.0)] = 0.0


@dataclass(frozen=True)
class Config(Table):
    """All parameters; see config.toml for the meaning of each key."""

    sample: Sample
    window: Window
    features: Features
    baseline: BaselineParams
    classes: Classes
    train: Train
    quantize: Quantize
    alarm: Alarm
    machine: Machine = field(default_factory=Machine)

    def __post_init__(self) -> None:
        _require(
            self.window.hop <= self.window.length,
            "window.hop",
            self.window.hop,
            f"at most window.length = {self.window.length}",
        )
        _require(
            self.window.length >= 4 * self.features.bands,
            "features.bands",
            self.features.bands,
            f"at most window.length / 4 = {self.window.length // 4}",
        )
        _require(
            self.alarm.mean_windows <= self.alarm.most_windows,
            "alarm.mean_windows",
            self.alarm.mean_windows,
            f"at most alarm.most_windows = {self.alarm.most_windows}",
        )
        _require(
            self.alarm.k <= self.alarm.n,
            "alarm.k",
            self.alarm.k,
            f"at most alarm.n = {self.alarm.n}",
        )
        _require(
            self.alarm.dead_band < self.alarm.threshold,
            "alarm.dead_band",
            self.alarm.dead_band,
            f"below alarm.threshold = {self.alarm.threshold}",
        )


_CHECKER = Checker(Config, ConfigError, "see model/config.toml")


def load(path: Path | str = CONFIG) -> Config:
    """Read and check a configuration file; raise ConfigError naming the bad keys."""
    path = Path(path)
    return from_tables(read(path, ConfigError, "configuration file"), str(path))


def from_tables(tables: Mapping[str, Any], source: str = "model.json") -> Config:
    """A Config of nested dictionaries, every key checked; errors name the source."""
    made: Config = _CHECKER.made(tables, source)
    return made


def _require(ok: bool, key: str, value: Any, allowed: str) -> None:
    if not ok:
        raise ConfigError(f"{key} = {value!r}: must be {allowed}")
