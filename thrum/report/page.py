"""The report's page: style sheet, skeleton, tables. Self-contained, light and dark, any width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_CSS = """
:root{--paper:#fff;--raised:#f6f7f9;--ink:#1c2430;--muted:#5b6675;--grid:#d9dee5;--healthy:#2a6fb0;
--changed:#c2452d;--third:#7a5aa6;--fourth:#2f8a57;--learning:#8a94a3;--alarm:#e8543a;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{--paper:#12161c;--raised:#1b2129;--ink:#e6eaf0;
--muted:#9aa6b5;--grid:#313a46;--healthy:#6aaef0;--changed:#f08a72;--third:#b89be0;
--fourth:#6cc493;--learning:#79838f;--alarm:#ff7a5e}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 var(--sans)}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
header{border-bottom:1px solid var(--grid);padding-bottom:1.5rem;margin-bottom:1.5rem}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .5rem;letter-spacing:-.01em}
h2{font-size:1.2rem;margin:3rem 0 .5rem}
h3{font-size:1rem;margin:1.75rem 0 .25rem}
p{margin:.5rem 0 1rem;max-width:44rem}
.kicker{color:var(--muted);font-size:.85rem;margin:0 0 .75rem}
.verdict{font-size:1.1rem}
.good{color:var(--fourth);font-weight:600}.bad{color:var(--changed);font-weight:600}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1px;
background:var(--grid);border:1px solid var(--grid);margin:1.5rem 0 0}
.facts div{background:var(--paper);padding:.8rem 1rem}
.facts dt{color:var(--muted);font-size:.8rem;line-height:1.3}
.facts dd{margin:.15rem 0 0;font-size:1.3rem;font-variant-numeric:tabular-nums;line-height:1.25}
figure{margin:1.25rem 0 1.75rem}
figure svg{display:block;width:100%;height:auto}
figure svg.narrow{display:none}
figcaption{color:var(--muted);font-size:.875rem;margin-top:.4rem;max-width:44rem}
.scroll{overflow-x:auto;margin:1rem 0 1.5rem}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;width:100%}
.note{color:var(--muted);font-size:.875rem;margin-top:-1rem}
td small{display:block;color:var(--muted);font-size:.82rem}
th,td{text-align:left;padding:.42rem 1.4rem .42rem 0;border-bottom:1px solid var(--grid);
vertical-align:top}
th:last-child,td:last-child{padding-right:0}
th{color:var(--muted);font-weight:600;font-size:.8rem}
td.number,th.number{text-align:right}td.number{white-space:nowrap}
pre{background:var(--raised);padding:.9rem 1rem;overflow-x:auto;font:.8rem/1.5 var(--mono)}
code{font:.88em var(--mono);overflow-wrap:anywhere}
@media (max-width:40rem){main{padding:1.5rem 1rem 3rem}h1{font-size:1.4rem}
figure svg.wide{display:none}figure svg.narrow{display:block}.facts dd{font-size:1.1rem}
.facts{grid-template-columns:1fr 1fr}
th,td{padding-right:1rem}td:first-child{min-width:8rem}}
@media print{body{background:#fff}h2{break-after:avoid}figure{break-inside:avoid}}
"""


@dataclass(frozen=True)
class Markup:
    """Text that is HTML already."""

    html: str


Cell = str | int | float | Markup


def page(title: str, header: str, sections: Iterable[str]) -> str:
    """The whole document."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_CSS}</style>\n</head>\n<body>\n<main>\n"
        f"<header>\n{header}</header>\n{''.join(sections)}</main>\n</body>\n</html>\n"
    )


def section(title: str, *parts: str) -> str:
    """A heading and what follows it."""
    return f"<section>\n<h2>{escape(title)}</h2>\n{''.join(parts)}</section>\n"


def paragraph(text: str, kind: str = "") -> str:
    """Plain text as a paragraph."""
    return f"<p{_class(kind)}>{escape(text)}</p>\n"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """The figures that matter, in tiles: words and value."""
    tiles = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs
    )
    return f'<dl class="facts">{tiles}</dl>\n'


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]], caption: str = "") -> str:
    """Columns with a number in their first row are aligned to the right."""
    body = [list(row) for row in rows]
    numeric = [bool(body) and _is_number(cell) for cell in (body[0] if body else head)]
    lines = [_row("th", head, numeric), *(_row("td", row, numeric) for row in body)]
    note = paragraph(caption, "note") if caption else ""
    return (
        f'<div class="scroll" tabindex="0"><table><thead>{lines[0]}</thead>'
        f"<tbody>{''.join(lines[1:])}</tbody></table></div>\n{note}"
    )


def listing(text: str) -> str:
    """Output of a program."""
    return f"<pre>{escape(text)}</pre>\n"


def verdict(good: bool, text: str) -> Markup:
    """A word in the colour of its meaning."""
    return Markup(f'<span class="{"good" if good else "bad"}">{escape(text)}</span>')


def two_lines(text: str, small: str) -> Markup:
    """A cell with a second, smaller line."""
    return Markup(f"{escape(text)}<small>{escape(small)}</small>")


def _row(tag: str, cells: Sequence[Cell], numeric: Sequence[bool]) -> str:
    text = "".join(
        f"<{tag}{_class('number' if right else '')}>{_html(cell)}</{tag}>"
        for cell, right in zip(cells, numeric, strict=True)
    )
    return f"<tr>{text}</tr>"


def _html(cell: Cell) -> str:
    if isinstance(cell, Markup):
        return cell.html
    return escape(f"{cell:,}" if isinstance(cell, int) else str(cell))


def _is_number(cell: Cell) -> bool:
    text = cell if isinstance(cell, str) else ""
    return isinstance(cell, int | float) or text[:1].isdigit()


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
