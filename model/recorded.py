"""Healthy recordings replayed through baseline and network: how often would they have voted?"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from model.baseline import Baseline
from model.budget import Rate
from model.dataset import Counts, cut, load_manifest
from model.evaluate import public_cases
from model.features import log_bands
from model.integers import Engine
from model.metrics import running_mean
from model.params import Config
from model.protocol import Case, cases


def replayed(
    cfg: Config, engine: Engine, threshold: float, manifest: Path | None, data: Path | None
) -> str:
    """Sentences on the healthy recordings of a manifest or of the public data in a folder.

    Recordings are shorter than the persistence, so what is counted is votes, not alarms: a
    recording without a vote cannot have raised an alarm.
    """
    judged = (
        cases(manifest.stem, load_manifest(manifest, cfg, data), cfg)
        if manifest
        else public_cases(cfg, data)
    )
    lines, hours, episodes = [], 0.0, 0
    for case in judged:
        votes = [_votes(case, engine, threshold, part.samples) for part in case.same]
        hours += sum(len(part.samples) / case.cfg.sample.rate_hz / 3600 for part in case.same)
        episodes += sum(_episodes(vote) for vote in votes)
        count, of = sum(int(v.sum()) for v in votes), sum(len(v) for v in votes)
        if of:
            lines.append(f"  {case.data} {case.condition}: {count} of {of} decisions")
    rate = Rate(episodes, max(hours / 24, 1e-9))
    budget = cfg.alarm.false_alarms_per_30_days
    return "\n".join(
        [
            f"Recorded healthy data, same session, decisions at or above {threshold:g}:",
            *lines,
            f"Observed: {60 * hours:.1f} minutes with {episodes} episodes. To support {budget:g} "
            f"per 30 days by recordings alone takes {24 * rate.missing_days(budget):,.0f} more "
            "hours without an alarm: until then the claim rests on synthetic machines.",
        ]
    )


def _votes(case: Case, engine: Engine, threshold: float, part: Counts) -> np.ndarray:
    cfg = case.cfg

    def bands(samples: Counts) -> np.ndarray:
        return log_bands(cut(samples, cfg.window.length, cfg.window.hop), cfg)

    baseline = Baseline.learn(bands(case.learn.samples), cfg)
    scores = engine.scores(baseline.deviation(bands(part))).astype(np.float64)
    return running_mean(scores, cfg.alarm.mean_windows) >= 256 * threshold


def _episodes(votes: np.ndarray) -> int:
    """Runs of consecutive votes."""
    return int(np.sum(np.diff(np.concatenate([[0], votes.astype(int)])) == 1))
