"""`thrum evaluate`: chooses the recordings, judges them and prints the results."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from thrum import config, parallel
from thrum.artifacts import release
from thrum.artifacts.digests import digests
from thrum.config import Config
from thrum.evaluation import cases as protocol
from thrum.evaluation import compared, decisions, tables, trained_on
from thrum.evaluation import on_target as target
from thrum.evaluation.cases import Case, cases
from thrum.evaluation.decisions import Row
from thrum.evaluation.scorers import of_release
from thrum.paths import ARTIFACTS, MANIFESTS, ROOT
from thrum.recordings.dataset import Recording, at_rate, load_manifest, of_reading
from thrum.recordings.manifest import (
    DATA_ENVIRONMENT,
    DatasetError,
    Entry,
    data_directory,
    read_manifest,
)
from thrum.recordings.readers import Reading, read_all
from thrum.simulation import synth

# Public recordings: manifest, folder of the data, rate in Hz, axes.
PUBLIC = (
    ("cwru", "cwru", 12_000, 1),
    ("cwru", "cwru", 3_200, 1),
    ("cwru", "cwru", 1_000, 1),
    ("ceiling_fan", "ceiling-fan-msa301", 200, 3),
)

_SYNTHETIC_MACHINES = 20
_SMALL = 20_000_000  # bytes of all files, which are read before processes have started


def public_cases(cfg: Config, directory: Path | str | None = None) -> list[Case]:
    """Cases of the public recordings in a data directory; an empty list without a directory.

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


def manifest_cases(
    cfg: Config, manifest: Path, wanted_hz: int | None = None, trained: Iterable[str] = ()
) -> list[Case]:
    """Cases of a manifest at a wanted or the configured rate and at a full scale that holds them.

    Without a wanted rate, the rate is at most that of the slowest recording. The full scale is
    doubled until it holds 99.9 % of the samples of the loudest recording. Recordings that the model
    was trained on are left out; the SHA-256 of a file tells.
    """
    entries = not_seen(manifest, read_manifest(manifest), set(trained))
    small = sum(entry.path.stat().st_size for entry in entries if entry.path.exists()) < _SMALL
    found = list(parallel.each(read_all, entries, "files read", small=small))
    at, recordings = at_one_rate(cfg, found, wanted_hz)
    return cases(title(manifest.stem, at), recordings, at)


def at_one_rate(
    cfg: Config, found: Sequence[Reading], wanted_hz: int | None
) -> tuple[Config, list[Recording]]:
    """All recordings at one rate and full scale, and the configuration for these."""
    slowest = min(round(one.rate_hz) for one in found)
    rate_hz = wanted_hz or min(cfg.sample.rate_hz, slowest)
    at = at_rate(cfg, rate_hz, max(one.samples.shape[1] for one in found))
    peaks = [float(np.quantile(np.abs(one.samples), 0.999)) for one in found]
    while at.sample.full_scale_g < max(peaks, default=0.0) < np.inf:
        at = replace(at, sample=replace(at.sample, full_scale_g=2 * at.sample.full_scale_g))
    return at, [of_reading(one, at) for one in found]


def title(name: str, at: Config) -> str:
    """The name of a data set in the tables."""
    return f"{name} {at.sample.rate_hz} Hz {at.sample.full_scale_g:g} g"


def not_seen(source: Path, entries: Sequence[Entry], trained: set[str]) -> list[Entry]:
    """Entries whose files the model was not trained on, by their SHA-256."""
    if not trained:
        return list(entries)
    known = digests([entry.path for entry in entries if entry.path.is_file()], ROOT)
    kept = [entry for entry in entries if known.get(entry.path) not in trained]
    if not kept:
        raise DatasetError(
            f"{source}: the model was trained on all {len(entries)} recordings; judge it on "
            "another session"
        )
    if len(kept) < len(entries):
        print(f"{len(entries) - len(kept)} recordings are left out: the model was trained on them.")
    return kept


@dataclass(frozen=True)
class Evaluation:
    """A released model judged on recordings."""

    made: release.Release
    cases: Sequence[Case]
    rows: Sequence[Row]
    on_target: str  # result of the native firmware, or why there is none
    compared: str = ""  # scores at equal false alarms

    def table(self) -> str:
        """One line per data set, condition and score."""
        equal = f"At equal false alarms:\n\n{self.compared}\n\n" if self.compared else ""
        return f"{tables.table(self.rows)}\n\n{equal}{self.on_target}"


def evaluate(
    model: Path = ARTIFACTS,
    *,
    manifest: Path | None = None,
    rate_hz: int | None = None,
    data: Path | None = None,
    machines: int = _SYNTHETIC_MACHINES,
) -> Evaluation:
    """Judge recordings with a released model.

    manifest: your own recordings, whose files lie beside it; None: synthetic machines and the
    public recordings below data. rate_hz: at which those of a manifest are judged.
    machines: synthetic ones.
    """
    made = release.load(model)
    cfg = config.from_tables(made.parameters)
    if manifest:
        judged = _own_cases(cfg, made, manifest, rate_hz)
    else:
        judged = _standard_cases(cfg, data, machines)
    protocol.check_separate(judged)
    firmware = target.build(model)
    scorer = firmware if isinstance(firmware, str) else firmware.score
    scorers = of_release(made, cfg, scorer)
    decided = decisions.decide_all(judged, scorers)
    on_target = f"On target: {firmware}" if isinstance(firmware, str) else firmware.summary()
    return Evaluation(made, judged, decisions.rows(decided), on_target, compared.table(decided))


def print_table(found: Evaluation, summary: Path | None = None) -> None:
    """Print one table. summary: a file between whose markers the short table is written."""
    if summary:
        text = tables.summary(found.rows, found.made.model_hash, found.on_target)
        print(text)
        tables.write_between(summary, text)
        return
    _print_protocol(found)
    print(found.table())


def _print_protocol(found: Evaluation) -> None:
    """Print how the table was made and what was left out of it."""
    seed = found.made.parameters["train"]["seed"]
    print(f"{protocol.__doc__}\n{decisions.__doc__}".replace("\n\n", "\n"))
    print(
        "Leak check: no baseline learned a sample that is judged. Trained on synthetic machines "
        f"{_beside(found.made)} (seed {seed}); those below have another seed."
    )
    short = protocol.too_short(found.cases)
    if short:
        print(f"Too short for one decision, so not judged: {', '.join(short)}. Record longer.")


def _beside(made: release.Release) -> str:
    files = made.recordings.get("files", ())
    return f"and on {len(files)} recordings of {made.recordings['manifest']}" if files else "alone"


def _own_cases(
    cfg: Config, made: release.Release, manifest: Path, rate_hz: int | None
) -> list[Case]:
    own = manifest_cases(cfg, manifest, rate_hz, made.trained_on())
    compared = trained_on.check(made, own)
    if compared:
        print(f"Leak check: {compared}")
    return own


def _standard_cases(cfg: Config, data: Path | None, machines: int) -> list[Case]:
    public = public_cases(cfg, data)
    if not public:
        print(
            "note: no public recordings; name their folder with --data or "
            f"{DATA_ENVIRONMENT}, or your own with --manifest",
            file=sys.stderr,
        )
    return [*synthetic_cases(cfg, machines), *public]
