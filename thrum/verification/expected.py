"""Expected answers of a board to challenges: the integers of thrum.reference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thrum.config import Config
from thrum.reference.answers import Answer, Measured, answers, measure
from thrum.reference.pipeline import Network
from thrum.verification.challenge import Challenge


def expected(
    cfg: Config, network: Network, mg_q12: int, learn: int, given: Sequence[Challenge]
) -> list[Answer]:
    """Answers to windows in order; the first `learn` that can be judged are learned."""
    return answers(cfg, network, mg_q12, learn, _measure_each(cfg, given))


def _measure_each(cfg: Config, given: Sequence[Challenge]) -> Measured:
    """Measure windows whose numbers of axes may differ."""
    bands = np.zeros((len(given), cfg.features.bands), np.uint16)
    fault, rms = np.zeros((2, len(given)), np.int64)
    for axes in {len(c.samples) for c in given}:
        rows = [i for i, c in enumerate(given) if len(c.samples) == axes]
        found = measure(cfg, np.stack([given[i].samples for i in rows]))
        bands[rows], fault[rows], rms[rows] = found.log_bands, found.fault, found.rms
    return Measured(bands, fault, rms)
