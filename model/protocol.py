"""Honest protocol: what a baseline learns, and what is judged against it.

A machine's first healthy recording of a condition is cut in two; the baseline learns the first
half. Judged are the second half and other healthy recordings of its session, healthy
recordings of other sessions, and every faulty one. A condition without a healthy recording is
judged against the baseline of the machine's first one. Windows overlap only where a recording is
too short, and never cross recordings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.dataset import Counts, Recording
from model.params import Config

_LEARNED_SHARE = 0.5
_FEWEST_WINDOWS = 32
_SMALLEST_HOP = 4  # of the window: more overlap adds windows but no information


class LeakError(ValueError):
    """The same recording was learned or trained on and is judged."""


@dataclass(frozen=True, eq=False)
class Case:
    """What one baseline learns and what is judged against it: samples int16 (n, axes)."""

    data: str
    condition: str
    cfg: Config
    learn: Counts
    learned_in: str
    same: tuple[Counts, ...]
    other: tuple[Counts, ...]
    faulty: tuple[Recording, ...]


def check_leak(seen: Iterable[Recording], judged: Iterable[Recording]) -> None:
    """Raise LeakError if a recording that was trained on is judged, even under another name."""
    known = {_digest(rec): rec.name for rec in seen}
    for rec in judged:
        if _digest(rec) in known:
            raise LeakError(
                f"{rec.name} is judged but was seen in training as "
                f"{known[_digest(rec)]}; remove it from one of the two"
            )


def _digest(rec: Recording) -> str:
    return hashlib.sha256(np.ascontiguousarray(rec.samples).tobytes()).hexdigest()


def check_separate(all_cases: Iterable[Case]) -> None:
    """Raise LeakError if a case judges samples that its baseline learned, in place or copied."""
    for case in all_cases:
        judged = [*case.same, *case.other, *(rec.samples for rec in case.faulty)]
        learned = _windows_of(case.learn, case.cfg)
        for part in judged:
            if np.shares_memory(case.learn, part) or learned & _windows_of(part, case.cfg):
                raise LeakError(
                    f"{case.data} {case.condition}: samples that the baseline learned are judged"
                )


def _windows_of(samples: Counts, cfg: Config) -> set[bytes]:
    """Windows without overlap that hold a signal, as they are in memory."""
    length = cfg.window.length
    parts = (samples[at : at + length] for at in range(0, len(samples) - length + 1, length))
    return {part.tobytes() for part in parts if np.ptp(part) > 0}


def cases(data: str, recordings: Sequence[Recording], cfg: Config) -> list[Case]:
    """One case per machine and condition of recordings that share rate and axes."""
    digests = [_digest(rec) for rec in recordings]
    for number, rec in enumerate(recordings):
        if digests.index(digests[number]) < number:
            twin = recordings[digests.index(digests[number])]
            raise LeakError(f"{rec.name} and {twin.name} are the same recording; remove one")
    return [
        _case(data, condition, [rec for rec in recordings if rec.machine == machine], cfg)
        for machine in dict.fromkeys(rec.machine for rec in recordings)
        for condition in dict.fromkeys(
            rec.condition for rec in recordings if rec.machine == machine
        )
    ]


def _case(data: str, condition: str, machine: list[Recording], cfg: Config) -> Case:
    mine = [rec for rec in machine if rec.condition == condition]
    healthy = [rec for rec in mine if rec.label == 0]
    learned = next(iter(healthy or [rec for rec in machine if rec.label == 0]), None)
    if learned is None:
        raise ValueError(f"{data}: {machine[0].machine} has no healthy recording to learn from")
    half = int(_LEARNED_SHARE * len(learned.samples))
    rest = [rec for rec in healthy if rec is not learned]
    return Case(
        data=data,
        condition=condition,
        cfg=_with_hop(cfg, half),
        learn=learned.samples[:half],
        learned_in=learned.condition,
        same=((learned.samples[half:],) if healthy else ())
        + tuple(rec.samples for rec in rest if rec.session == learned.session),
        other=tuple(rec.samples for rec in rest if rec.session != learned.session),
        faulty=tuple(rec for rec in mine if rec.label == 1),
    )


def _with_hop(cfg: Config, samples: int) -> Config:
    """The configured hop, halved until enough windows can be learned, down to a quarter window."""
    hop = cfg.window.hop
    while (
        samples - cfg.window.length
    ) // hop + 1 < _FEWEST_WINDOWS and hop > cfg.window.length // _SMALLEST_HOP:
        hop //= 2
    return replace(cfg, window=replace(cfg.window, hop=hop))
