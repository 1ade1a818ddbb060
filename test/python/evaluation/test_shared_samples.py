"""A recording cannot be learned from and judged, whatever it is called and done to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from recordings import CFG, noise
from scipy.signal import resample_poly

from thrum.evaluation import cases, shared_samples
from thrum.recordings.dataset import Counts, Recording
from thrum.simulation import synth

DISGUISES: dict[str, Callable[[Any], Any]] = {
    "louder, with an offset": lambda x: 1.7 * x + 300,
    "upside down": lambda x: -x,
    "of 8 bits": lambda x: np.rint(x / 64) * 64,
    "decimated by two and brought back": lambda x: resample_poly(resample_poly(x, 1, 2), 2, 1),
    "recorded at another rate": lambda x: resample_poly(resample_poly(x, 7, 8), 8, 7),
    "cut at both ends": lambda x: 0.9 * x[1111:-777],
}


def machine(seed: int) -> synth.MachineSet:
    """A synthetic machine with tones, modes and sensor."""
    return synth.machine_set(CFG, np.random.default_rng(seed), "m", 128, 64)


def disguised(rec: Recording, how: str) -> Recording:
    """A copy that shares no count with the original."""
    samples = np.clip(np.rint(DISGUISES[how](rec.samples.astype(float))), -32768, 32767)
    return replace(rec, samples=samples.astype(np.int16), name="renamed", session="z")


def test_samples_are_found_wherever_they_stand() -> None:
    """Parts of one file, however they were cut; the axes count together."""
    whole = noise(1).samples
    for part in (whole[7:5000], whole[20_001 : 20_001 + 511], np.roll(whole, 3)):
        assert shared_samples.shared(whole, part.copy()) and shared_samples.shared(whole[::1], part)
    assert not shared_samples.shared(whole[:9000], whole[9000:].copy())
    three = np.concatenate([noise(seed).samples for seed in (1, 2, 3)], axis=1)
    assert shared_samples.shared(three, three[100:3000].copy())
    assert not shared_samples.shared(three, three[:, [1, 0, 2]].copy())


def test_silence_is_no_evidence() -> None:
    """A constant is in every recording of a machine at rest."""
    silence = np.zeros((4000, 1), np.int16)
    a, b = (np.concatenate([noise(seed, samples=4000).samples, silence]) for seed in (1, 2))
    assert not shared_samples.leaks(a, b)


@pytest.mark.parametrize("how", DISGUISES)
def test_disguised_copies_are_found(how: str) -> None:
    """Not one count is the same, yet it is the same recording."""
    rec = machine(1).baseline
    copy = disguised(rec, how)
    assert shared_samples.leaks(rec.samples[: len(rec.samples) // 2], copy.samples)
    with pytest.raises(cases.LeakError, match="renamed"):
        cases.check_separate(cases.cases("test", [rec, noise(2, 1), copy], CFG))


def test_other_recordings_of_the_machine_are_no_copies() -> None:
    """Same tones, same modes: neither other sessions nor other machines are taken for copies."""
    for seed in range(4):
        made, stranger = machine(seed), machine(seed + 100)
        others = [made.healthy_same, made.healthy_other, *made.faulty, stranger.baseline]
        assert not any(shared_samples.leaks(made.baseline.samples, rec.samples) for rec in others)


def test_trained_recordings_are_not_judged() -> None:
    """Nor parts of them under another name."""
    part: Counts = noise(1).samples[3333:9999].copy()
    copy = replace(noise(1), name="renamed", samples=part)
    with pytest.raises(cases.LeakError, match=r"renamed is judged.*as r1"):
        cases.check_leak([noise(1)], [noise(2), copy])
    cases.check_leak([noise(1)], [noise(2)])


def test_a_recording_is_listed_once() -> None:
    """Copies in one manifest would count twice."""
    copy = replace(noise(1), name="renamed")
    with pytest.raises(cases.LeakError, match="renamed and r1 are the same recording"):
        cases.cases("test", [noise(1), noise(2, 1), copy], CFG)


def test_a_case_that_judges_what_it_learned_is_refused() -> None:
    """In place, as a copy, and as a copy that begins elsewhere."""
    (case,) = cases.cases("test", [noise(1), noise(2, 1)], CFG)
    cases.check_separate([case])
    learned = case.learn.samples
    for part in (learned[256:], learned[512:2048].copy(), learned[77:2048].copy()):
        bad = replace(case, same=(replace(case.learn, samples=part, name="again"),))
        with pytest.raises(cases.LeakError, match=r"again holds samples .* learned from r1"):
            cases.check_separate([bad])
