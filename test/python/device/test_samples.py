"""From raw lines to pieces: gaps, damage, numbers that wrap, and what a serial line can carry."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from thrum.device.client import encode
from thrum.device.lines import seal
from thrum.device.samples import PER_LINE, Assembler, Source

I16 = npt.NDArray[np.int16]
SOURCE = Source(3200, 2, 128, 2000 / 4096)


def _lines(windows: list[I16]) -> list[str]:
    lines: list[str] = []
    for window in windows:
        for axis in window.T:
            for start in range(0, len(axis), PER_LINE):
                part = axis[start : start + PER_LINE].astype("<i2").tobytes()
                lines.append(seal(f"!r {len(lines) % 65536} {encode(part)}"))
    return lines


def _pieces(lines: Iterable[str], lost_before: int = 0) -> tuple[list[I16], Assembler]:
    assembler = Assembler(SOURCE, lost_before)
    pieces: dict[int, list[I16]] = {}
    for line in lines:
        window = assembler.push(line)
        if window is not None:
            pieces.setdefault(assembler.piece, []).append(window)
    return [np.concatenate(windows) for windows in pieces.values()], assembler


@settings(max_examples=60, deadline=None)
@given(lost=st.sets(st.integers(0, 8 * 12 - 1), max_size=12))
def test_pieces_are_the_runs_of_whole_windows(lost: set[int]) -> None:
    rng = np.random.default_rng(3)
    windows = [rng.integers(-9, 9, (128, 2)).astype(np.int16) for _ in range(12)]
    got, assembler = _pieces(
        line[:-1] if number in lost and number % 2 else "" if number in lost else line
        for number, line in enumerate(_lines(windows))
    )
    damaged = {number // 8 for number in lost}
    runs: list[list[I16]] = []
    run: list[I16] = []
    for k in range(12):
        if k not in damaged:
            run.append(windows[k])
        elif run:
            runs.append(run)
            run = []
    runs += [run] if run else []
    assert len(got) == len(runs)
    for piece, expected in zip(got, runs, strict=True):
        np.testing.assert_array_equal(piece, np.concatenate(expected))
    assert assembler.samples == 128 * (12 - len(damaged))


def test_sequence_numbers_wrap() -> None:
    windows = [np.full((128, 2), k % 100, np.int16) for k in range(8200)]
    [piece], assembler = _pieces(_lines(windows))
    assert assembler.lost == 0 and len(piece) == 128 * 8200


def test_a_gap_in_the_board_drops_its_window() -> None:
    windows = [np.full((128, 2), k, np.int16) for k in range(3)]
    lines = _lines(windows)
    pieces, assembler = _pieces([*lines[:8], seal("!lost 14"), *lines[8:]], lost_before=10)
    assert [piece[0, 0] for piece in pieces] == [0, 2]
    assert assembler.lost == 4 + 128


def test_a_count_of_lost_samples_that_starts_anew() -> None:
    """The board had lost 5000 samples, and 3 since its sampler has begun again."""
    windows = [np.full((128, 2), k, np.int16) for k in range(3)]
    lines = _lines(windows)
    assembler = Assembler(SOURCE, lost_before=5000)
    for line in [*lines[:8], seal("!lost 3"), *lines[8:16], seal("!lost 5"), *lines[16:]]:
        assembler.push(line)
    assert assembler.lost == 5 + 2 * 128


def test_line_rate_is_an_upper_bound() -> None:
    one = Source(3200, 1, 256, 1.0)
    assert 3200 * 2.95 < one.characters_per_second <= 11_520
    assert Source(3200, 3, 256, 1.0).characters_per_second > 11_520
