"""Cases of the evaluation: what a baseline learns, and what is judged against it.

A machine's first healthy recording of a condition is cut in two; the baseline learns the first
half. The second half is judged, and so are other healthy recordings of its session, healthy
recordings of other sessions, and every faulty one. A condition without a healthy recording is
judged against the baseline of the machine's first one. Windows overlap only where a recording is
too short, and never cross recordings. A baseline takes 16 to 4096 windows, as on a device: of a
longer half it learns every second one, every third and so on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from thrum.config import FEWEST_WINDOWS, Config
from thrum.evaluation import shared_samples
from thrum.recordings.dataset import Recording
from thrum.reference.lengths import with_stride

_LEARNED_SHARE = 0.5
ENOUGH_WINDOWS = 32  # of a baseline
SMALLEST_HOP = 4  # of the window: more overlap adds windows but no information


class ProtocolError(ValueError):
    """Recordings that cannot be judged fairly; the message says what is missing."""


class LeakError(ProtocolError):
    """A recording is judged that was also learned or trained on."""


@dataclass(frozen=True, eq=False)
class Case:
    """One baseline: the part that it learns, and the parts that are judged against it."""

    data: str
    condition: str
    cfg: Config
    learn: Recording
    learned_in: str
    same: tuple[Recording, ...]
    other: tuple[Recording, ...]
    faulty: tuple[Recording, ...]

    @property
    def judged(self) -> tuple[Recording, ...]:
        """All parts that are judged."""
        return (*self.same, *self.other, *self.faulty)


def _digest(rec: Recording) -> str:
    return hashlib.sha256(np.ascontiguousarray(rec.samples).tobytes()).hexdigest()


def check_leak(seen: Iterable[Recording], judged: Iterable[Recording]) -> None:
    """Raise LeakError if samples that were trained on are judged, even under another name."""
    trained = list(seen)
    for rec in judged:
        for known in trained:
            if shared_samples.leaks(known.samples, rec.samples) or shared_samples.leaks(
                rec.samples, known.samples
            ):
                raise LeakError(
                    f"{rec.name} is judged but was seen in training as {known.name}; remove it "
                    "from one of the two"
                )


def check_separate(all_cases: Iterable[Case]) -> None:
    """Raise LeakError if a case judges samples that its baseline learned, or copies of them."""
    for case in all_cases:
        for rec in case.judged:
            if shared_samples.leaks(case.learn.samples, rec.samples):
                raise LeakError(
                    f"{case.data} {case.condition}: {rec.name} holds samples that the baseline "
                    f"learned from {case.learn.name}; judge other recordings"
                )


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
    healthy, faulty = ([rec for rec in mine if rec.label == label] for label in (0, 1))
    learned = healthy[0] if healthy else _first_healthy(data, machine)
    half = int(_LEARNED_SHARE * len(learned.samples))
    # The learned recording is the first healthy one, so its second half comes first.
    same = [rec for rec in healthy[1:] if rec.session == learned.session]
    same = [replace(learned, samples=learned.samples[half:]), *same] if healthy else []
    case = Case(
        data=data,
        condition=condition,
        cfg=cfg,
        learn=replace(learned, samples=learned.samples[:half]),
        learned_in=learned.condition,
        same=tuple(same),
        other=tuple(rec for rec in healthy[1:] if rec.session != learned.session),
        faulty=tuple(faulty),
    )
    return replace(case, cfg=with_hop(case))


def _first_healthy(data: str, machine: list[Recording]) -> Recording:
    """The recording to learn for a condition that has no healthy one of its own."""
    for rec in machine:
        if rec.label == 0:
            return rec
    raise ProtocolError(
        f"{data}: {machine[0].machine} has no healthy recording to learn from; add one"
    )


def windows_in(samples: int, length: int, hop: int) -> int:
    """Number of whole windows."""
    return max(0, (samples - length) // hop + 1)


def with_hop(case: Case) -> Config:
    """The configured hop, halved until every part has enough windows, down to a quarter window.

    Recordings that would be too short even then do not count.
    """
    window, decision = case.cfg.window, case.cfg.alarm.mean_windows
    smallest = window.length // SMALLEST_HOP
    needs = [(len(case.learn.samples), ENOUGH_WINDOWS)]
    needs += [
        (len(rec.samples), decision)
        for rec in case.judged
        if windows_in(len(rec.samples), window.length, smallest) >= decision
    ]
    hop = window.hop
    while hop > smallest and any(windows_in(n, window.length, hop) < least for n, least in needs):
        hop //= 2
    _check_learned(case, hop)
    return with_stride(replace(case.cfg, window=replace(window, hop=hop)), 1)


def _check_learned(case: Case, hop: int) -> None:
    length, rate_hz = case.cfg.window.length, case.cfg.sample.rate_hz
    samples = len(case.learn.samples)
    if windows_in(samples, length, hop) < FEWEST_WINDOWS:
        seconds = 2 * (length + (FEWEST_WINDOWS - 1) * hop) / rate_hz
        raise ProtocolError(
            f"{case.learn.name}: {2 * samples / rate_hz:.2f} s are too short to learn from one "
            f"half: record at least {seconds:.2f} s of the healthy machine"
        )


def too_short(all_cases: Iterable[Case]) -> list[str]:
    """Names of recordings that are too short for one decision, so that nothing judges them."""
    return [
        rec.name
        for case in all_cases
        for rec in case.judged
        if windows_in(len(rec.samples), case.cfg.window.length, case.cfg.window.hop)
        < case.cfg.alarm.mean_windows
    ]
