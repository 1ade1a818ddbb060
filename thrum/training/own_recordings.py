"""The user's own recordings as examples for training: deviations from baselines of their own.

A session of a machine (see manifest.py) is learned from the first of its healthy windows, at most
baseline.windows and about half of them. The windows after these are healthy examples. A healthy
recording of another session is not judged against that baseline: the sensor may have been
re-installed, which is a change. If nobody touched the sensor, give both the same session name.
A faulty recording is judged against the baseline of its session, else of its machine's first
session in the same condition, else of its machine's first session.

Sessions are dealt to training and test in the manifest's order, faulty recordings with the session
that they are judged against: no session is in two parts. Synthetic machines alone decide when to
stop the training: a few own decisions would shift the balance of false alarms and misses. A
recording that is faster than sample.rate_hz is decimated to it, a slower one keeps
its rate, as the board that made it does; the synthetic machines cover 200 Hz to 12 kHz.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from thrum.artifacts import freshness
from thrum.artifacts.digests import digests
from thrum.config import Config
from thrum.recordings.dataset import load_at_own_rate, windows
from thrum.recordings.manifest import LABELS, DatasetError, Entry, patterns, read_manifest
from thrum.reference.baseline import Baseline
from thrum.reference.features import log_bands
from thrum.reference.lengths import in_a_row
from thrum.reference.smoothing import first_averages
from thrum.simulation.synth import SHORTEST_BASELINE
from thrum.training.split import Part

U16 = npt.NDArray[np.uint16]
Key = tuple[str, str, str]

_DEALT = ("train", "test", "train")  # sessions, in turn


@dataclass(frozen=True, eq=False)
class _Source:
    """One recording: its log bands uint16 Q8 (windows, bands) at the rate that cfg holds."""

    entry: Entry
    cfg: Config
    seconds: float
    bands: U16

    @property
    def key(self) -> Key:
        return self.entry.machine, self.entry.condition, self.entry.session


@dataclass(frozen=True, eq=False)
class _Session:
    """The learned baseline, its part, and the first window to judge of each recording."""

    first: _Source
    part: str
    baseline: Baseline
    judged_from: dict[Path, int]


@dataclass(frozen=True, eq=False)
class Examples:
    """Parts by name, and the facts about them for model.json."""

    parts: dict[str, Part]
    seen: dict[str, Any]


def read(manifest: Path, cfg: Config, root: Path) -> Examples:
    """Read, check, learn and judge every recording of a manifest; DatasetError names the first bad.

    The file names in `seen` are relative to `root`.
    """
    entries = read_manifest(manifest)
    folder, globs = patterns(manifest)
    known = {
        "manifest": freshness.relative(manifest, root),
        "manifest_sha256": freshness.text_digest(manifest),
        "folder": folder,
        "patterns": list(globs),
    }
    hashes = _hashes(entries, root)
    sources = [_source(entry, cfg) for entry in entries]
    sessions = _learn(sources)
    parts: dict[str, list[tuple[npt.NDArray[np.uint8], int]]] = {}
    files = []
    for source in sources:
        session = _session_of(source, sessions)
        z = _deviations(source, session)
        parts.setdefault(session.part, []).append((z, LABELS.index(source.entry.label)))
        files.append(
            {
                "file": freshness.relative(source.entry.path, root),
                "sha256": hashes[source.entry.path],
                **_facts(source, session, len(z)),
            }
        )
    _check_judged(sources, files)
    return Examples({k: _part(v) for k, v in parts.items()}, {**known, "files": files})


def _hashes(entries: Sequence[Entry], root: Path) -> dict[Path, str]:
    """Contents by file; missing files and copies are errors."""
    try:
        hashes = digests([entry.path for entry in entries], root)
    except OSError as error:
        raise DatasetError(
            f"{error.filename}: {error.strerror}; bring the file back or drop its entry"
        ) from None
    first: dict[str, Path] = {}
    for entry in entries:
        twin = first.setdefault(hashes[entry.path], entry.path)
        if twin is not entry.path:
            raise DatasetError(f"{entry.path} and {twin} are the same recording; drop one of them")
    return hashes


def _source(entry: Entry, cfg: Config) -> _Source:
    recording, at = load_at_own_rate(entry, cfg)
    bands = log_bands(windows(recording, at), at)
    return _Source(entry, at, len(recording.samples) / recording.rate_hz, bands)


def _learn(sources: Sequence[_Source]) -> dict[Key, _Session]:
    """Learn every session that has healthy recordings, in the manifest's order."""
    groups: dict[Key, list[_Source]] = {}
    for source in sources:
        if source.entry.label == LABELS[0]:
            groups.setdefault(source.key, []).append(source)
    return {
        key: _session(group, _DEALT[number % len(_DEALT)])
        for number, (key, group) in enumerate(groups.items())
    }


