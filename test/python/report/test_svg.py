"""Figures as SVG: the same text every time, in the colours of the page."""

from __future__ import annotations

import re

from matplotlib.figure import Figure

from thrum.report import svg


def _line(figure: Figure, narrow: bool) -> None:
    axis = figure.subplots()
    axis.plot([0, 1], [0, 3 if narrow else 1], color=svg.COLOURS["healthy"])
    axis.set_title("narrow" if narrow else "wide")


def test_a_picture_has_a_wide_and_a_narrow_form_without_size_of_its_own() -> None:
    picture = svg.picture("line", _line, 2.0, 3.0)
    assert [form for form, _ in picture.forms] == ["wide", "narrow"]
    for form, text in picture.forms:
        assert text.startswith(" ") and text.endswith("</svg>\n")
        assert f">{form}</text>" in text
        tag = text[: text.index(">")]
        assert "viewBox=" in tag and not re.search(r"(width|height)=", tag)


def test_colours_become_variables_of_the_page() -> None:
    text = svg.picture("line", _line, 2.0).forms[0][1]
    assert "var(--healthy)" in text and svg.COLOURS["healthy"] not in text


def test_coordinates_have_a_tenth_of_a_point() -> None:
    paths = re.findall(r' d="([^"]*)"', svg.picture("line", _line, 2.0).forms[0][1])
    assert paths
    assert not re.search(r"\.\d\d", "".join(paths))


def test_a_file_has_white_paper_and_its_text_as_shapes() -> None:
    text = svg.document("line", _line, 4.0, 2.0)
    assert text == svg.document("line", _line, 4.0, 2.0)
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n<svg')
    assert '<rect width="100%" height="100%" fill="#ffffff"/>' in text
    assert "<text" not in text
