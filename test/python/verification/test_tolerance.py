"""An engine that rounds differently: its scores may be near, everything that follows is exact."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from vibration import native_firmware

from thrum import config
from thrum.cli import main as command_line
from thrum.reference.answers import Answer, difference
from thrum.reference.pipeline import I8, Network
from thrum.verification.challenge import Challenge, challenges
from thrum.verification.expected import expected
from thrum.verification.tolerance import Scores

CFG = config.load()
LEARN = 16


@pytest.fixture(scope="module")
def given() -> Sequence[Challenge]:
    return challenges(CFG, np.random.default_rng(3), LEARN, 60)


def network(off: int) -> Network:
    """Two scores that depend on the input, `off` LSB above the reference in every other window."""

    def run(inputs: I8) -> I8:
        healthy = inputs.astype(np.int64).mean(axis=1).astype(np.int64) // 2
        healthy += off * (np.arange(len(inputs)) % 2)
        return np.stack([healthy, -1 - healthy], axis=1).astype(np.int8)

    return run


def failures(lsb: int, off: int, given: Sequence[Challenge]) -> tuple[int, Scores]:
    """Windows that fail when the engine is `off` LSB off and `lsb` are tolerated."""

    def answer(how: Network) -> list[Answer]:
        return expected(CFG, how, 2000, LEARN, given)

    scores = Scores(lsb)
    pairs = scores.pairs(iter(answer(network(off))), answer(network(0)), answer)
    return sum(bool(difference(got, wanted)) for got, wanted in pairs), scores


@pytest.mark.parametrize(("lsb", "off"), [(0, 0), (1, 1), (2, 1), (2, 2)])
def test_near_scores_pass_with_the_mean_and_state_that_follow(
    lsb: int, off: int, given: Sequence[Challenge]
) -> None:
    failed, scores = failures(lsb, off, given)
    assert failed == 0
    assert scores.largest == off
    assert (scores.differing > 0) == (off > 0)


@pytest.mark.parametrize(("lsb", "off"), [(0, 1), (1, 2), (2, 3), (2, 100)])
def test_scores_that_are_too_far_off_fail(lsb: int, off: int, given: Sequence[Challenge]) -> None:
    assert failures(lsb, off, given)[0] > 0


@pytest.mark.parametrize("lsb", [0, 2])
def test_a_wrong_mean_or_state_fails_whatever_is_tolerated(
    lsb: int, given: Sequence[Challenge]
) -> None:
    def answer(how: Network) -> list[Answer]:
        return expected(CFG, how, 2000, LEARN, given)

    exact = answer(network(0))
    for word in (2, 3, 4, 5, 6):  # mean, state, fault, RMS of z, RMS in mg
        got = list(exact)
        words = list(got[-1].decision)
        words[word] = str(int(words[word]) + 1)
        got[-1] = dataclasses.replace(got[-1], decision=tuple(words))
        pairs = list(Scores(lsb).pairs(iter(got), exact, answer))
        assert [bool(difference(a, b)) for a, b in pairs] == [False] * (len(got) - 1) + [True]


@pytest.mark.parametrize("got", ["", "1", "- -", "1 2 3", "hello you"])
def test_what_is_no_score_is_not_accepted(got: str) -> None:
    assert Scores(2).accepted(got.split(), ("1", "-1")) == ("1", "-1")


def test_the_result_says_what_was_tolerated(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--windows", "5", "--tolerance", "2", "--", str(native_firmware()), "--serve"]
    assert command_line.main(["verify", *words]) == 0
    said = capsys.readouterr().out
    assert "0 of " in said and "outputs of the engine differ from the reference, by at most" in said
    assert "0 LSB; tolerated: 2" in said


def test_a_silly_tolerance_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_line.main(["verify", "--tolerance", "9", "--", "true"])
    assert "--tolerance" in capsys.readouterr().err
