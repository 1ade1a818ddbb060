"""The list of operators in the documentation is today's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from thrum.codegen import operator_list
from thrum.compiler.operators import OPERATORS
from thrum.paths import ROOT

NN = ROOT / "lib" / "vibration" / "src" / "thrum" / "nn"


def test_the_page_is_current() -> None:
    text = operator_list.PAGE.read_text(encoding="utf-8")
    assert operator_list.page(text) == text, "run python -m thrum.codegen.operator_list"


def test_every_operator_says_what_it_takes() -> None:
    lines = operator_list.table().splitlines()
    assert len(lines) == len(OPERATORS) + 2 and all(known.limits for known in OPERATORS)


@pytest.mark.parametrize(("tag", "folder"), [("CortexM4", "cortex_m4"), ("Avr", "avr")])
def test_kernels_of_their_own_are_those_of_the_library(tag: str, folder: str) -> None:
    name = {"cortex_m4": "Cortex-M4", "avr": "AVR"}[folder]
    text = "".join(path.read_text(encoding="utf-8") for path in (NN / folder).glob("*.h"))
    found = set(re.findall(rf"struct (\w+)Kernel<Layer, {tag}>", text))
    listed = [known.name for known in OPERATORS if name in known.kernels]
    assert len(found) == len(listed), (found, listed)


def test_a_page_without_a_place_is_named(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("No table.", encoding="utf-8")
    with pytest.raises(ValueError, match="must stand around the table"):
        operator_list.main(path)
    path.write_text("<!-- operators --><!-- /operators -->", encoding="utf-8")
    assert operator_list.main(path) == 0 and "| ADD |" in path.read_text(encoding="utf-8")
