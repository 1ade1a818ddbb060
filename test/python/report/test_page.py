"""The page: one file that needs nothing else, whatever was measured."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from replays import replay
from report_material import CFG, material

from thrum.report import svg
from thrum.report.material import Material
from thrum.report.page import PARTS, fixed, html, seconds, thousands
from thrum.report.twin import Twin

VOID = {"meta", "path", "use", "rect", "image", "line", "circle"}


@pytest.fixture(scope="module")
def text() -> str:
    return page(material(replay()))


def page(shown: Material) -> str:
    """The page with any white space as one blank, as a browser shows it."""
    return " ".join(html(shown).split())


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
    listed = page(replace(seen, made=made))
    assert "and on 1 recordings, listed below" in listed
    for words in ("pump 7", "recordings/a.wav", "full load", "monday", "61.2", "800 Hz"):
        assert words in listed
    assert "test: 2 of 9 healthy decisions are at the threshold" in listed
    assert "0 of 0" not in listed


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


def test_the_alarm_is_explained_in_words() -> None:
    seen = replay()
    evidence = "# evidence: rms_mg:21 baseline_mg:27 z:1.47 bound:1.69 disagree"
    evidence += " after 32 windows, 40 s\n"
    told = page(material(replace(seen, output=seen.output + "\n" + evidence)))
    assert "The bands that the firmware names: stronger at 10 to 20 Hz (3.0 sigma)" in told
    assert "21 mg against 27 mg when learned" in told and "so check before you act" in told
    assert "The change had lasted for 32 windows, 40 s, by then" in told
    assert "moved most" not in page(material(replay("000011111111")))


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
    text = page(poor)
    for words in ("no alarm", "None were found", "Not compared", "No firmware of a board"):
        assert words in text


def test_inline_figures_take_the_colours_of_the_page(text: str) -> None:
    inline = "".join(re.findall(r"<svg.*?</svg>", text, re.DOTALL))
    assert "var(--healthy)" in inline
    assert not any(colour in inline for colour in svg.COLOURS.values() if colour != "#ffffff")


def test_numbers_are_aligned_like_the_head_of_their_column(text: str) -> None:
    tables = re.findall(r"<table>.*?</table>", text, re.DOTALL)
    assert len(tables) == 9
    for table in tables:
        rows = [re.findall(r"<t[hd]( class=\"number\")?>", row) for row in table.split("<tr>")[1:]]
        assert len(rows) > 1
        assert all(row == rows[0] for row in rows)
    assert '<td class="number">20,000 B</td>' in text


def test_numbers_have_the_digits_that_matter() -> None:
    assert [seconds(value) for value in (2.555, 9.999, 86.4)] == ["2.56 s", "10.00 s", "86 s"]
    assert [fixed(float("nan"), 3), fixed(0.12345, 3)] == ["-", "0.123"]
    assert thousands(72278.4) == "72,278"


def test_every_section_is_in_the_contents(text: str) -> None:
    sections = re.findall(r'<section id="([^"]+)">', text)
    assert sections == re.findall(r'<li><a href="#([^"]+)">', text) == list(PARTS)
    titles = re.findall(r"<h2>(.*?)</h2>", text)
    assert titles == list(PARTS.values())
