"""Protocol for folders: each healthy recording is judged by a baseline of the others.

All healthy recordings of a session are learned but the one that is judged; of more than 32, groups
are left out in turn. Recordings of other sessions and faulty ones are judged by a baseline of all
healthy recordings of their own session, or of the session with most of them. Where that session has
a single healthy recording, it is cut in two; another session with too little to learn from is
judged by that one alone. No window crosses from one recording to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from thrum.config import FEWEST_WINDOWS, MOST_WINDOWS, Config
from thrum.evaluation.cases import ENOUGH_WINDOWS, SMALLEST_HOP, ProtocolError, windows_in
from thrum.evaluation.window_features import Features

_GROUPS = 32  # in which the healthy recordings of a session are left out
_AT_ONCE = 64  # recordings that one baseline judges in one go
_RUN_IN_FROM = 128  # windows of a baseline, of which the first quarter is dropped


@dataclass(frozen=True)
class Part:
    """A recording that is learned or judged: one file, a half of one, or short ones joined.

    files: numbers of its files; lengths: of each, in samples. half: 1 or 2, or 0 for all of it.
    """

    name: str
    machine: str
    session: str
    label: int
    files: tuple[int, ...]
    lengths: tuple[int, ...]
    half: int = 0

    @property
    def samples(self) -> int:
        """Samples of all files, or of a half."""
        return sum(self.lengths) // (2 if self.half else 1)

    def windows(self, cfg: Config, hop: int) -> int:
        """Whole windows that it holds."""
        halves = 2 if self.half else 1
        return sum(windows_in(n // halves, cfg.window.length, hop) for n in self.lengths)

    def features(self, get: Callable[[int], Features], cfg: Config) -> Features:
        """Those of its windows."""
        kept = Features.joined([get(number) for number in self.files])
        if not self.half:
            return kept
        middle, hop = self.samples, cfg.window.hop
        first = windows_in(middle, cfg.window.length, hop)
        return kept.take(slice(first) if self.half == 1 else slice(-(-middle // hop), None))


@dataclass(frozen=True)
class Plan:
    """One baseline: the parts that it learns, and those that are judged against it."""

    learned: tuple[Part, ...]
    same: tuple[Part, ...] = ()
    other: tuple[Part, ...] = ()
    faulty: tuple[Part, ...] = ()

    @property
    def judged(self) -> tuple[Part, ...]:
        """All parts that are judged."""
        return (*self.same, *self.other, *self.faulty)


def plans(parts: Sequence[Part], cfg: Config) -> list[Plan]:
    """The plans of every machine."""
    out: list[Plan] = []
    for machine in dict.fromkeys(part.machine for part in parts):
        out += _machine([part for part in parts if part.machine == machine], cfg)
    return out


def hop_of(made: Sequence[Plan], cfg: Config) -> int:
    """The configured hop, halved until every plan has enough windows, down to a quarter window."""
    length, decision = cfg.window.length, cfg.alarm.mean_windows
    smallest = length // SMALLEST_HOP

    def lacking(hop: int) -> bool:
        return any(
            _learned_windows(plan, cfg, hop) < ENOUGH_WINDOWS
            or any(
                part.windows(cfg, hop) < decision <= part.windows(cfg, smallest)
                for part in plan.judged
            )
            for plan in made
        )

    hop = cfg.window.hop
    while hop > smallest and lacking(hop):
        hop //= 2
    for plan in made:
        _check_learned(plan, cfg, hop)
    return hop


def _check_learned(plan: Plan, cfg: Config, hop: int) -> None:
    if _learned_windows(plan, cfg, hop) >= FEWEST_WINDOWS:
        return
    seconds = sum(part.samples for part in plan.learned) / cfg.sample.rate_hz
    need = (cfg.window.length + (FEWEST_WINDOWS - 1) * hop) / cfg.sample.rate_hz
    raise ProtocolError(
        f"{plan.learned[0].name}: {seconds:.2f} s of session {plan.learned[0].session} are too "
        f"short to learn from beside what is judged: record at least {need:.2f} s more of the "
        "healthy machine"
    )


def _learned_windows(plan: Plan, cfg: Config, hop: int) -> int:
    return sum(part.windows(cfg, hop) for part in plan.learned)


def _machine(parts: Sequence[Part], cfg: Config) -> list[Plan]:
    sessions = _healthy_by_session(parts)
    if not sessions:
        raise ProtocolError(f"{parts[0].machine} has no healthy recording to learn from; add one")
    reference = max(sessions, key=lambda name: sum(part.samples for part in sessions[name]))
    out: list[Plan] = []
    for name, healthy in sessions.items():
        if name == reference or _is_enough(healthy, cfg):
            out += _session(healthy)
    for name, healthy in sessions.items():
        mine = [part for part in parts if _learned_in(part, sessions, reference) == name]
        out += _beside(name, healthy, mine)
    return out


def _healthy_by_session(parts: Sequence[Part]) -> dict[str, list[Part]]:
    sessions: dict[str, list[Part]] = {}
    for part in parts:
        if part.label == 0:
            sessions.setdefault(part.session, []).append(part)
    return sessions


def _is_enough(healthy: Sequence[Part], cfg: Config) -> bool:
    """Whether the others are a baseline whichever is left out; else another session's is one."""
    rest = sum(part.samples for part in healthy) - max(part.samples for part in healthy)
    return rest >= FEWEST_WINDOWS * cfg.window.length


