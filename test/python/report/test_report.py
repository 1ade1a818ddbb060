"""The report: one page that needs nothing else, whatever was measured."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from replays import replay

from thrum import config, report
from thrum.artifacts.release import Release
from thrum.compiler.graph import Graph
from thrum.evaluation.decisions import Decided, Row
from thrum.evaluation.metrics import Share
from thrum.firmware.footprint import Footprint
from thrum.firmware.native import FirmwareError, Replay
from thrum.report import evaluated, svg
from thrum.report.evaluated import DRAWN, Curve, Evaluation, pooled
from thrum.report.material import Material
from thrum.report.page import table
from thrum.report.twin import Twin

CFG = config.load()
METRICS = {"balanced_accuracy": 0.9, "detected": 0.85, "false_alarms": 0.05, "auc": 0.95}
VOID = {"meta", "path", "use", "rect", "image", "line", "circle"}


def release() -> Release:
    return Release(
        tflite=b"model",
        graph=Graph((), (), (), ()),
        parameters={},
        arena={"nbytes": 2480, "minimum": 2192, "measured": True},
        metrics={"float": METRICS, "int8": METRICS, "loss": [0.6, 0.5], "stop_loss": [0.6, 0.55]},
        determined_by={"sources": "f" * 64},
    )


def evaluation() -> Evaluation:
    share, other = Share(0.02, 100, 7, 0.0, 0.3), Share(0.9, 50, 4, 0.5, 1.0)
    rows = [
        Row(
            "rig 200 Hz",
            condition,
            "0 HP",
            name,
            128,
            256,
            999,
            same,
            None,
            other,
            0.9,
            0.8,
            1.0,
            1,
            "weak.npz 0.10",
        )
        for condition, same in (("0 HP", share), ("1 HP", None))
        for name in DRAWN
    ]
    curves = [Curve("rig 200 Hz", name, (0.0, 0.1, 1.0), (0.0, 0.9, 1.0)) for name in DRAWN]
    return Evaluation(tuple(rows), tuple(curves), "On target is the firmware.")


def material(seen: Replay) -> Material:
    z = np.random.default_rng(1).integers(0, 256, (8, 32), dtype=np.uint8)
    boards = (Footprint("nano", "AVR", 20_000, 700),)
    versions = (("Python", "3.11"),)
    return Material(
        CFG, release(), seen, (seen,), Twin(z, 8, 0), evaluation(), boards, "today", versions
    )


@pytest.fixture(scope="module")
def text() -> str:
    return report.html(material(replay()))


def test_own_recordings_are_listed(text: str) -> None:
    """Which data the model saw: synthetic machines always, recordings where there were any."""
    assert f"{CFG.train.machines} synthetic machines (seed {CFG.train.seed})" in text
    assert "on no recording of a real one" in text
    file = {
        "file": "recordings/a.wav",
        "machine": "pump 7",
        "condition": "full load",
        "session": "monday",
        "label": "healthy",
        "seconds": 61.25,
        "rate_hz": 800,
        "part": "test",
        "decisions": 9,
    }
    counts = {"healthy": 9, "false_alarms": 2, "faulty": 0, "detected": 0}
    seen = material(replay())
    made = replace(
        seen.made,
        recordings={"manifest": "recordings/manifest.toml", "files": [file]},
        metrics={**seen.made.metrics, "recordings": {"test": counts}},
    )
    page = report.html(replace(seen, made=made))
    assert "and on 1 recordings, listed below" in page
    for words in ("pump 7", "recordings/a.wav", "full load", "monday", "61.2", "800 Hz"):
        assert words in page
    assert "test: 2 of 9 healthy and 0 of 0 faulty decisions" in page


class _Tags(HTMLParser):
    """Collects what a browser would load, and ids; checks that tags are balanced."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.loaded += [found[k] or "" for k in ("src", "href", "xlink:href") if k in found]
        self.ids += [found["id"] or ""] if "id" in found else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def test_the_page_loads_nothing_and_is_balanced(text: str) -> None:
    tags = _Tags()
    tags.feed(text)
    assert not tags.open
    assert all(address.startswith(("data:image/png;base64,", "#")) for address in tags.loaded)
    assert not re.search(r"<(script|link|iframe)|@import|url\((?!#)", text)


def test_ids_are_unique_and_references_resolve(text: str) -> None:
    tags = _Tags()
    tags.feed(text)
    assert [name for name, count in Counter(tags.ids).items() if count > 1] == []
    used = set(re.findall(r"url\(#([^)]+)\)", text))
    used |= {address[1:] for address in tags.loaded if address.startswith("#")}
    assert used <= set(tags.ids)


