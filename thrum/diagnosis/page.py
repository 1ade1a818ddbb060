"""The page of a diagnosis: one HTML file whose pictures mark every line of evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from thrum.diagnosis import pictures
from thrum.diagnosis.causes import NOT_CLEAR
from thrum.diagnosis.diagnose import Diagnosis
from thrum.diagnosis.words import in_words
from thrum.recordings.manifest import DatasetError
from thrum.report.page import fixed, of, seconds


def html(found: Diagnosis) -> str:
    """The page as text."""
    loader = ChoiceLoader([PackageLoader("thrum.diagnosis"), PackageLoader("thrum.report")])
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(fixed=fixed, of=of, seconds=seconds)
    values: dict[str, Any] = {
        "found": found,
        "name": found.analysis.reading.entry.path.name,
        "reading": found.analysis.reading,
        "speed": found.analysis.speed,
        "velocities": [in_words(each) for each in found.analysis.velocities],
        "not_clear": NOT_CLEAR,
        "pictures": pictures.of(found),
    }
    return environment.get_template("diagnosis.html.j2").render(values)


def write_page(found: Diagnosis, path: Path) -> Path:
    """Write it; DatasetError if the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html(found), encoding="utf-8")
    except OSError as error:
        raise DatasetError(f"{path}: cannot be written: {error.strerror}; choose another") from None
    return path
