"""Finds recordings that the model was trained on among those to judge, copies included.

evaluate.py leaves out files whose SHA-256 training saw. A file that was trimmed or saved again has
another hash, so samples are compared as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from thrum.artifacts import freshness
from thrum.artifacts.digests import digests
from thrum.artifacts.release import Release
from thrum.config import Config
from thrum.evaluation import cases
from thrum.evaluation.cases import Case
from thrum.paths import ROOT
from thrum.recordings.dataset import DatasetError, Recording, resample
from thrum.recordings.manifest import LABELS, Entry, read_manifest
from thrum.recordings.readers import read


def check(made: Release, judged: Sequence[Case], root: Path = ROOT) -> str:
    """Raise LeakError if samples of a trained recording are judged or learned.

    Returns what could not be compared, in a sentence; nothing if there was nothing to compare.
    """
    trained = [item for item in made.recordings.get("files", ()) if item["part"] != "test"]
    if not trained:
        return ""
    entries = _here(made.recordings["manifest"], trained, root)
    for case in judged:
        for entry in entries:
            known = _recording(entry, case.cfg)
            parts = (_at(rec, known.rate_hz) for rec in (case.learn, *case.judged))
            cases.check_leak([known], parts)
    missing = len(trained) - len(entries)
    return f"{len(entries)} of the {len(trained)} recordings of the training were compared" + (
        f"; not here, or changed since: {missing}." if missing else "."
    )


def _here(manifest: str, trained: Iterable[dict[str, Any]], root: Path) -> list[Entry]:
    """The recordings of the training whose files have not changed since."""
    hashes = {freshness.relative(root / item["file"], root): item["sha256"] for item in trained}
    named = freshness.manifest_named(manifest, root)
    try:
        listed = read_manifest(named) if named else ()
    except DatasetError:
        return []  # the manifest is gone, and the recordings with it
    entries = [entry for entry in listed if entry.path.is_file()]
    found = digests([entry.path for entry in entries], root)
    return [e for e in entries if hashes.get(freshness.relative(e.path, root)) == found[e.path]]


def _recording(entry: Entry, cfg: Config) -> Recording:
    """At the rate of cfg, or at its own if that is lower. What is too loud is clipped."""
    samples, rate = read(entry)
    rate_hz = min(float(cfg.sample.rate_hz), rate)
    samples = resample(str(entry.path), samples, rate, rate_hz)
    counts = np.rint(samples * (32768.0 / cfg.sample.full_scale_g))
    return Recording(
        np.clip(counts, -32768, 32767).astype(np.int16),
        rate_hz,
        entry.machine,
        entry.condition,
        LABELS.index(entry.label),
        entry.path.name,
        entry.session,
    )


def _at(rec: Recording, rate_hz: float) -> Recording:
    """The recording at a rate that is not above its own."""
    samples = resample(rec.name, rec.samples.astype(float), rec.rate_hz, rate_hz)
    counts = np.clip(np.rint(samples), -32768, 32767).astype(np.int16)
    return replace(rec, samples=counts, rate_hz=rate_hz)
