"""Matplotlib figures as inline SVG that follows the page's colours, in a wide and a narrow form."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib
from markupsafe import Markup
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

Draw = Callable[[Figure, bool], None]

# Colours of a picture on its own. On the page each becomes the CSS variable of its name.
COLOURS = {
    "ink": "#1c2430",
    "muted": "#5b6675",
    "grid": "#d9dee5",
    "healthy": "#2a6fb0",
    "changed": "#c2452d",
    "third": "#7a5aa6",
    "fourth": "#2f8a57",
    "learning": "#8a94a3",
    "alarm": "#e8543a",
    "paper": "#ffffff",
}
_WIDE, _NARROW = 9.2, 4.4  # inches

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": COLOURS["muted"],
    "axes.labelcolor": COLOURS["ink"],
    "text.color": COLOURS["ink"],
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.grid": True,
    "grid.color": COLOURS["grid"],
    "grid.linewidth": 0.6,
    "xtick.color": COLOURS["muted"],
    "ytick.color": COLOURS["muted"],
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.2,
    "axes.axisbelow": True,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
}


@dataclass(frozen=True)
class Picture:
    """A figure in both forms: "wide" and "narrow", each with its SVG from behind `<svg`."""

    name: str
    forms: tuple[tuple[str, Markup], ...]


def picture(name: str, draw: Draw, height: float, narrow_height: float | None = None) -> Picture:
    """Draw both forms; heights in inches; `draw` gets the figure and `narrow`."""
    forms = (("wide", _WIDE, height), ("narrow", _NARROW, narrow_height or height))
    return Picture(
        name,
        tuple(
            (form, _inline(render(f"{name}-{form}", draw, width, tall, form == "narrow")))
            for form, width, tall in forms
        ),
    )


def render(
    name: str, draw: Draw, width: float, height: float, narrow: bool, text_as_paths: bool = False
) -> str:
    """One SVG element, the same text for the same input."""
    own = {**_STYLE, "svg.hashsalt": name}
    if text_as_paths:
        own["svg.fonttype"] = "path"
    with matplotlib.rc_context(own):
        canvas: Any = FigureCanvasSVG(Figure(figsize=(width, height), layout="constrained"))
        draw(canvas.figure, narrow)
        out = io.StringIO()
        canvas.print_svg(
            out, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    text = out.getvalue()
    return re.sub(r' d="[^"]*"', _shorter, text[text.index("<svg") :])


def _shorter(path: re.Match[str]) -> str:
    """Round the coordinates of a path to a tenth of a point; nobody sees more."""
    return re.sub(r"\d+\.\d+", lambda number: f"{float(number[0]):.1f}", path[0])


def _inline(svg: str) -> Markup:
    """Use the colours and the width of the page; drop ids that would occur twice on it."""
    svg = re.sub(r' id="(?!(?:[pmhC]|image)[0-9a-f_]{8,})[^"]*"', "", svg)
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'font: ([\d.]+)px[^;"]*', r"font: \1px var(--sans)", svg)
    for name, colour in COLOURS.items():
        svg = svg.replace(colour, f"var(--{name})")
    svg = re.sub(r'(<svg[^>]*?) (?:width|height)="[\d.]+pt"', r"\1", svg)
    svg = re.sub(r'(<svg[^>]*?) (?:width|height)="[\d.]+pt"', r"\1", svg)
    return Markup(svg.removeprefix("<svg"))


def document(name: str, draw: Draw, width: float, height: float) -> str:
    """An SVG file on white paper, readable wherever it is shown."""
    text = render(name, draw, width, height, narrow=False, text_as_paths=True)
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    end = text.index(">", text.index("<svg")) + 1
    paper = f'<rect width="100%" height="100%" fill="{COLOURS["paper"]}"/>'
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text[:end]}\n {paper}{text[end:]}'
