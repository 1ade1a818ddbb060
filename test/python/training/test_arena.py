"""The tensor arena: measured, with a margin."""

from __future__ import annotations

from thrum.artifacts import release
from thrum.training import arena


def test_arena_is_aligned_and_has_a_small_margin() -> None:
    made = release.load()
    assert made.arena["measured"]
    smallest, size = made.arena["minimum"], made.arena["nbytes"]
    assert size % 16 == 0 and smallest * 9 / 8 <= size < smallest * 9 / 8 + 16
    assert arena.measure(made.tflite) == smallest
    assert arena.bound(made.graph) >= smallest
