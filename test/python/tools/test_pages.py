"""Pages that are made from the code are current."""

from __future__ import annotations

from dataclasses import fields
from typing import get_type_hints

from thrum.config import Config
from thrum.paths import CONFIG
from tools.pages import configuration


def test_the_page_of_the_configuration_is_current() -> None:
    """Else run `python -m tools.pages.configuration`."""
    assert configuration.PAGE.read_text(encoding="utf-8") == configuration.page()


def test_every_key_says_what_it_means() -> None:
    told = configuration.meanings(CONFIG.read_text(encoding="utf-8"))
    hints = get_type_hints(Config)
    for table in fields(Config):
        for key in fields(hints[table.name]):
            value, meaning = told[table.name, key.name]
            assert value and (meaning or table.name == "classes"), f"{table.name}.{key.name}"


def test_a_comment_may_go_on_in_the_next_line() -> None:
    text = "[a]\nb = 3  # one\n        # two\nc = 4\n"
    assert configuration.meanings(text) == {("a", "b"): ("3", "one two"), ("a", "c"): ("4", "")}
