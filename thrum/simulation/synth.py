"""Training data and the recording of the demonstration, made with synthetic machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrum.config import Config
from thrum.recordings.dataset import Recording, at_rate, to_counts, windows
from thrum.reference.baseline import Baseline
from thrum.reference.features import log_bands
from thrum.reference.lengths import with_stride
from thrum.reference.smoothing import first_averages
from thrum.simulation import machine as physics
from thrum.simulation.vibration import render

_RATES_HZ = (200.0, 12_000.0)
SHORTEST_BASELINE = 24
_SEVERITIES = (0.25, 1.5)
_WARM_WHEN_LEARNED = (0.3, 1.0)
_APART = 0.75  # of the machines are learned over a long time, the others in a row
_SPELLS, _OF_SPELL = 12, 5  # averages that a long baseline is made of: spells, in each
# The spread of every band, for a trial of days, which takes too long: with 1 and 3 fewer faults of
# the long run are found at as many false alarms.
_TRIAL_WIDENS = 2
_HEALTHY = 4  # healthy recordings of a machine, beside one of each fault


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """z uint8 (n, bands) in Q5, label int8 (n,) 0 healthy 1 anomalous, machine int32 (n,)."""

    z: NDArray[np.uint8]
    label: NDArray[np.int8]
    machine: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class MachineSet:
    """Recordings of one synthetic machine: one to learn, and healthy and faulty ones to judge."""

    baseline: Recording
    healthy_same: Recording
    healthy_other: Recording
    faulty: tuple[Recording, ...]


def machine_set(
    cfg: Config, rng: np.random.Generator, name: str, baseline_windows: int, judged_windows: int
) -> MachineSet:
    """Recordings of one random machine at cfg's rate; a fault of each kind, severities random."""
    machine = physics.draw_machine(rng, cfg.sample.rate_hz, cfg.sample.axes)
    learn, judge = (
        cfg.window.hop * (n - 1) + cfg.window.length for n in (baseline_windows, judged_windows)
    )
    first, other = (physics.draw_session(rng, machine) for _ in range(2))

    def record(
        session: physics.Session,
        samples: int,
        title: str,
        warm: tuple[float, float],
        fault: physics.Fault | None = None,
    ) -> Recording:
        signal = render(machine, session, samples, rng, fault, warm=warm)
        return _recording(cfg, signal, name, title, int(fault is not None))

    faults = [physics.Fault(kind, float(rng.uniform(*_SEVERITIES))) for kind in physics.FAULTS]
    return MachineSet(
        baseline=record(first, learn, "session 1", (0.0, rng.uniform(*_WARM_WHEN_LEARNED))),
        healthy_same=record(first, judge, "session 1", (1.0, 1.0)),
        healthy_other=record(other, judge, "session 2", (0.0, 1.0)),
        faulty=tuple(
            record(
                other if rng.random() < 0.5 else first,
                judge,
                f"{fault.kind} {fault.severity:.2f}",
                (0.0, 1.0),
                fault,
            )
            for fault in faults
        ),
    )


def training_set(cfg: Config) -> TrainingSet:
    """Deviations of cfg.train.machines synthetic machines of mixed rates, axes and baselines.

    Every row is a decision: the deviation of an average over cfg.alarm.mean_windows windows. Longer
    averages vary less, and so do the spreads that are learned from them, so z does not change.
    """
    rng = np.random.default_rng(cfg.train.seed)
    machines = [_examples(cfg, rng, number) for number in range(cfg.train.machines)]
    baselines = _learn(cfg, [learned for learned, _, _ in machines])
    z = [
        baseline.deviation(averages)
        for (_, averages, _), baseline in zip(machines, baselines, strict=True)
    ]
    return TrainingSet(
        np.concatenate(z),
        np.concatenate([label for _, _, label in machines]),
        np.repeat(np.arange(len(z), dtype=np.int32), [len(part) for part in z]),
    )


@dataclass(frozen=True, eq=False)
class _Learned:
    """Input of a baseline, uint16 Q8 (n, bands): averages that lie apart, or single windows."""

    bands: NDArray[np.uint16]
    apart: bool


