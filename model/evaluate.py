"""Honest evaluation of the network and of simple scores, by the protocol of model/protocol.py.

A decision is the mean over alarm.mean_windows consecutive windows, judged against the threshold.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model import params, protocol, release, synth
from model.dataset import Counts, at_rate, cut, load_manifest
from model.manifest import DATA_ENVIRONMENT, MANIFESTS, DatasetError, data_directory
from model.metrics import Floats, Share, partial_auc, running_mean, share
from model.params import Config
from model.protocol import Case, cases
from model.scorers import Scorer, observe, of_release

# Public recordings: manifest, folder of the data, rate in Hz, axes.
PUBLIC = (
    ("cwru", "cwru", 12_000, 1),
    ("cwru", "cwru", 3_200, 1),
    ("cwru", "cwru", 1_000, 1),
    ("ceiling_fan", "ceiling-fan-msa301", 200, 3),
)

_SYNTHETIC_MACHINES = 20


@dataclass(frozen=True)
class Row:
    """One scorer on one data set and condition; shares are of decisions, delays in seconds.

    auc and partial_auc (false-positive rate up to 0.1, 1 is perfect) compare faulty with healthy
    of the same session; weakest is the faulty recording with the fewest alarms.
    """

    data: str
    condition: str
    learned_in: str
    scorer: str
    learned: int
    hop: int
    windows: int
    same: Share | None
    other: Share | None
    detected: Share | None
    auc: float
    partial_auc: float
    delay_s: float
    missed: int
    weakest: str


def evaluate(all_cases: Sequence[Case], scorers: Mapping[str, Scorer]) -> list[Row]:
    """One row per data set, condition and scorer; machines of a condition are pooled."""
    groups: dict[tuple[str, str, str], list[Case]] = {}
    for case in all_cases:
        groups.setdefault((case.data, case.condition, case.learned_in), []).append(case)
    return [
        _row(group, name, scorer) for group in groups.values() for name, scorer in scorers.items()
    ]


@dataclass(frozen=True, eq=False)
class _Judged:
    """Decisions of one case, in units of the threshold, one array per recording."""

    same: list[Floats]
    other: list[Floats]
    faulty: list[Floats]
    learned: int


def _judge(case: Case, scorer: Scorer) -> _Judged:
    cfg = case.cfg

    def windows(samples: Counts) -> Counts:
        return cut(samples, cfg.window.length, cfg.window.hop)

    learned = observe(windows(case.learn), cfg)
    score = scorer(learned)

    def decisions(samples: Counts) -> Floats:
        return running_mean(score(observe(windows(samples), cfg)), cfg.alarm.mean_windows)

    return _Judged(
        [decisions(part) for part in case.same],
        [decisions(part) for part in case.other],
        [decisions(rec.samples) for rec in case.faulty],
        len(learned.bands),
    )


def _row(group: list[Case], name: str, scorer: Scorer) -> Row:
    cfg = group[0].cfg
    judged = [_judge(case, scorer) for case in group]
    same = [part for j in judged for part in j.same]
    other = [part for j in judged for part in j.other]
    faulty = [part for j in judged for part in j.faulty]
    names = [rec.name for case in group for rec in case.faulty]
    first = [int(np.argmax(part > 1)) if (part > 1).any() else -1 for part in faulty]
    delays = [_span(cfg, cfg.alarm.mean_windows + k) / cfg.sample.rate_hz for k in first if k >= 0]
    rates = [float(np.mean(part > 1)) for part in faulty]
    healthy, ill = _join(same), _join(faulty)
    return Row(
        group[0].data,
        group[0].condition,
        group[0].learned_in,
        name,
        judged[0].learned,
        cfg.window.hop,
        sum(len(p) + cfg.alarm.mean_windows - 1 for p in (*same, *other, *faulty)),
        _share(cfg, same),
        _share(cfg, other),
        _share(cfg, faulty),
        partial_auc(healthy, ill),
        partial_auc(healthy, ill, 0.1),
        float(np.median(delays)) if delays else float("nan"),
        first.count(-1),
        f"{names[int(np.argmin(rates))]} {min(rates):.2f}" if rates else "",
    )


def _share(cfg: Config, parts: list[Floats]) -> Share | None:
    """Alarms over parts; decisions that share no sample count as independent."""
    m = cfg.alarm.mean_windows
    independent = sum(_span(cfg, len(p) + m - 1) // _span(cfg, m) for p in parts if len(p))
    return share(_join(parts) > 1, independent)


def _span(cfg: Config, windows: int) -> int:
    """Samples that consecutive windows cover."""
    return (windows - 1) * cfg.window.hop + cfg.window.length


def _join(parts: list[Floats]) -> Floats:
    return np.concatenate([np.empty(0), *parts])


def public_cases(cfg: Config, directory: Path | str | None = None) -> list[Case]:
    """Cases of the public recordings in a data directory; none without one.

    A directory that holds none of them is an error.
    """
    found = data_directory(directory)
    if found is None:
        return []
    if not any((found / folder).is_dir() for _, folder, _, _ in PUBLIC):
        raise DatasetError(
            f"{found}: holds none of {', '.join(sorted({item[1] for item in PUBLIC}))}, which "
            f"{MANIFESTS.parent.name}/{MANIFESTS.name} describes; correct --data or THRUM_DATA, or "
            "judge your own recordings with --manifest"
        )
    out: list[Case] = []
    for name, folder, rate, axes in PUBLIC:
        if (found / folder).is_dir():
            at = at_rate(cfg, rate, axes)
            recordings = load_manifest(MANIFESTS / f"{name}.toml", at, found)
            out += cases(f"{name} {rate} Hz", recordings, at)
    return out


def synthetic_cases(cfg: Config, machines: int = _SYNTHETIC_MACHINES) -> list[Case]:
    """Synthetic machines that training never drew: another seed."""
    rng = np.random.default_rng([cfg.train.seed, 1])
    out: list[Case] = []
    for number in range(machines):
        made = synth.machine_set(
            cfg, rng, f"synthetic {number}", 2 * cfg.baseline.windows, 2 * cfg.alarm.mean_windows
        )
        parts = [made.baseline, made.healthy_same, made.healthy_other, *made.faulty]
        out += cases(f"synthetic {cfg.sample.rate_hz} Hz", parts, cfg)
    return out


def table(rows: Sequence[Row]) -> str:
    """Rows as a Markdown table."""
    head = (
        "data",
        "condition",
        "score",
        "learned windows (hop)",
        "false alarms, same session",
        "false alarms, other session",
        "detected",
        "AUC",
        "pAUC .1",
        "delay s",
        "weakest",
    )
    lines = [head, ("---",) * len(head), *(_cells(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    learned_in = "" if row.learned_in == row.condition else f", learned at {row.learned_in}"
    return (
        row.data,
        row.condition + learned_in,
        row.scorer,
        f"{row.learned} ({row.hop})",
        _text(row.same),
        _text(row.other),
        _text(row.detected),
        _number(row.auc, 3),
        _number(row.partial_auc, 3),
        _number(row.delay_s, 1),
        row.weakest,
    )


def _number(value: float, digits: int) -> str:
    return "-" if np.isnan(value) else f"{value:.{digits}f}"


def _text(share: Share | None) -> str:
    if share is None:
        return "-"
    return (
        f"{share.value:.3f} [{share.low:.2f}, {share.high:.2f}] of {share.decisions} "
        f"({share.independent} independent)"
    )


def run(arguments: argparse.Namespace) -> int:
    """`python -m model evaluate`; model/commands/evaluate.py declares the arguments.

    A manifest is judged at the configured rate and axes; its files lie beside it.
    """
    cfg = params.load()
    made = release.load(arguments.model)
    if arguments.manifest:
        judged = cases(arguments.manifest.stem, load_manifest(arguments.manifest, cfg), cfg)
    else:
        public = public_cases(cfg, arguments.data)
        if not public:
            print(
                "note: no public recordings; name their folder with --data or "
                f"{DATA_ENVIRONMENT}, or your own with --manifest",
                file=sys.stderr,
            )
        judged = [*synthetic_cases(cfg), *public]
    protocol.check_separate(judged)
    rows = evaluate(judged, of_release(made, cfg))
    if arguments.summary:
        from model.summary import summary, write_between

        text = summary(rows, made.model_hash)
        print(text)
        write_between(arguments.summary, text)
        return 0
    print(f"{protocol.__doc__}\n{__doc__}".replace("\n\n", "\n"))
    print(
        "Leak check: no baseline learned a sample that is judged. Trained on synthetic machines "
        f"alone (seed {cfg.train.seed}); the synthetic machines below have another seed."
    )
    print(table(rows))
    return 0
