"""Parameters of the pipeline: one TOML file, checked once, frozen afterwards."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from thrum.paths import CONFIG

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


FEWEST_WINDOWS, MOST_WINDOWS = 16, 4096  # of a baseline, as baseline.h has them

Check = Callable[[Any], bool]
T = TypeVar("T")


class ConfigError(ValueError):
    """A parameter is missing, unknown or out of range; the message names key, value and range."""


def _param(allowed: str, check: Check) -> Any:
    return field(metadata={"allowed": allowed, "check": check})


def _between(low: float, high: float) -> Any:
    return _param(f"{low} to {high}", lambda value: low <= value <= high)


def _power_of_two(low: int, high: int) -> Any:
    return _param(
        f"a power of two from {low} to {high}",
        lambda value: low <= value <= high and value & (value - 1) == 0,
    )


@dataclass(frozen=True)
class Sample:
    """Acquisition: rate in Hz, full scale in g of the int16 count 32768, number of axes."""

    rate_hz: int = _between(50, 50_000)
    full_scale_g: float = _between(1.0, 400.0)
    axes: int = _between(1, 3)


@dataclass(frozen=True)
class Window:
    """Window length and hop in samples."""

    length: int = _power_of_two(64, 1024)
    hop: int = _between(16, 1024)


@dataclass(frozen=True)
class Features:
    """Number of linear bands; log2 of the noise floor in counts squared."""

    bands: int = _power_of_two(8, 32)
    floor_log2: int = _between(0, 30)


@dataclass(frozen=True)
class BaselineParams:
    """Windows to learn and how far apart, spread and operating states in log2 units of power."""

    windows: int = _between(FEWEST_WINDOWS, MOST_WINDOWS)
    min_spread: float = _between(0.07, 4.0)
    min_spread_apart: float = _between(0.07, 4.0)
    trial: int = _between(0, 14)
    stride: int = _between(1, 60_000)
    states: int = _between(1, 4)
    state_step: float = _between(1.0, 16.0)
    idle_drop: float = _between(2.0, 16.0)


@dataclass(frozen=True)
class Classes:
    """Class names, the healthy one first."""

    names: tuple[str, ...] = _param(
        'two names, the first "healthy"', lambda v: len(v) == 2 and v[0] == "healthy"
    )


@dataclass(frozen=True)
class Train:
    """Seed, size of the synthetic data set and optimizer; the network is in model/network.py."""

    seed: int = _between(0, 2**32 - 1)
    machines: int = _between(4, 10_000)
    healthy_weight: float = _between(0.1, 100.0)
    epochs: int = _between(1, 1000)
    batch: int = _between(1, 65_536)
    learning_rate: float = _between(1e-6, 1.0)
    patience: int = _between(1, 100)


@dataclass(frozen=True)
class Quantize:
    """Windows in the representative set."""

    representative: int = _between(200, 100_000)


@dataclass(frozen=True)
class Alarm:
    """Budget of false alarms; decision: windows averaged, k-of-n votes, dead band, hold."""

    false_alarms_per_30_days: float = _between(0.01, 1000.0)
    mean_windows: int = _power_of_two(1, 32)
    most_windows: int = _power_of_two(16, 128)
    threshold: float = _between(0.01, 0.99)
    k: int = _between(1, 32)
    n: int = _between(1, 32)
    cross_check: float = _between(0.5, 7.9)
    dead_band: float = _between(0.0, 0.5)
    hold_windows: int = _between(0, 60_000)


@dataclass(frozen=True)
class Config:
    """All parameters; see config.toml for the meaning of each key."""

    sample: Sample
    window: Window
    features: Features
    baseline: BaselineParams
    classes: Classes
    train: Train
    quantize: Quantize
    alarm: Alarm

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


def load(path: Path | str = CONFIG) -> Config:
    """Read and check a configuration file; raise ConfigError naming the first bad key."""
    path = Path(path)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such configuration file") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    return from_tables(tables)


def from_tables(tables: dict[str, Any]) -> Config:
    """Build a Config from nested dictionaries, checking every key."""
    sections = get_type_hints(Config)
    _same_keys("", set(tables), set(sections))
    return Config(**{name: _section(name, kind, tables[name]) for name, kind in sections.items()})


def _section(name: str, kind: type[T], table: Any) -> T:
    if not isinstance(table, dict):
        raise ConfigError(f"{name} = {table!r}: must be a table, write [{name}]")
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    _same_keys(name + ".", set(table), set(known))
    hints = get_type_hints(kind)
    return kind(
        **{
            key: _value(f"{name}.{key}", table[key], hints[key], item.metadata)
            for key, item in known.items()
        }
    )


def _value(key: str, value: Any, hint: Any, metadata: Any) -> Any:
    if isinstance(value, list):
        value = tuple(value)
    if hint is float and type(value) is int:
        value = float(value)
    wanted = getattr(hint, "__origin__", hint)
    if type(value) is not wanted:
        raise ConfigError(f"{key} = {value!r}: must be {metadata['allowed']} ({wanted.__name__})")
    if wanted is tuple and any(type(item) is not hint.__args__[0] for item in value):
        raise ConfigError(f"{key} = {list(value)!r}: must be {metadata['allowed']}")
    _require(metadata["check"](value), key, value, metadata["allowed"])
    return value


def _same_keys(prefix: str, given: set[str], known: set[str]) -> None:
    for key in sorted(known - given):
        raise ConfigError(f"{prefix}{key} is missing; see model/config.toml")
    for key in sorted(given - known):
        raise ConfigError(f"{prefix}{key} is not a parameter; known: {', '.join(sorted(known))}")


def _require(ok: bool, key: str, value: Any, allowed: str) -> None:
    if not ok:
        raise ConfigError(f"{key} = {value!r}: must be {allowed}")