def _session(group: list[_Source], part: str) -> _Session:
    first = group[0]
    for source in group[1:]:
        _check_alike(source, first)
    total = sum(len(source.bands) for source in group)
    learned = min(first.cfg.baseline.windows, max(SHORTEST_BASELINE, total // 2))
    gap = -(-first.cfg.window.length // first.cfg.window.hop) - 1  # windows that share samples
    judged_from, at = {}, 0
    for source in group:
        judged_from[source.entry.path] = max(0, learned + gap - at)
        at += len(source.bands)
    bands = np.concatenate([source.bands for source in group])[:learned]
    return _Session(first, part, Baseline.learn(bands, in_a_row(first.cfg)), judged_from)


def _session_of(source: _Source, sessions: dict[Key, _Session]) -> _Session:
    """The session to judge against: its own, or the first of its condition or machine."""
    mine = [(key, s) for key, s in sessions.items() if key[0] == source.entry.machine]
    alike = [s for key, s in mine if key[1] == source.entry.condition]
    found = sessions.get(source.key) or next(iter([*alike, *(s for _, s in mine)]), None)
    if found is None:
        raise DatasetError(
            f"{source.entry.path}: {source.entry.label}, but machine = {source.entry.machine!r} "
            "has no healthy recording to compare it with; record one, or correct machine"
        )
    _check_alike(source, found.first)
    return found


def _check_alike(source: _Source, other: _Source) -> None:
    a, b = source.cfg.sample, other.cfg.sample
    if (a.rate_hz, a.axes) != (b.rate_hz, b.axes):
        raise DatasetError(
            f"{source.entry.path}: {a.rate_hz} Hz, {a.axes} axes, but it is compared with "
            f"{other.entry.path}: {b.rate_hz} Hz, {b.axes} axes; name another machine or condition"
        )


def _deviations(source: _Source, session: _Session) -> npt.NDArray[np.uint8]:
    """Deviations of averages that share no window: uint8 Q5 (decisions, bands)."""
    judged = source.bands[session.judged_from.get(source.entry.path, 0) :]
    return session.baseline.deviation(
        first_averages(judged, source.cfg)[:: source.cfg.alarm.mean_windows]
    )


def _check_judged(sources: Sequence[_Source], files: Sequence[dict[str, Any]]) -> None:
    """Every session must give a decision per label; a piece after a gap may be too short."""
    given: dict[tuple[Key, str], int] = {}
    for source, seen in zip(sources, files, strict=True):
        at = (source.key, source.entry.label)
        given[at] = given.get(at, 0) + seen["decisions"]
    for source in sources:
        if given[source.key, source.entry.label] == 0:
            need, least = least_needed(source.cfg, source.entry.label)
            raise DatasetError(
                f"{source.entry.path}: {source.seconds:.3g} s are too short: session "
                f"{source.entry.session!r} needs {need} windows, {least:.3g} s without a gap; "
                "record longer or drop the entry"
            )


def least_needed(cfg: Config, label: str) -> tuple[int, float]:
    """Windows in a row that a recording of this label needs, and their length in seconds."""
    need = cfg.alarm.mean_windows + (SHORTEST_BASELINE if label == LABELS[0] else 0)
    return need, ((need - 1) * cfg.window.hop + cfg.window.length) / cfg.sample.rate_hz


def _facts(source: _Source, session: _Session, decisions: int) -> dict[str, Any]:
    entry = source.entry
    return {
        "machine": entry.machine,
        "condition": entry.condition,
        "session": entry.session,
        "label": entry.label,
        "seconds": round(source.seconds, 2),
        "rate_hz": source.cfg.sample.rate_hz,
        "axes": source.cfg.sample.axes,
        "part": session.part,
        "decisions": decisions,
    }


def _part(judged: list[tuple[npt.NDArray[np.uint8], int]]) -> Part:
    labels = np.array([y for _, y in judged], np.int8)
    counts = [len(z) for z, _ in judged]
    return Part.of(np.concatenate([z for z, _ in judged]), np.repeat(labels, counts))