def _examples(
    cfg: Config, rng: np.random.Generator, number: int
) -> tuple[_Learned, NDArray[np.uint16], NDArray[np.int8]]:
    """One machine: what its baseline learns, averages to judge uint16 Q8 (n, bands), labels."""
    rate = int(np.exp(rng.uniform(*np.log(_RATES_HZ))))
    plant = _Plant.draw(at_rate(cfg, rate, int(rng.choice([1, 3]))), rng, f"synthetic {number}")
    learned = (
        plant.learn_apart() if rng.random() < _APART else plant.learn_in_a_row(cfg.baseline.windows)
    )
    kinds = [None] * _HEALTHY + [
        physics.Fault(kind, float(rng.uniform(*_SEVERITIES))) for kind in physics.FAULTS
    ]
    judged = first_averages(plant.anywhere(2 * cfg.alarm.mean_windows, kinds), cfg)
    judged = judged[:, :: max(cfg.alarm.mean_windows // 2, 1)]
    label = np.repeat(np.array([k is not None for k in kinds], np.int8), judged.shape[1])
    return learned, _in_a_row(judged), label


@dataclass(frozen=True, eq=False)
class _Plant:
    """A machine between two loads; cfg has its rate and axes."""

    cfg: Config
    rng: np.random.Generator
    name: str
    machine: physics.Machine
    idle: physics.Session
    full: physics.Session

    @staticmethod
    def draw(cfg: Config, rng: np.random.Generator, name: str) -> _Plant:
        """Draw a random machine and its two loads."""
        machine = physics.draw_machine(rng, cfg.sample.rate_hz, cfg.sample.axes)
        idle, full = (physics.draw_session(rng, machine) for _ in range(2))
        return _Plant(cfg, rng, name, machine, idle, full)

    def learn_apart(self) -> _Learned:
        """Averages from spells at any load and temperature, in any order."""
        count = self.cfg.alarm.mean_windows + _OF_SPELL - 1
        spells = first_averages(self.anywhere(count, [None] * _SPELLS), self.cfg)
        return _Learned(self.rng.permutation(_in_a_row(spells)), True)

    def learn_in_a_row(self, longest: int) -> _Learned:
        """Consecutive windows while the machine warms up."""
        count = int(self.rng.choice(_baseline_lengths(longest)))
        warm = (0.0, float(self.rng.uniform(*_WARM_WHEN_LEARNED)))
        return _Learned(self._bands([self._record(self.idle, count, warm)])[0], False)

    def anywhere(self, count: int, faults: Sequence[physics.Fault | None]) -> NDArray[np.uint16]:
        """Log bands Q8 (faults, count, bands) of windows, each at a random load and warmth."""
        return self._bands([self._record_anywhere(count, fault) for fault in faults])

    def _record_anywhere(self, count: int, fault: physics.Fault | None) -> Recording:
        session = physics.at_load(self.idle, self.full, float(self.rng.uniform(-1, 1)))
        warm = float(self.rng.uniform(0, 1))
        return self._record(session, count, (warm, warm), fault)

    def _record(
        self,
        session: physics.Session,
        count: int,
        warm: tuple[float, float],
        fault: physics.Fault | None = None,
    ) -> Recording:
        samples = self.cfg.window.hop * (count - 1) + self.cfg.window.length
        signal = render(self.machine, session, samples, self.rng, fault, warm=warm)
        return _recording(self.cfg, signal, self.name, "", int(fault is not None))

    def _bands(self, recordings: list[Recording]) -> NDArray[np.uint16]:
        """Log bands Q8 (recordings, windows, bands), computed in one call, which is faster."""
        cut = np.stack([windows(recording, self.cfg) for recording in recordings])
        bands = log_bands(cut.reshape(-1, *cut.shape[2:]), self.cfg)
        return bands.reshape(*cut.shape[:2], -1)


def _in_a_row(parts: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """(parts, n, bands) as (parts * n, bands)."""
    return parts.reshape(-1, parts.shape[-1])


def _baseline_lengths(longest: int) -> list[int]:
    """The configured number of windows and its half, quarter and eighth, if long enough."""
    return [longest] + [longest >> k for k in (1, 2, 3) if longest >> k >= SHORTEST_BASELINE]


def _learn(cfg: Config, learned: list[_Learned]) -> list[Baseline]:
    """Baselines of many machines. Those of equal kind and length are learned in one call."""
    out: dict[int, Baseline] = {}
    kinds = [(len(part.bands), part.apart) for part in learned]
    for length, apart in sorted(set(kinds)):
        index = [i for i, kind in enumerate(kinds) if kind == (length, apart)]
        of_kind = with_stride(cfg, cfg.alarm.most_windows if apart else 1)
        many = Baseline.learn(np.stack([learned[i].bands for i in index]), of_kind)
        scale = many.scale // (_TRIAL_WIDENS if apart else 1)
        out.update((i, Baseline(many.mean[j], scale[j])) for j, i in enumerate(index))
    return [out[i] for i in range(len(learned))]


def demo_recording(cfg: Config, seconds: float = 120.0) -> Recording:
    """A machine that has run in, is healthy for two thirds and then grows a bearing fault."""
    rng = np.random.default_rng(cfg.train.seed)
    machine = physics.draw_machine(rng, cfg.sample.rate_hz, cfg.sample.axes)
    session = physics.draw_session(rng, machine)
    samples = int(seconds * cfg.sample.rate_hz)
    growth = np.clip(3 * np.linspace(0, 1, samples) - 2, 0, 1)
    signal = render(
        machine, session, samples, rng, physics.Fault("bearing", 3.0), growth, warm=(1.0, 1.0)
    )
    return _recording(cfg, signal, "synthetic demo", "bearing fault grows", 1)


def _recording(
    cfg: Config, signal: NDArray[np.float32], machine: str, title: str, label: int
) -> Recording:
    name = f"{machine} {title}"
    counts = to_counts(name, signal.astype(np.float64), cfg.sample.full_scale_g)
    return Recording(counts, float(cfg.sample.rate_hz), machine, "synthetic", label, name, title)
