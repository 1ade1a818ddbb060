"""Everything that the report shows, collected before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.artifacts.release import Release
from thrum.config import Config
from thrum.firmware.footprint import Footprint
from thrum.firmware.native import Replay
from thrum.report.evaluated import Evaluation
from thrum.report.twin import Twin


@dataclass(frozen=True, eq=False)
class Material:
    """The page shows these values and no others."""

    cfg: Config
    made: Release
    replay: Replay
    others: tuple[Replay, ...]
    twin: Twin
    evaluation: Evaluation
    boards: tuple[Footprint, ...]
    written: str
    versions: tuple[tuple[str, str], ...]
