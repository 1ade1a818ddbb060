"""A replay in words: an excerpt of the lines and a verdict."""

from __future__ import annotations

from replays import lines

from thrum.firmware import story


def test_excerpt_shows_ends_and_events_and_counts_the_rest() -> None:
    shown = story.excerpt(lines("0" * 50 + "1" * 50 + "2" * 50))
    assert len(shown) < 16
    assert sum(line.startswith("# alarm") for line in shown) == 1
    hidden = sum(int(line.split()[1]) for line in shown if line.startswith("..."))
    assert hidden + sum(not line.startswith("...") for line in shown) == 150 + 3


def test_excerpt_tells_once_what_was_learned() -> None:
    told = [f"# operating state 0 learned:{n}/256" for n in (32, 64, 256)]
    shown = story.excerpt([*lines("0" * 9), *told, *lines("1" * 9)])
    assert told[2] in shown and told[0] not in shown and told[1] not in shown


def test_excerpt_of_few_lines_is_all_of_them() -> None:
    assert story.excerpt(lines("01")) == lines("01")
