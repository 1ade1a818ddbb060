"""Protocol for folders: each healthy recording is judged by a baseline of the others.

All healthy recordings of a session are learned but the one that is judged. Recordings of other
sessions and faulty ones are judged by a baseline of all healthy recordings of their own session, or
of the session with most of them. Where that session has a single healthy recording, it is cut in
two; another session with too little to learn from is judged by that one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from thrum.config import FEWEST_WINDOWS, Config
from thrum.evaluation.cases import Case, ProtocolError, with_hop
from thrum.recordings.dataset import Recording

_RUN_IN_FROM = 128  # windows of a baseline, of which the first quarter is dropped


def cases(data: str, recordings: Sequence[Recording], cfg: Config) -> list[Case]:
    """Cases of every machine, all with the smallest hop that one of them needs."""
    out: list[Case] = []
    for machine in dict.fromkeys(rec.machine for rec in recordings):
        out += _machine(data, [rec for rec in recordings if rec.machine == machine], cfg)
    fitted = min((with_hop(case) for case in out), key=lambda at: at.window.hop)
    return [replace(case, cfg=fitted) for case in out]


def _machine(data: str, recordings: Sequence[Recording], cfg: Config) -> list[Case]:
    sessions = _healthy_by_session(recordings)
    if not sessions:
        raise ProtocolError(
            f"{data}: {recordings[0].machine} has no healthy recording to learn from; add one"
        )
    reference = max(sessions, key=lambda name: sum(len(rec.samples) for rec in sessions[name]))
    out: list[Case] = []
    for name, healthy in sessions.items():
        if name == reference or _is_enough(healthy, cfg):
            out += _session(data, healthy, cfg)
    for name, healthy in sessions.items():
        mine = [rec for rec in recordings if _learned_in(rec, sessions, reference) == name]
        out += _beside(data, name, healthy, mine, cfg)
    return out


def _healthy_by_session(recordings: Sequence[Recording]) -> dict[str, list[Recording]]:
    sessions: dict[str, list[Recording]] = {}
    for rec in recordings:
        if rec.label == 0:
            sessions.setdefault(rec.session, []).append(rec)
    return sessions


def _beside(
    data: str, name: str, healthy: Sequence[Recording], mine: Sequence[Recording], cfg: Config
) -> list[Case]:
    """The case of what a session's baseline judges beside its own healthy recordings."""
    faulty = tuple(rec for rec in mine if rec.label == 1)
    other = tuple(rec for rec in mine if rec.label == 0 and rec.session != name)
    return [_case(data, healthy, cfg, other=other, faulty=faulty)] if faulty or other else []


def _is_enough(healthy: Sequence[Recording], cfg: Config) -> bool:
    """Whether the others are a baseline whichever is left out; else another session's is one."""
    rest = sum(len(rec.samples) for rec in healthy) - max(len(rec.samples) for rec in healthy)
    return rest >= FEWEST_WINDOWS * cfg.window.length


def _learned_in(rec: Recording, sessions: dict[str, list[Recording]], reference: str) -> str:
    """The session whose baseline judges a recording beside its own healthy ones."""
    return rec.session if rec.label == 1 and rec.session in sessions else reference


def _session(data: str, healthy: Sequence[Recording], cfg: Config) -> list[Case]:
    if len(healthy) == 1:
        [only] = healthy
        half = len(only.samples) // 2
        learn, judged = replace(only, samples=only.samples[:half]), only.samples[half:]
        return [_case(data, [learn], cfg, same=(replace(only, samples=judged),))]
    return [
        _case(data, [rec for rec in healthy if rec is not left], cfg, same=(left,))
        for left in healthy
    ]


def _case(
    data: str,
    learned: Sequence[Recording],
    cfg: Config,
    same: tuple[Recording, ...] = (),
    other: tuple[Recording, ...] = (),
    faulty: tuple[Recording, ...] = (),
) -> Case:
    first = learned[0]
    learn = replace(first, samples=_joined(learned, cfg))
    return Case(data, first.condition, cfg, learn, first.condition, same, other, faulty)


def _joined(parts: Sequence[Recording], cfg: Config) -> np.ndarray:
    """Whole windows one after the other, so that none crosses from one recording to the next.

    What a baseline drops as the machine's run-in is a copy of the end, so that all are learned.
    """
    length = cfg.window.length
    whole = [rec.samples[: len(rec.samples) // length * length] for rec in parts]
    samples = np.concatenate(whole) if len(parts) > 1 else parts[0].samples
    windows = len(samples) // length
    spare = -(-windows // 3) if len(parts) > 1 and windows + windows // 3 >= _RUN_IN_FROM else 0
    return np.concatenate([samples[len(samples) - spare * length :], samples]) if spare else samples


def joined_short(recordings: Sequence[Recording], least: int) -> list[Recording]:
    """Recordings of fewer than `least` samples, joined with those of their session and label."""
    out: list[Recording] = []
    groups: dict[tuple[str, str, int], list[Recording]] = {}
    for rec in recordings:
        if len(rec.samples) >= least:
            out.append(rec)
        else:
            groups.setdefault((rec.machine, rec.session, rec.label), []).append(rec)
    for group in groups.values():
        samples = np.concatenate([rec.samples for rec in group])
        name = group[0].name if len(group) == 1 else f"{group[0].name} and {len(group) - 1} more"
        out.append(replace(group[0], samples=samples, name=name))
    return out


def remarks(recordings: Sequence[Recording]) -> list[str]:
    """Questions that these recordings cannot answer."""
    out = []
    for machine in dict.fromkeys(rec.machine for rec in recordings):
        healthy = [rec for rec in recordings if rec.machine == machine and rec.label == 0]
        sessions = {rec.session for rec in healthy}
        if len(sessions) == 1:
            out.append(
                f"{machine}: no second healthy session, so nothing says how often a sensor that "
                "was mounted again raises an alarm; record one on another day"
            )
        if len(healthy) == 1:
            out.append(
                f"{machine}: one healthy recording, of which one half judges the other; record more"
            )
        if not any(rec.label for rec in recordings if rec.machine == machine):
            out.append(f"{machine}: no faulty recording, so nothing says what would be found")
    return out
