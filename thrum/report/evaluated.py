"""The evaluation with its ROC curves. It takes a while, so its result is kept in a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from thrum.artifacts import release
from thrum.artifacts.release import Release
from thrum.config import Config
from thrum.evaluation import decisions, scorers
from thrum.evaluation.cases import Case
from thrum.evaluation.decisions import Decided, Judged, Row
from thrum.evaluation.evaluate import public_cases, synthetic_cases
from thrum.evaluation.metrics import Share
from thrum.evaluation.on_target import Target
from thrum.paths import MANIFESTS, PACKAGE
from thrum.recordings.manifest import data_directory
from thrum.report.progress import Say, silent

NETWORK = "network int8"
DRAWN = (NETWORK, "RMS of z", "Mahalanobis", "RMS")
_POINTS = 200  # at most, of one curve


@dataclass(frozen=True)
class Curve:
    """ROC of one scorer on the conditions of a data set that have healthy recordings to judge."""

    data: str
    scorer: str
    false_alarms: tuple[float, ...]
    detected: tuple[float, ...]


@dataclass(frozen=True)
class Evaluation:
    """Rows of `thrum evaluate` and the ROC curves behind their areas."""

    rows: tuple[Row, ...]
    curves: tuple[Curve, ...]
    on_target: str  # a sentence about the run of the firmware


def of_release(
    made: Release,
    cfg: Config,
    directory: Path | None,
    file: Path,
    build: Callable[[], Target | str],
    say: Say = silent,
    cases: Callable[[], list[Case]] | None = None,
) -> Evaluation:
    """Evaluate a model on held-out synthetic machines and on the recordings that are found.

    `build` compiles the firmware, or returns why it cannot; `cases` returns what is judged, if that
    was drawn before. The result is kept in `file` until
    code, model or recordings change.
    """
    key = _key(made, directory)
    found = _read(file, key)
    if found is not None:
        return found
    say("drawing synthetic machines that the training has not seen, reading recordings")
    judged = cases() if cases else held_out(cfg, directory)
    firmware = build()
    judges = scorers.of_release(
        made, cfg, firmware if isinstance(firmware, str) else firmware.score
    )
    decided = decisions.decide_all(
        judged,
        judges,
        lambda number: say(f"judging held-out recordings, case {number} of {len(judged)}"),
    )
    said = firmware if isinstance(firmware, str) else firmware.summary()
    result = Evaluation(tuple(decisions.rows(decided)), tuple(_curves(decided)), said)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"key": key, **asdict(result)}), encoding="utf-8")
    return result


def held_out(cfg: Config, directory: Path | None) -> list[Case]:
    """Synthetic machines that training has not seen, and the recordings that are found."""
    return [*synthetic_cases(cfg), *public_cases(cfg, directory)]


def _curves(decided: Sequence[Decided]) -> list[Curve]:
    known = [one for one in decided if one.case.same]
    return [
        _curve(data, name, [one for one in known if one.case.data == data])
        for data in dict.fromkeys(one.case.data for one in decided)
        for name in DRAWN
    ]


def _curve(data: str, name: str, decided: Sequence[Decided]) -> Curve:
    judged = [found for one in decided if isinstance(found := one.by[name], Judged)]
    healthy = np.concatenate([part for of in judged for part in of.same])
    faulty = np.concatenate([part for of in judged for part in of.faulty])
    edges = np.unique(np.concatenate([healthy, faulty]))[::-1]
    false, true = (
        np.concatenate([[0.0], 1 - np.searchsorted(np.sort(part), edges) / len(part)])
        for part in (healthy, faulty)
    )
    corner = np.flatnonzero((np.diff(false, prepend=-1) != 0) | (np.diff(false, append=2) != 0))
    kept = corner[:: max(1, len(corner) // _POINTS)]
    kept = np.append(kept, corner[-1])
    return Curve(data, name, *(tuple(np.round(axis[kept], 4).tolist()) for axis in (false, true)))


def _key(made: Release, directory: Path | None) -> str:
    """A hash of everything that the result depends on."""
    digest = hashlib.sha256(made.tflite + json.dumps(made.parameters, sort_keys=True).encode())
    for path in sorted(PACKAGE.rglob("*.py")) + sorted(MANIFESTS.glob("*")):
        digest.update(path.read_bytes())
    folder = data_directory(directory)
    for path in sorted(folder.rglob("*")) if folder else ():
        state = path.stat()
        digest.update(f"{path} {state.st_size} {state.st_mtime_ns}".encode())
    return digest.hexdigest()


def _read(file: Path, key: str) -> Evaluation | None:
    try:
        content = release.read_json(file)
        if content["key"] != key:
            return None
        return Evaluation(
            tuple(_row(item) for item in content["rows"]),
            tuple(Curve(**item) for item in content["curves"]),
            content["on_target"],
        )
    except (ValueError, KeyError, TypeError):
        return None


def _row(item: dict[str, Any]) -> Row:
    shares = {
        name: None if item[name] is None else Share(**item[name])
        for name in ("same", "other", "detected")
    }
    return Row(**{**item, **shares})
