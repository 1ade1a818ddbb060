"""The evaluation as Markdown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from report_material import evaluation

from thrum.config import ConfigError
from thrum.evaluation import tables

ROW = evaluation().rows[0]


def test_a_row_has_as_many_cells_as_the_head() -> None:
    head, line, first, second = tables.table([ROW, replace(ROW, same=None)]).splitlines()
    assert len({text.count(" | ") for text in (head, line, first, second)}) == 1
    assert "0.020 [0.00, 0.30] of 100 (7 independent)" in first
    assert "0.020" not in second


def test_what_there_is_no_number_for_is_a_dash() -> None:
    row = replace(ROW, other=None, auc=float("nan"), delay_s=float("nan"))
    cells = [cell.strip() for cell in tables.table([row]).splitlines()[-1].split("|")]
    assert cells.count("-") == 3


def test_the_summary_has_the_three_networks_side_by_side() -> None:
    rows = [replace(ROW, scorer=name) for name in tables.NETWORKS]
    text = tables.summary(rows, "813a75570aeb", "All windows agree.")
    assert "| rig 200 Hz 0 HP | 0.020 / 0.020 / 0.020 | - |" in text
    assert "0.900 / 0.900 / 0.900 | 7, 4 |" in text
    assert "All windows agree.\nModel 813a75570aeb, commit " in text


def test_only_what_stands_between_the_marks_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n{tables.BEGIN}\nold\n{tables.END}\nafter\n", encoding="utf-8")
    tables.write_between(path, "new")
    kept = path.read_text(encoding="utf-8")
    assert kept == f"before\n{tables.BEGIN}\nnew\n{tables.END}\nafter\n"
    path.write_text("no marks\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="lacks"):
        tables.write_between(path, "new")
    assert path.read_text(encoding="utf-8") == "no marks\n"
