"""How long things last, in windows and averages, and how often: what the configuration comes to."""

from __future__ import annotations

from dataclasses import replace

from thrum import derived
from thrum.config import Config

MOST_EASED = 11  # times that a trial eases a band: it becomes twice as wide; see baseline.h


def apart(cfg: Config) -> bool:
    """Whether windows are learned so far apart that averages share none: these are learned."""
    return derived.apart(cfg.baseline.stride, cfg.alarm.most_windows)


def complete_windows(cfg: Config) -> int:
    """Windows of a complete average while the first windows are learned; see derived.py."""
    return derived.complete_windows(cfg.baseline.stride, cfg.alarm.most_windows, cfg.sample.rate_hz)


def final_windows(cfg: Config) -> int:
    """Windows of a complete average once the baseline is final."""
    return grown_windows(cfg) if grow_averages(cfg) else complete_windows(cfg)


def most_eased(cfg: Config) -> int:
    """Times that a trial may widen a band; see baseline.h."""
    finer = final_windows(cfg).bit_length() - 7
    return MOST_EASED + ((4 * finer + 1) // 3 if finer > 0 else 0)


def first_windows(cfg: Config) -> int:
    """Windows of the first average that is judged: fewer vary more than what was learned apart."""
    return derived.first_windows(cfg.baseline.stride, cfg.alarm.mean_windows, complete_windows(cfg))


def grow_averages(cfg: Config) -> int:
    """Averages that a baseline takes in after its windows; see derived.py."""
    b, rate = cfg.baseline, cfg.sample.rate_hz
    most, hop = cfg.alarm.most_windows, cfg.window.hop
    return derived.grow_averages(b.averages, b.hours, b.stride, most, rate, hop)


def grow_apart(cfg: Config) -> int:
    """Windows between these averages; see derived.py."""
    minutes, most = derived.grow_minutes(cfg.baseline.hours), cfg.alarm.most_windows
    rate, hop = cfg.sample.rate_hz, cfg.window.hop
    return derived.grow_apart(minutes, grow_averages(cfg), most, rate, hop)


def grown_windows(cfg: Config) -> int:
    """Windows of an average by which a baseline grows, and is judged once it is final."""
    return derived.complete_windows(grow_apart(cfg), cfg.alarm.most_windows, cfg.sample.rate_hz)


def trial_windows(cfg: Config) -> int:
    """Averages by which a baseline is tried, however many windows it learned."""
    b, grow = cfg.baseline, grow_averages(cfg)
    return derived.trial_windows(b.stride, cfg.alarm.most_windows, b.trial, b.windows, grow)


def with_stride(cfg: Config, stride: int) -> Config:
    """The configuration with another baseline.stride."""
    return replace(cfg, baseline=replace(cfg.baseline, stride=stride))


def with_hours(cfg: Config, hours: float) -> Config:
    """The configuration whose baseline grows over other hours, 0 for a final one at once."""
    return replace(cfg, baseline=replace(cfg.baseline, stride=1, hours=hours))


def in_a_row(cfg: Config) -> Config:
    """The configuration for recordings: every window is learned, and the baseline is final."""
    return with_hours(cfg, 0.0)


def run_in(windows: int) -> int:
    """Windows at the start of a baseline of `windows` in which the machine may still run up."""
    return windows // 4
