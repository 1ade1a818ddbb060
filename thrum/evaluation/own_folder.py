"""`thrum evaluate FOLDER`: a folder of recordings judged without a manifest, however large it is.

Every file is read twice, by as many processes as there are processors: for what must be known of
all of them, and for the features of its windows. These are kept in a scratch folder.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from thrum import config, parallel
from thrum.artifacts import release
from thrum.artifacts.release import Release
from thrum.config import Config
from thrum.evaluation import decisions, leave_one_out, tables
from thrum.evaluation.cases import Case
from thrum.evaluation.decisions import Decided, Judged, Row, Seen
from thrum.evaluation.evaluate import not_seen, title
from thrum.evaluation.folder import CONDITION, Words, entries_of
from thrum.evaluation.leave_one_out import Part, Plan
from thrum.evaluation.metrics import Floats
from thrum.evaluation.scorers import Scorer, engine_model, network, simple
from thrum.evaluation.survey import Surveyed, at_one_rate, survey
from thrum.evaluation.verdicts import Verdict, verdicts
from thrum.evaluation.verdicts import text as verdict_text
from thrum.evaluation.window_features import Features, Kept, Known, Store, measure_file
from thrum.paths import ARTIFACTS
from thrum.recordings.dataset import Recording, resampled_length
from thrum.recordings.files import Given
from thrum.recordings.manifest import LABELS, Entry
from thrum.recordings.source import listed
from thrum.reference.lengths import with_stride

_SMALL = 20_000_000  # bytes of all files, which one process reads before others have started
_MEMORY = 800_000_000  # bytes that all processes may take together
_PER_BYTE, _PROCESS = 24, 150_000_000  # bytes of memory that a byte of a file takes, and a process
_NAME = "network int8"
Get = Callable[[int], Features]


@dataclass(frozen=True)
class FolderEvaluation:
    """A released model judged on the recordings of a folder, file by file."""

    found: Sequence[Surveyed]
    rows: Sequence[Row]
    verdicts: Sequence[Verdict]
    remarks: Sequence[str]
    rate_hz: int

    def text(self) -> str:
        """The assumptions, a verdict for each file, and the table."""
        short = [v.file for v in self.verdicts if not v.decisions]
        notes = [*self.remarks]
        if short:
            notes.append(
                f"too short for one decision: {listed(short)}; record longer, or join the short "
                "ones of a session with --join"
            )
        return "\n\n".join(
            [
                _assumed(self.found, self.rate_hz),
                "Protocol: each healthy file is judged by a baseline of the other healthy files of "
                "its session, all else by all of them (leave one out). `evaluate --manifest` "
                "learns the first half of the first healthy recording instead: its shares differ.",
                verdict_text(self.verdicts),
                *(f"Note: {note}." for note in notes),
                tables.table(self.rows),
            ]
        )


def evaluate_folder(
    folder: Path,
    model: Path = ARTIFACTS,
    *,
    words: Words | None = None,
    given: Given | None = None,
    rate_hz: int | None = None,
    join: bool = False,
) -> FolderEvaluation:
    """Judge a folder's recordings by leave_one_out.py; their paths say label and session.

    join: those too short for one decision are joined within a session.
    """
    made = release.load(model)
    cfg = config.from_tables(made.parameters)
    entries = entries_of(folder, words or Words(), given or Given())
    entries = not_seen(folder, entries, made.trained_on())
    small, most = _how(entries)
    look = functools.partial(survey, cfg)
    found = list(parallel.each(look, entries, "files looked at", small=small, most=most))
    at = at_one_rate(cfg, found, rate_hz)
    parts = _parts(found, at, join)
    plans = leave_one_out.plans(parts, at)
    at = replace(at, window=replace(at.window, hop=leave_one_out.hop_of(plans, at)))
    at = with_stride(at, 1)
    with tempfile.TemporaryDirectory(prefix="thrum-") as scratch:
        store = Store(Path(scratch))
        for number, kept in enumerate(_features(cfg, at, found, small, most)):
            store.put(number, kept)
        decided = _decided(made, at, title(folder.resolve().name, at), plans, store.get)
    return FolderEvaluation(
        found,
        decisions.rows(decided),
        verdicts(decided, _NAME),
        leave_one_out.remarks(parts),
        at.sample.rate_hz,
    )


def _how(entries: Sequence[Entry]) -> tuple[bool, int]:
    """Whether one process is enough, and how many may read at a time: large files take memory."""
    sizes = [entry.path.stat().st_size for entry in entries]
    most = int(_MEMORY / (_PROCESS + _PER_BYTE * max(sizes)))
    return sum(sizes) < _SMALL, max(1, min(most, parallel.processors()))


def _parts(found: Sequence[Surveyed], at: Config, join: bool) -> list[Part]:
    parts = [
        Part(
            one.entry.path.name,
            one.entry.machine,
            one.entry.session,
            LABELS.index(one.entry.label),
            (number,),
            (resampled_length(one.samples, one.rate_hz, at.sample.rate_hz),),
        )
        for number, one in enumerate(found)
    ]
    least = at.window.length * at.alarm.mean_windows
    return leave_one_out.joined_short(parts, least) if join else parts


def _features(
    cfg: Config, at: Config, found: Sequence[Surveyed], small: bool, most: int
) -> Iterator[Features]:
    names = [str(one.entry.path) for one in found]
    of_file = functools.partial(measure_file, cfg, at, names, Known.of(found))
    numbered = [(k, replace(one, blocks=one.blocks[:0])) for k, one in enumerate(found)]
    return parallel.each(of_file, numbered, "files measured", small=small, most=most)


@dataclass(frozen=True, eq=False)
class _Task:
    """A plan with the features that it takes: all that a process on another machine needs."""

    plan: Plan
    learned: Features
    judged: list[Features]


def _decided(
    made: Release, at: Config, data: str, plans: Sequence[Plan], get: Get
) -> list[Decided]:
    tasks = (
        _Task(
            plan,
            leave_one_out.learned_features(plan, get, at),
            [part.features(get, at) for part in plan.judged],
        )
        for plan in plans
    )
    small = len(plans) < 4 * _FEW
    one = functools.partial(_decide, made, at, data)
    return list(parallel.each(one, tasks, "baselines", total=len(plans), small=small))


_FEW = 10  # baselines take as long as to start a process


def _decide(made: Release, at: Config, data: str, task: _Task) -> Decided:
    plan = task.plan
    kinds = (
        *("healthy, same session",) * len(plan.same),
        *("healthy, another session",) * len(plan.other),
        *("faulty",) * len(plan.faulty),
    )
    kept = [
        Kept(part.name, kind, of)
        for part, kind, of in zip(plan.judged, kinds, task.judged, strict=True)
    ]
    first, second = len(plan.same), len(plan.same) + len(plan.other)
    learned = Kept(plan.learned[0].name, "learned", task.learned)
    seen = Seen(learned, list(kept[:first]), list(kept[first:second]), list(kept[second:]))
    scorers: dict[str, Scorer | str] = {_NAME: network(engine_model(made), at), **simple(at)}
    decided = decisions.decided(_case(plan, at, data), seen, scorers)
    return Decided(decided.case, {name: _short(found) for name, found in decided.by.items()})


def _short(found: Judged | str) -> Judged | str:
    """Half of the memory for the same decisions."""
    if isinstance(found, str):
        return found

    def short(parts: list[Floats]) -> list[Any]:
        return [part.astype(np.float32) for part in parts]

    return Judged(short(found.same), short(found.other), short(found.faulty), found.learned)


def _case(plan: Plan, at: Config, data: str) -> Case:
    """The facts of a plan, without samples."""

    def facts(part: Part) -> Recording:
        none = np.empty((0, at.sample.axes), np.int16)
        rate = float(at.sample.rate_hz)
        who = (part.machine, CONDITION, part.label, part.name, part.session)
        return Recording(none, rate, *who)

    same, other, faulty = (
        tuple(facts(part) for part in parts) for parts in (plan.same, plan.other, plan.faulty)
    )
    return Case(data, CONDITION, at, facts(plan.learned[0]), CONDITION, same, other, faulty)


def _assumed(found: Sequence[Surveyed], rate_hz: int) -> str:
    """The assumptions about each group of files, in a line."""
    groups: dict[tuple[str, str, str, str], int] = {}
    for one in found:
        entry = one.entry
        read = f"{one.rate_hz:.4g} Hz, {one.unit} ({one.unit_how})"
        key = (entry.machine, entry.label, entry.session, read)
        groups[key] = groups.get(key, 0) + 1
    lines = [
        f"{machine}: {count} {label}, session {session}: {read}"
        for (machine, label, session, read), count in groups.items()
    ]
    return "\n".join(["Assumed:", *lines, f"Judged at {rate_hz} Hz."])
