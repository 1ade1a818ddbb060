"""Test windows for a board: a machine to learn, then windows of many kinds in random order.

A seed determines them: healthy and faulty synthetic machines, extremes of the arithmetic, quiet and
loud noise, several axes, and real recordings where there are some.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.paths import MANIFESTS
from thrum.recordings.dataset import at_rate, load, windows
from thrum.recordings.manifest import DatasetError, Entry, data_directory, read_manifest
from thrum.simulation import synth

I16 = npt.NDArray[np.int16]

RECORDED = "recorded_"  # start of their names
RECORDINGS = 3  # that one run draws from
PER_RECORDING = 8


@dataclass(frozen=True, eq=False)
class Challenge:
    """One window: a name without spaces, samples int16 (axes, length)."""

    name: str
    samples: I16


def challenges(cfg: Config, rng: np.random.Generator, learn: int, count: int) -> list[Challenge]:
    """`learn` healthy windows, then `count` windows of all kinds in random order."""
    cfg = at_rate(cfg, cfg.sample.rate_hz, axes=1)
    machine = synth.machine_set(cfg, rng, "challenge", learn, max(8, count // 8))
    first = [Challenge("learning", row) for row in windows(machine.baseline, cfg)]
    pool = [*_edges(cfg.window.length, rng), *_several_axes(cfg.window.length, rng)]
    pool += _noise(cfg.window.length, rng, count // 4)
    pool += _recorded(cfg, rng)
    for recording in (machine.healthy_same, machine.healthy_other, *machine.faulty):
        name = "_".join(recording.condition.split())
        pool += [Challenge(name, row) for row in windows(recording, cfg)]
    must = pool[: min(count, len(_edges(cfg.window.length, rng)))]
    drawn = [pool[i] for i in rng.integers(0, len(pool), count - len(must))]
    mixed = must + drawn
    # Runs of one machine let the detector raise and clear; single windows test its edges.
    order = rng.permutation(len(mixed)) if count < 64 else _in_blocks(rng, len(mixed))
    return first + [mixed[i] for i in order]


def _in_blocks(rng: np.random.Generator, count: int) -> npt.NDArray[np.int64]:
    """A permutation that keeps blocks of eight together."""
    blocks = np.array_split(np.arange(count), max(1, count // 8))
    return np.concatenate([blocks[i] for i in rng.permutation(len(blocks))])


def _edges(length: int, rng: np.random.Generator) -> list[Challenge]:
    time = np.arange(length)
    impulse = np.zeros(length)
    impulse[rng.integers(length)] = 32767
    step = np.where(time < rng.integers(1, length), -32768, 32767)
    clipped = rng.integers(-20000, 20000, length)
    clipped[: length // 16] = 32767
    signals = {
        "silence": np.zeros(length),
        "constant": np.full(length, -32768),
        "one_count": time % 2,
        "impulse": impulse,
        "step": step,
        "alternating_limits": np.where(time % 2, 32767, -32768),
        "square_at_limits": np.where(time // 8 % 2, 32767, -32768),
        "loudest_sine": 32767 * np.sin(2 * np.pi * rng.uniform(1, length / 2) * time / length),
        "ramp": np.linspace(-32768, 32767, length),
        "just_clipped": clipped,
        "just_too_much_clipped": np.where(time == length // 2, -32768, clipped),
    }
    return [Challenge(name, _int16(signal)[np.newaxis]) for name, signal in signals.items()]


def _several_axes(length: int, rng: np.random.Generator) -> list[Challenge]:
    loudness = np.array([[30.0], [3000.0], [1.0]])
    return [
        Challenge(f"{axes}_axes", _int16(rng.normal(0, loudness[:axes], (axes, length))))
        for axes in (2, 3)
        for _ in range(2)
    ]


def _noise(length: int, rng: np.random.Generator, count: int) -> list[Challenge]:
    """Noise with an offset, from half a count RMS to beyond the limits."""
    made = []
    for _ in range(count):
        bits = rng.uniform(-1, 16)
        signal = rng.normal(0, 2.0**bits, length) + rng.integers(-3000, 3000)
        made.append(Challenge(f"noise_{2.0**bits:.3g}", _int16(signal)[np.newaxis]))
    return made


def _entries() -> list[Entry]:
    directory = data_directory()
    if directory is None:
        return []
    entries: list[Entry] = []
    for manifest in sorted(MANIFESTS.glob("*.toml")):
        with contextlib.suppress(DatasetError):  # not every folder holds every data set
            entries += read_manifest(manifest, directory)
    return [entry for entry in entries if entry.path.exists()]


def _recorded(cfg: Config, rng: np.random.Generator) -> list[Challenge]:
    entries = _entries()
    made: list[Challenge] = []
    for i in rng.permutation(len(entries))[:RECORDINGS]:
        try:
            rows = windows(load(entries[i], cfg), cfg)
        except DatasetError:
            continue  # slower than this configuration; take another recording
        chosen = rng.integers(0, len(rows), PER_RECORDING)
        made += [Challenge(f"{RECORDED}{entries[i].path.stem}", rows[k, :1]) for k in chosen]
    return made


def _int16(signal: npt.NDArray[np.generic]) -> I16:
    return np.clip(np.rint(signal.astype(np.float64)), -32768, 32767).astype(np.int16)
