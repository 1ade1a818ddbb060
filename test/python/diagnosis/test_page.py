from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from bearings import Rig, recording, unread

from thrum.diagnosis.diagnose import Diagnosis, diagnose
from thrum.diagnosis.geometry import known
from thrum.diagnosis.page import html, write_page
from thrum.recordings.files import Given, bare
from thrum.recordings.manifest import DatasetError
from thrum.recordings.readers import read_all

RIG = Rig(known("6205"), rpm=1797, rate_hz=12_000, seconds=5)
VOID = {"meta", "path", "use", "rect", "image", "line", "circle"}


def _found(folder: Path, samples: np.ndarray) -> Diagnosis:
    path = folder / "<odd> & name.npz"
    np.savez(path, DE=samples, fs=RIG.rate_hz)
    return diagnose(read_all(bare(path, Given())), rpm=1797, bearing=RIG.bearing)


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def test_every_line_of_evidence_is_marked_and_named(tmp_path: Path) -> None:
    found = _found(tmp_path, recording(RIG, "outer race"))
    text = html(found)
    for mark in found.causes[0].marks:
        assert text.count(f">{mark.label}<") >= 2, "in the table and in the picture"
        assert f"{mark.hz:.2f}" in text
    assert "&lt;odd&gt; &amp; name.npz" in text
    assert "http" not in text.replace("http://www.w3.org", ""), "nothing from outside"
    balance = _Balance()
    balance.feed(text)
    assert balance.open == []


@pytest.mark.parametrize("samples", [np.zeros(20_000), np.array([1.0]), np.ones(5)])
def test_nothing_to_see_has_a_page_too(samples: np.ndarray) -> None:
    assert "Not clear" in html(diagnose(unread(samples), rpm=1797, bearing=RIG.bearing))


def test_a_page_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    found = diagnose(unread(np.zeros(20_000)), rpm=1797, bearing=RIG.bearing)
    with pytest.raises(DatasetError, match="cannot be written"):
        write_page(found, tmp_path)
