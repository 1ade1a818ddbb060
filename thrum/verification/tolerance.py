"""Tolerance for engines that round differently, such as CMSIS-NN."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from thrum.reference.answers import Answer
from thrum.reference.pipeline import I8, Network

UNJUDGED = "-"  # in the place of scores


class Scores:
    """Compares int8 outputs with the reference's, up to `lsb` apart, and counts what differs."""

    def __init__(self, lsb: int) -> None:
        self.lsb = lsb
        self.outputs = self.differing = self.largest = 0

    def accepted(self, got: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
        """The scores of the engine if they are within tolerance, else those of the reference."""
        try:
            off = [abs(int(a) - int(b)) for a, b in zip(got, wanted, strict=True)]
        except ValueError:  # not judged, or not an answer at all
            return tuple(wanted)
        self.outputs += len(off)
        self.differing += sum(value != 0 for value in off)
        self.largest = max(self.largest, *off)
        return tuple(got) if max(off) <= self.lsb else tuple(wanted)

    def pairs(
        self,
        got: Iterator[Answer],
        exact: Sequence[Answer],
        answer: Callable[[Network], list[Answer]],
    ) -> Iterator[tuple[Answer, Answer]]:
        """Pairs of answer and expected answer. With a tolerance they come after the last answer.

        Then mean score and state must follow from the engine's own scores; `answer` computes them.
        """
        if self.lsb == 0:
            yield from zip(got, exact, strict=True)
            return
        told = list(got)
        own = [
            self.accepted(a.decision[:2], b.decision[:2])
            for a, b in zip(told, exact, strict=True)
            if b.decision[0] != UNJUDGED
        ]

        rows = iter(np.array(own, np.int64).astype(np.int8))

        def network(inputs: I8) -> I8:
            return np.stack([next(rows) for _ in inputs])

        yield from zip(told, answer(network), strict=True)

    def summary(self) -> str:
        """One line for people, whether anything differs or not."""
        return (
            f"{self.differing} of {self.outputs} outputs of the engine differ from the reference, "
            f"by at most {self.largest} LSB; tolerated: {self.lsb}"
        )
