"""Training data and demonstration recording made from synthetic machines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import machine as physics
from model.baseline import Baseline
from model.dataset import Recording, at_rate, to_counts, windows
from model.features import log_bands
from model.params import Config
from model.vibration import render

_RATES_HZ = (200.0, 12_000.0)
SHORTEST_BASELINE = 24
_SEVERITIES = (0.25, 1.5)
_WARM_WHEN_LEARNED = (0.3, 1.0)


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """z uint8 (n, bands) in Q5, label int8 (n,) 0 healthy 1 anomalous, machine int32 (n,)."""

    z: NDArray[np.uint8]
    label: NDArray[np.int8]
    machine: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class MachineSet:
    """One synthetic machine: the baseline it learns from and what it is judged on."""

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

    Every cfg.alarm.mean_windows consecutive rows are consecutive windows of one recording, so that
    training may judge them as the detector does.
    """
    rng = np.random.default_rng(cfg.train.seed)
    learned = rng.choice(_baseline_lengths(cfg.baseline.windows), cfg.train.machines)
    machines = [_bands(cfg, rng, number, int(n)) for number, n in enumerate(learned)]
    z, label = [], []
    baselines = _learn(cfg, [learned_bands for learned_bands, _, _ in machines])
    for (_, judged, labels), baseline in zip(machines, baselines, strict=True):
        z.append(baseline.deviation(judged))
        label.append(labels)
    return TrainingSet(
        np.concatenate(z),
        np.concatenate(label),
        np.repeat(np.arange(len(z), dtype=np.int32), [len(part) for part in z]),
    )


def _baseline_lengths(longest: int) -> list[int]:
    """The configured number of windows and its half, quarter and eighth, if long enough."""
    return [longest] + [longest >> k for k in (1, 2, 3) if longest >> k >= SHORTEST_BASELINE]


def _bands(
    cfg: Config, rng: np.random.Generator, number: int, learned: int
) -> tuple[NDArray[np.uint16], NDArray[np.uint16], NDArray[np.int8]]:
    """Log bands of one machine: the baseline's, the judged windows', and the labels of these."""
    rate = int(np.exp(rng.uniform(*np.log(_RATES_HZ))))
    mine = at_rate(cfg, rate, int(rng.choice([1, 3])))
    data = machine_set(mine, rng, f"synthetic {number}", learned, 2 * cfg.alarm.mean_windows)
    judged = (data.healthy_same, data.healthy_other, *data.faulty)
    cuts = [windows(rec, mine) for rec in judged]
    bands = log_bands(np.concatenate([windows(data.baseline, mine), *cuts]), mine)
    labels = np.repeat(np.array([rec.label for rec in judged], np.int8), [len(c) for c in cuts])
    return bands[:learned], bands[learned:], labels


def _learn(cfg: Config, bands: list[NDArray[np.uint16]]) -> list[Baseline]:
    """Baselines of many machines; those of equal length are learned together."""
    out: dict[int, Baseline] = {}
    for length in {len(part) for part in bands}:
        index = [i for i, part in enumerate(bands) if len(part) == length]
        many = Baseline.learn(np.stack([bands[i] for i in index]), cfg)
        out.update((i, Baseline(many.mean[j], many.scale[j])) for j, i in enumerate(index))
    return [out[i] for i in range(len(bands))]


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
