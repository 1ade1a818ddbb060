"""A copy of a recording that the model was trained on is not judged, whatever was done to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from own_recordings import RATE, Folder
from scipy.io import wavfile

from thrum import config
from thrum.artifacts import release
from thrum.artifacts.release import Release
from thrum.cli.main import main
from thrum.evaluation import evaluate, trained_on
from thrum.evaluation.cases import LeakError
from thrum.paths import ROOT
from thrum.recordings.wav import write_wav
from thrum.training import own_recordings

CFG = config.load()


@pytest.fixture
def own(tmp_path: Path) -> Folder:
    """Three sessions: the first and the last are trained on."""
    made = Folder(tmp_path / "recordings")
    for name in "abc":
        made.add(f"{name}.wav", session=name)
    return made


@pytest.fixture
def made(own: Folder) -> Release:
    """The release as if it had been trained on them."""
    known = own_recordings.read(own.manifest, CFG, own.folder.parent).seen
    return replace(release.load(), recordings=known)


def samples_of(path: Path) -> np.ndarray:
    return wavfile.read(path)[1].reshape(-1, 1)


def other(tmp_path: Path, samples: np.ndarray, rate: int = RATE) -> Folder:
    """A manifest elsewhere with one recording of these samples and a fault of the machine."""
    folder = Folder(tmp_path / "elsewhere")
    name = "renamed.wav"
    folder.add(name, label="anomalous", session="z", rate=rate)
    write_wav(folder.folder / name, samples.astype(np.int16), rate, {})
    folder.add("new.wav", session="z")
    return folder


def check(made: Release, own: Folder, judged: Folder) -> str:
    cases = evaluate.manifest_cases(CFG, judged.manifest, trained=made.trained_on())
    return trained_on.check(made, cases, own.folder.parent)


def test_a_trimmed_copy_of_a_trained_recording_is_refused(
    own: Folder, made: Release, tmp_path: Path
) -> None:
    trimmed = samples_of(own.folder / "a.wav")[1000:-777]
    with pytest.raises(LeakError, match=r"renamed\.wav is judged .* in training as a\.wav"):
        check(made, own, other(tmp_path, trimmed))


def test_a_part_that_was_made_louder_is_refused(own: Folder, made: Release, tmp_path: Path) -> None:
    """The end of the recording; not one count is the same."""
    part = 1.7 * samples_of(own.folder / "c.wav")[-5000:]
    with pytest.raises(LeakError, match=r"in training as c\.wav"):
        check(made, own, other(tmp_path, np.rint(part)))


def test_a_copy_that_would_be_learned_is_refused(
    own: Folder, made: Release, tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "elsewhere")
    folder.add("renamed.wav")
    write_wav(folder.folder / "renamed.wav", samples_of(own.folder / "a.wav")[300:], RATE, {})
    with pytest.raises(LeakError, match=r"renamed\.wav"):
        check(made, own, folder)


def test_a_faster_recording_is_compared_at_the_rate_of_the_trained_one(tmp_path: Path) -> None:
    """Judged at 3.2 kHz, trained at 1.6 kHz."""
    own = Folder(tmp_path / "recordings")
    own.add("slow.wav", session="a", rate=1600)
    known = own_recordings.read(own.manifest, CFG, tmp_path).seen
    made = replace(release.load(), recordings=known)
    slow = samples_of(own.folder / "slow.wav")[:, 0].astype(float)
    size = len(slow)
    fast = np.fft.irfft(np.fft.rfft(slow), 2 * size) * 2
    judged = other(tmp_path, np.rint(fast[:, np.newaxis]))
    with pytest.raises(LeakError, match=r"in training as slow\.wav"):
        check(made, own, judged)


def test_evaluate_refuses_it(
    own: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = own_recordings.read(own.manifest, CFG, ROOT).seen
    release.save(replace(release.load(), recordings=known), tmp_path / "model")
    judged = other(tmp_path, samples_of(own.folder / "a.wav")[1000:])
    where = ["--manifest", str(judged.manifest), "--model", str(tmp_path / "model")]
    assert main(["evaluate", *where]) == 1
    assert "was seen in training as a.wav" in capsys.readouterr().err


def test_what_is_new_is_judged_and_what_is_missing_is_counted(
    own: Folder, made: Release, tmp_path: Path
) -> None:
    new = np.random.default_rng(99).normal(0, 400, (60 * 256, 1))
    judged = other(tmp_path, np.rint(new))
    assert check(made, own, judged) == "2 of the 2 recordings of the training were compared."
    tested = Folder(own.folder)  # "b" was not trained on
    assert check(made, own, tested).startswith("2 of the 2")
    own.add("a.wav", windows=61, session="again")  # another content
    assert check(made, own, judged).endswith("were compared; not here, or changed since: 1.")
    own.manifest.unlink()
    assert check(made, own, judged).startswith("0 of the 2")
    assert check(replace(made, recordings={}), own, judged) == ""
