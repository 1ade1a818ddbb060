"""`thrum diagnose`: each recording as text or JSON, one of them as a page."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from thrum.config import Machine, load
from thrum.diagnosis.diagnose import Diagnosis, diagnose
from thrum.diagnosis.geometry import Bearing, known, of_dimensions
from thrum.diagnosis.words import text
from thrum.paths import CONFIG
from thrum.plant.zones import limits
from thrum.recordings.files import Given, bare
from thrum.recordings.manifest import DatasetError
from thrum.recordings.readers import read_all


@dataclass(frozen=True)
class Request:
    """What the command line says. dimensions: balls, ball and pitch in mm, angle in degrees."""

    rpm: float | None = None
    bearing: str = ""
    dimensions: tuple[int, float, float, float] | None = None
    baseline: Path | None = None
    given: Given = field(default_factory=Given)
    config: Path | None = None

    def machine(self) -> Machine:
        """Its group, mounting and speed by the configuration; none outside of a project."""
        if self.config is None or not (self.config.exists() or self.config != CONFIG):
            return Machine()
        return load(self.config).machine

    def geometry(self) -> Bearing | None:
        """The bearing that is asked for."""
        if self.dimensions is not None:
            return of_dimensions(*self.dimensions)
        return known(self.bearing) if self.bearing else None


def diagnose_file(path: Path, request: Request) -> Diagnosis:
    """Read and judge one recording; DatasetError or BearingError names what is wrong."""
    healthy = request.baseline and read_all(bare(request.baseline, request.given))
    machine = request.machine()
    return diagnose(
        read_all(bare(path, request.given)),
        rpm=request.rpm,
        usual_rpm=machine.rpm or None,
        bearing=request.geometry(),
        limits=limits(machine.group, machine.mounting),
        healthy=healthy or None,
    )


def diagnose_files(
    paths: Sequence[Path], request: Request, *, as_json: bool = False, page: Path | None = None
) -> int:
    """Print what is found of each file. Exit code 1 if one cannot be read."""
    request.geometry()  # an unknown bearing is one error, not one for each file
    failed = False
    for path in paths:
        try:
            found = diagnose_file(path, request)
        except DatasetError as error:
            print(f"error: {error}", file=sys.stderr)
            failed = True
            continue
        print(json.dumps(found.as_json()) if as_json else text(found), flush=True)
        if page is not None:
            from thrum.diagnosis.page import write_page

            print(f"  page        {write_page(found, page)}", file=sys.stderr)
    return int(failed)
