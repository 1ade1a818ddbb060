"""What the report shows, gathered before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from model.firmware import Replay
from model.footprint import Footprint
from model.params import Config
from model.release import Release
from model.report.evaluated import Evaluation
from model.report.twin import Twin


@dataclass(frozen=True, eq=False)
class Material:
    """Everything that the page shows."""

    cfg: Config
    made: Release
    replay: Replay
    others: tuple[Replay, ...]
    twin: Twin
    evaluation: Evaluation
    boards: tuple[Footprint, ...]
    written: str
    versions: tuple[tuple[str, str], ...]
