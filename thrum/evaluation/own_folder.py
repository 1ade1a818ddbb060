"""`thrum evaluate FOLDER`: a folder of recordings judged without a manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from thrum import config
from thrum.artifacts import release
from thrum.evaluation import cases as protocol
from thrum.evaluation import decisions, leave_one_out, tables
from thrum.evaluation.decisions import Row
from thrum.evaluation.evaluate import at_one_rate, not_seen, title
from thrum.evaluation.folder import Words, entries_of
from thrum.evaluation.scorers import engine_model, network, simple
from thrum.evaluation.verdicts import Verdict, verdicts
from thrum.evaluation.verdicts import text as verdict_text
from thrum.paths import ARTIFACTS
from thrum.recordings.files import Given
from thrum.recordings.manifest import DatasetError
from thrum.recordings.readers import Reading, read_all
from thrum.recordings.source import listed


@dataclass(frozen=True)
class FolderEvaluation:
    """A released model judged on the recordings of a folder, file by file."""

    found: Sequence[Reading]
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
    found = [read_all(entry) for entry in entries]
    _check_axes(found)
    at, recordings = at_one_rate(cfg, found, rate_hz)
    if join:
        least = at.window.length * at.alarm.mean_windows
        recordings = leave_one_out.joined_short(recordings, least)
    judged = leave_one_out.cases(title(folder.resolve().name, at), recordings, at)
    protocol.check_separate(judged)
    scorers = {"network int8": network(engine_model(made), at), **simple(at)}
    decided = decisions.decide_all(judged, scorers)
    return FolderEvaluation(
        found,
        decisions.rows(decided),
        verdicts(decided, "network int8"),
        leave_one_out.remarks(recordings),
        at.sample.rate_hz,
    )


def _check_axes(found: Sequence[Reading]) -> None:
    first = found[0]
    for one in found:
        if one.samples.shape[1] != first.samples.shape[1]:
            raise DatasetError(
                f"{one.entry.path}: {one.samples.shape[1]} axes, but {first.entry.path.name} has "
                f"{first.samples.shape[1]}; choose the same with --key"
            )


def _assumed(found: Sequence[Reading], rate_hz: int) -> str:
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
