"""Recordings to replay: a healthy part, then the same machine after something changed.

The parts are separate recordings, joined at the end of a window: samples of the healthy one that do
not fill a window are dropped. Where no recordings are found, a synthetic machine takes their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.paths import MANIFESTS
from thrum.recordings.dataset import at_rate, load
from thrum.recordings.manifest import DatasetError, Entry, data_directory, read_manifest
from thrum.simulation import synth

SYNTHETIC_HEALTHY_SHARE = 2 / 3  # of synth.demo_recording


@dataclass(frozen=True)
class Plot:
    """The recordings of a scene. `windows`: how many are learned; `fault`: it should alarm."""

    manifest: str
    healthy: str
    changed: str
    rate_hz: int
    axes: int
    windows: int
    title: str
    change: str
    fault: bool = True


@dataclass(frozen=True, eq=False)
class Scene:
    """One continuous recording: int16 counts (n, axes); the change comes at sample `changes_at`."""

    title: str
    change: str
    source: str
    fault: bool
    real: bool
    samples: npt.NDArray[np.int16]
    rate_hz: int
    learn: int
    changes_at: int

    @property
    def seconds(self) -> float:
        """Duration of the recording."""
        return len(self.samples) / self.rate_hz


_FAN = ("ceiling_fan.toml", 200, 3, 256)
_COIN = "a coin taped to one blade"


def _fan(speed: str, words: str) -> Plot:
    manifest, rate_hz, axes, learn = _FAN
    files = (f"fan_0_{speed}_0_weight.npz", f"fan_0_{speed}_1_weight.npz")
    return Plot(manifest, *files, rate_hz, axes, learn, f"Ceiling fan, {words} speed", _COIN)


def _bearing(fault: str, words: str) -> Plot:
    return Plot(
        "cwru.toml",
        "1797_Normal.npz",
        f"1797_{fault}_DE48.npz",
        12_000,
        1,
        128,
        "Bearing test rig, no load",
        f"{words} defect in the bearing",
    )


# The first whose files exist is the demonstration. The healthy bearing recording lasts 5 s, which
# is why its scenes learn from 128 windows only.
PLOTS = (
    _fan("med", "medium"),
    _fan("low", "low"),
    _fan("high", "high"),
    Plot(
        "ceiling_fan.toml",
        "fan_0_low_0_weight.npz",
        "fan_0_low-deploy.npz",
        200,
        3,
        256,
        "Ceiling fan, low speed",
        "sensor re-installed, no fault",
        fault=False,
    ),
    _bearing("B_7", "0.18 mm ball"),
    _bearing("B_14", "0.36 mm ball"),
    _bearing("B_21", "0.53 mm ball"),
    _bearing("IR_7", "0.18 mm inner-race"),
    _bearing("IR_14", "0.36 mm inner-race"),
    _bearing("IR_21", "0.53 mm inner-race"),
    _bearing("OR@6_7", "0.18 mm outer-race"),
    _bearing("OR@6_14", "0.36 mm outer-race"),
    _bearing("OR@6_21", "0.53 mm outer-race"),
)


def real_scenes(cfg: Config, directory: Path | None = None) -> Iterator[Scene]:
    """The scenes whose recordings are found, the demonstration first; none without a folder."""
    folder = data_directory(directory)
    if folder is None:
        return
    for plot in PLOTS:
        parts = [_entry(plot.manifest, name, folder) for name in (plot.healthy, plot.changed)]
        if all(part is not None and part.path.is_file() for part in parts):
            yield _join(cfg, plot, [part for part in parts if part is not None])


def demonstration(cfg: Config, directory: Path | None = None) -> Scene:
    """The first real scene; the synthetic one where no recordings are found.

    A folder that was named but holds none of the recordings is an error.
    """
    scene = next(real_scenes(cfg, directory), None)
    if scene is None and directory is not None:
        raise DatasetError(
            f"{directory}: none of the recordings in {MANIFESTS.name}/*.toml is there; "
            "correct --data, or leave it out to use a synthetic machine"
        )
    return scene or synthetic(cfg)


def synthetic(cfg: Config) -> Scene:
    """A synthetic machine whose bearing fails slowly."""
    made = synth.demo_recording(cfg)
    return Scene(
        title="Synthetic machine",
        change="a growing bearing fault",
        source="synthetic: thrum/simulation; no recordings of real machines were found",
        fault=True,
        real=False,
        samples=made.samples,
        rate_hz=cfg.sample.rate_hz,
        learn=cfg.baseline.windows,
        changes_at=round(SYNTHETIC_HEALTHY_SHARE * len(made.samples)),
    )


def _entry(manifest: str, name: str, folder: Path) -> Entry | None:
    """The manifest's entry for a file, None where the folder lacks it."""
    try:
        entries = read_manifest(MANIFESTS / manifest, folder)
    except DatasetError:
        return None
    return next((entry for entry in entries if entry.path.name == name), None)


def _join(cfg: Config, plot: Plot, parts: list[Entry]) -> Scene:
    at = at_rate(cfg, plot.rate_hz, plot.axes)
    healthy, changed = (load(part, at).samples for part in parts)
    whole = len(healthy) // cfg.window.hop * cfg.window.hop
    return Scene(
        title=plot.title,
        change=plot.change,
        source=f"{plot.healthy}, then {plot.changed} ({parts[0].machine})",
        fault=plot.fault,
        real=True,
        samples=np.concatenate([healthy[:whole], changed]),
        rate_hz=plot.rate_hz,
        learn=plot.windows,
        changes_at=whole,
    )