def test_every_picture_has_words_and_two_forms(text: str) -> None:
    pictures = re.findall(r"<svg[^>]*>", text)
    assert len(pictures) % 2 == 0
    assert len(pictures) >= 8
    assert all(re.search(r'role="img" aria-label="[^"]{20,}"', tag) for tag in pictures)
    assert sum('class="narrow"' in tag for tag in pictures) == len(pictures) // 2


def test_the_page_says_what_happened(text: str) -> None:
    assert "alarm after 2.56 s" in text
    assert "0 of 4" in text
    assert "differ in 0 of 8 judged windows" in text
    assert "20,000 B" in text


def test_counts_are_pooled_over_conditions(text: str) -> None:
    assert [cell in text for cell in (">98<", ">2<", ">10<", ">90<")] == [True] * 4
    assert "none to judge" in text


def test_pooled_shares_weigh_decisions() -> None:
    share = pooled([Share(0.0, 100, 5, 0, 1), None, Share(1.0, 300, 15, 0, 1)])
    assert share is not None
    assert (share.value, share.decisions, share.independent) == (0.75, 400, 20)
    assert 0.5 < share.low < 0.75 < share.high < 1
    assert pooled([None]) is None


def test_the_evaluation_is_kept_until_something_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[int] = []

    def count(decided: list[Decided]) -> tuple[Row, ...]:
        calls.append(len(decided))
        return evaluation().rows

    monkeypatch.setattr(evaluated, "synthetic_cases", lambda cfg: [])
    monkeypatch.setattr(evaluated, "public_cases", lambda cfg, directory: [])
    monkeypatch.setattr("thrum.evaluation.decisions.rows", count)
    monkeypatch.setattr("thrum.evaluation.scorers.of_release", lambda made, cfg, target: {})
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    file = tmp_path / "kept" / "evaluation.json"

    def evaluate(made: Release) -> Evaluation:
        return evaluated.of_release(made, CFG, recordings, file, lambda: "not run")

    kept = Evaluation(evaluation().rows, (), "not run")
    assert evaluate(release()) == evaluate(release()) == kept
    assert len(calls) == 1
    evaluate(replace(release(), tflite=b"another"))
    file.write_text("{", encoding="utf-8")
    evaluate(release())
    assert len(calls) == 3


def test_the_alarm_is_explained_in_words() -> None:
    seen = replay()
    evidence = "# evidence: rms_mg:21 baseline_mg:27 z:1.47 bound:1.69 disagree"
    evidence += " after 32 windows, 40 s\n"
    told = report.html(material(replace(seen, output=seen.output + "\n" + evidence)))
    assert "What moved most, says the firmware: 10-20 Hz 3.00 sigma" in told
    assert "21 mg against 27 mg when learned" in told and "look twice" in told
    assert "The change had lasted for 32 windows, 40 s, by then" in told
    assert "What moved most" not in report.html(material(replay("000011111111")))


def test_names_from_recordings_are_escaped(text: str) -> None:
    assert "a loose &lt;bolt&gt;" in text
    assert "<bolt>" not in text


def test_a_page_without_alarm_recordings_or_reference_is_honest() -> None:
    poor = replace(
        material(replay("000011111111")),
        others=(),
        boards=(),
        twin=Twin(np.zeros((8, 32), np.uint8), 0, 0),
    )
    text = report.html(poor)
    for words in ("no alarm", "None were found", "Not compared", "No firmware of a board"):
        assert words in text


def test_figures_are_the_same_every_time() -> None:
    picture = report.picture(replay(), CFG)
    assert picture == report.picture(replay(), CFG)
    assert picture.startswith("<?xml")
    assert "<text" not in picture


def test_inline_figures_take_the_colours_of_the_page(text: str) -> None:
    inline = "".join(re.findall(r"<svg.*?</svg>", text, re.DOTALL))
    assert "var(--healthy)" in inline
    assert not any(colour in inline for colour in svg.COLOURS.values() if colour != "#ffffff")


def test_columns_of_numbers_are_aligned() -> None:
    text = table(("name", "count"), [("a", 1000), ("b", 2)])
    assert text.count('class="number"') == 3
    assert "1,000" in text


def test_a_firmware_with_another_model_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("thrum.artifacts.release.load", lambda folder: release())
    with pytest.raises(FirmwareError, match="carries model 0123456789ab"):
        report.collect(CFG, tmp_path, tmp_path / "program", tmp_path, replay=replay())
