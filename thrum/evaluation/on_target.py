"""Decisions of the firmware itself: the native program gets the windows over its serial line.

It runs what every target runs, from samples to state. The integers of each answer are compared with
NumPy's; a difference is an error that names recording, window and values.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from thrum.artifacts import release
from thrum.artifacts.release import Release
from thrum.config import Config, from_tables
from thrum.evaluation.metrics import Floats
from thrum.evaluation.scorers import Observed
from thrum.firmware import native
from thrum.firmware.native import FirmwareError
from thrum.firmware.session import session
from thrum.paths import ARTIFACTS, ROOT, is_project
from thrum.reference.answers import Answer, Measured, answers, difference, measure
from thrum.reference.detector import LONG_FAULT, DetectorConfig
from thrum.reference.network import Engine
from thrum.states import State

SCRATCH = ROOT / "build" / "evaluate"
NO_COMPILER = (
    "not run: no C++ compiler (g++) is on PATH, and the firmware must be compiled; get one, for "
    "example: sudo apt-get install g++, or on macOS: xcode-select --install"
)
NO_PROJECT = "not run: the firmware is compiled from the project, and this is not its folder"


class DifferenceError(ValueError):
    """Firmware and NumPy disagree about a window; the message has recording, window and values."""


@dataclass(frozen=True)
class Replayed:
    """Result of one part: its kind, and how many windows ended in each state."""

    kind: str
    states: tuple[int, ...]


@dataclass(eq=False)
class Target:
    """A native firmware, the release in it, and the parts that it has judged."""

    program: Path
    made: Release
    cfg: Config
    replayed: list[Replayed] = field(default_factory=list)

    def judge(self, learned: Observed, parts: Sequence[Observed]) -> list[list[Answer]]:
        """Judge every window of every part with the baseline of `learned`."""
        # A fault long enough to reset everything, so that the next part starts without history.
        gap = LONG_FAULT
        silence = np.zeros((gap, *learned.windows.shape[1:]), np.int16)
        quiet = Observed("silence", "", silence, measure(self.cfg, silence))
        sequence = [learned, quiet, *(item for part in parts for item in (part, quiet))]
        got = self._feed(sequence)
        found = []
        at = len(learned.windows) + gap
        for part in parts:
            found.append(got[at : at + len(part.windows)])
            at += len(part.windows) + gap
        self.replayed += [_replayed(part, of) for part, of in zip(parts, found, strict=True)]
        return found

    def _feed(self, sequence: Sequence[Observed]) -> list[Answer]:
        """Answers to all windows, checked against NumPy. The first item is learned."""
        learn = len(sequence[0].windows)
        got, about = session(self.program, learn, [item.windows for item in sequence])
        if about.get("model") != self.made.model_hash:
            raise FirmwareError(
                f"{self.program} carries model {about.get('model')}, not {self.made.model_hash}; "
                "build it again"
            )
        seen = _joined([item.measured for item in sequence])
        network = Engine(self.made.graph).outputs
        _compare(sequence, got, answers(self.cfg, network, int(about["mg_q12"]), learn, seen))
        return got

    def score(self, learned: Observed, parts: Sequence[Observed]) -> list[Floats]:
        """The firmware as a scorer: its score of each average, 0 where it did not judge."""
        # The firmware votes from the threshold on, the evaluation only above it.
        scale = (1 + 1e-9) / DetectorConfig.of(self.cfg).raise_q8
        return [
            np.array(
                [scale * _score(answer) for answer in found[self.cfg.alarm.mean_windows - 1 :]]
            )
            for found in self.judge(learned, parts)
        ]

    def summary(self) -> str:
        """Sentences: how much was compared, and how often the firmware raised an alarm."""
        alarm = self.cfg.alarm
        votes = alarm.mean_windows + alarm.k - 1
        states = np.sum([part.states for part in self.replayed], axis=0)
        raised = []
        for kind in dict.fromkeys(part.kind for part in self.replayed):
            long = [p for p in self.replayed if p.kind == kind and sum(p.states) >= votes]
            count = sum(part.states[State.ALARM] > 0 for part in long)
            if long:
                raised.append(f"{count} of {len(long)} {kind}")
        return (
            f"On target is the native firmware (model {self.made.model_hash}): it judged "
            f"{int(states.sum()):,} windows of {len(self.replayed)} recordings, and log bands, z, "
            f"scores and states equal NumPy's in every one.{unjudged(states)} An alarm takes "
            f"{votes} windows; of recordings that are long enough, these raised one: "
            f"{'; '.join(raised) or 'none is long enough'}."
        )


def unjudged(states: Sequence[int]) -> str:
    """How many windows had no verdict and why, by the counts of each state; reasons that did not
    occur are left out."""
    reasons = {
        State.IDLE: "machine at rest",
        State.FAULT: "sensor fault",
        State.LEARNING: "still learning",
        State.GATHERING: "first average not complete",
    }
    found = [f"{states[state]} windows ({why})" for state, why in reasons.items() if states[state]]
    return f" No verdict for {', '.join(found)}." if found else ""


def build(folder: Path) -> Target | str:
    """Compile the firmware with the model in a folder; without a compiler, how to get one.

    It is built from a copy of the model that learns every window, whatever baseline.stride says.
    PlatformIO does not train that copy again.
    """
    if shutil.which("g++") is None:
        return NO_COMPILER
    if not is_project(ROOT):
        return NO_PROJECT
    made = release.load(folder)
    baseline = {**made.parameters["baseline"], "stride": 1}
    made = replace(made, parameters={**made.parameters, "baseline": baseline})
    copy = SCRATCH / "model"
    golden = folder / release.GOLDEN
    source = golden if golden.exists() else ARTIFACTS / release.GOLDEN
    release.save(made, copy, release.read_json(source))
    return of(native.build(copy, SCRATCH / "pio", train=False), made)


def reuse(program: Path, folder: Path) -> Target | str:
    """Like build(), but takes the given program if its model learns every window anyway."""
    made = release.load(folder)
    if made.parameters["baseline"]["stride"] == 1:
        return of(program, made)
    return build(folder)


def of(program: Path, made: Release) -> Target:
    """A program that was built from a release."""
    return Target(program, made, from_tables(made.parameters))


def _score(answer: Answer) -> int:
    """Q8, of the anomalous class."""
    return 0 if answer.decision[1] == "-" else int(answer.decision[1]) + 128


def _compare(sequence: Sequence[Observed], got: list[Answer], wanted: list[Answer]) -> None:
    if len(got) != len(wanted):
        raise FirmwareError(f"the firmware judged {len(got)} of {len(wanted)} windows")
    at = 0
    for item in sequence:
        for window in range(len(item.windows)):
            differs = difference(got[at], wanted[at])
            if differs:
                raise DifferenceError(
                    f"{item.name}, window {window}: the firmware disagrees with NumPy: {differs}"
                )
            at += 1


def _joined(parts: Sequence[Measured]) -> Measured:
    return Measured(
        np.concatenate([part.log_bands for part in parts]),
        np.concatenate([part.fault for part in parts]),
        np.concatenate([part.rms for part in parts]),
    )


def _replayed(part: Observed, found: Sequence[Answer]) -> Replayed:
    states = [int(answer.decision[3]) for answer in found]
    return Replayed(part.kind, tuple(states.count(state) for state in State))