def _learned_in(part: Part, sessions: dict[str, list[Part]], reference: str) -> str:
    """The session whose baseline judges a recording beside its own healthy ones."""
    return part.session if part.label == 1 and part.session in sessions else reference


def _session(healthy: Sequence[Part]) -> list[Plan]:
    if len(healthy) == 1:
        [only] = healthy
        return [Plan((replace(only, half=1),), same=(replace(only, half=2),))]
    groups = [tuple(healthy[k::_GROUPS]) for k in range(min(_GROUPS, len(healthy)))]
    return [
        Plan(tuple(part for part in healthy if part not in group), same=group) for group in groups
    ]


def _beside(name: str, healthy: Sequence[Part], mine: Sequence[Part]) -> list[Plan]:
    """What a session's baseline judges beside its own healthy recordings."""
    faulty = [part for part in mine if part.label == 1]
    other = [part for part in mine if part.label == 0 and part.session != name]
    learned = tuple(healthy)
    return [
        *(Plan(learned, other=some) for some in _chunks(other)),
        *(Plan(learned, faulty=some) for some in _chunks(faulty)),
    ]


def _chunks(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    return [tuple(parts[k : k + _AT_ONCE]) for k in range(0, len(parts), _AT_ONCE)]


def learned_features(plan: Plan, get: Callable[[int], Features], cfg: Config) -> Features:
    """The windows that a baseline learns: all, or every second, third and so on of very many.

    What a baseline drops as the machine's run-in is a copy of the end, so that all are learned.
    """
    windows = _learned_windows(plan, cfg, cfg.window.hop)
    several = len(plan.learned) > 1
    step = -(-windows // (MOST_WINDOWS * 3 // 4 if several else MOST_WINDOWS))
    parts, skipped = [], 0
    for part in plan.learned:
        kept = part.features(get, cfg)
        parts.append(kept.take(slice(-skipped % step, None, step)))
        skipped += len(kept.rms)
    whole = Features.joined(parts)
    count = len(whole.rms)
    spare = -(-count // 3) if several and count + count // 3 >= _RUN_IN_FROM else 0
    return Features.joined([whole.take(slice(count - spare, None)), whole]) if spare else whole


def joined_short(parts: Sequence[Part], least: int) -> list[Part]:
    """Recordings of fewer than `least` samples, joined with those of their session and label."""
    out: list[Part] = []
    groups: dict[tuple[str, str, int], list[Part]] = {}
    for part in parts:
        if part.samples >= least:
            out.append(part)
        else:
            groups.setdefault((part.machine, part.session, part.label), []).append(part)
    for group in groups.values():
        name = group[0].name if len(group) == 1 else f"{group[0].name} and {len(group) - 1} more"
        files = tuple(number for part in group for number in part.files)
        lengths = tuple(length for part in group for length in part.lengths)
        out.append(replace(group[0], name=name, files=files, lengths=lengths))
    return out


def remarks(parts: Sequence[Part]) -> list[str]:
    """Questions that these recordings cannot answer."""
    out = []
    for machine in dict.fromkeys(part.machine for part in parts):
        mine = [part for part in parts if part.machine == machine]
        healthy = [part for part in mine if part.label == 0]
        if len({part.session for part in healthy}) == 1:
            out.append(
                f"{machine}: no second healthy session, so nothing says how often a sensor that "
                "was mounted again raises an alarm; record one on another day"
            )
        if len(healthy) == 1:
            out.append(
                f"{machine}: one healthy recording, of which one half judges the other; record more"
            )
        if not any(part.label for part in mine):
            out.append(f"{machine}: no faulty recording, so nothing says what would be found")
    return out
