"""From a recording to a model that knows it: training, freshness by content, the build."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest
from own_recordings import Folder

from thrum import config
from thrum.artifacts import freshness, release
from thrum.cli.main import main
from thrum.evaluation import evaluate
from thrum.paths import CONFIG
from thrum.recordings.manifest import DatasetError
from thrum.simulation import synth
from thrum.training import mixing, own_recordings, pipeline
from thrum.training.split import digest, split

CFG = config.load()


@pytest.fixture
def own(tmp_path: Path) -> Folder:
    """Two sessions in a project that is fresh but for them."""
    made = Folder(tmp_path / "recordings")
    made.add("a.wav", session="a")
    made.add("b.wav", session="b")
    return made


def why(own: Folder, recordings: str = "recordings/manifest.toml") -> str:
    """Why a model that was trained on these recordings is stale; its sources do not count here."""
    known = json.loads((own.folder / "known.json").read_text(encoding="utf-8"))
    root = own.folder.parent
    manifest = freshness.manifest_named(recordings, root)
    return freshness.recordings_changed(known, manifest, root)


def train_on(own: Folder) -> None:
    """Remember what training would write into model.json."""
    seen = own_recordings.read(own.manifest, CFG, own.folder.parent).seen
    (own.folder / "known.json").write_text(json.dumps(seen), encoding="utf-8")


def test_unchanged_recordings_are_fresh_anywhere(own: Folder, tmp_path: Path) -> None:
    """Neither times nor the place count: a checkout has others."""
    train_on(own)
    assert why(own) == ""
    os.utime(own.folder / "a.wav", (1, 1))
    assert why(own) == ""
    own.manifest.write_bytes(own.manifest.read_bytes().replace(b"\n", b"\r\n"))
    assert why(own) == ""
    own.folder.parent.rename(tmp_path.with_name("moved"))
    own.folder = tmp_path.with_name("moved") / "recordings"
    assert why(own) == ""


def test_every_change_is_named(own: Folder) -> None:
    train_on(own)
    data = (own.folder / "b.wav").read_bytes()
    (own.folder / "b.wav").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert why(own) == "recordings/b.wav has changed"
    (own.folder / "b.wav").write_bytes(data)
    assert why(own) == ""
    assert "recordings/manifest.toml, now without" in why(own, freshness.NO_RECORDINGS)
    assert "not on other/manifest.toml" in why(own, "other/manifest.toml")
    own.add("c.wav")
    assert why(own) == "recordings/manifest.toml has changed"
    own.manifest.unlink()
    assert why(own) == ""  # nothing to train on: the model stays


def test_a_file_that_a_pattern_matches_is_new(own: Folder) -> None:
    own.manifest.unlink()
    own.entry('file = "*.wav"\nmachine = "m"\ncondition = "c"\nlabel = "healthy"\nscale = 16\n')
    train_on(own)
    assert why(own) == ""
    (own.folder / "c.wav").write_bytes(b"new")
    assert why(own) == "there is a new recording recordings/c.wav"


def test_a_missing_recording_is_an_error_with_its_name(own: Folder) -> None:
    train_on(own)
    (own.folder / "b.wav").unlink()
    with pytest.raises(FileNotFoundError, match=r"b\.wav"):
        why(own)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration that trains in seconds."""
    text = CONFIG.read_text(encoding="utf-8")
    for old, new in (("machines = 300", "machines = 20"), ("epochs = 40", "epochs = 2")):
        assert old in text
        text = text.replace(old, new)
    path = tmp_path_factory.mktemp("config") / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def train(own: Folder, small: Path, *more: str) -> int:
    out, manifest = str(own.folder.parent / "model"), str(own.manifest)
    return main(["train", "--config", str(small), "--out", out, "--manifest", manifest, *more])


def test_training_knows_what_it_saw(
    own: Folder, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """model.json lists the recordings; the next training waits for another one."""
    own.add("f.wav", session="a", label="anomalous", level=900)
    assert train(own, small) == 0
    assert "3 files, 14 s of 1 machines" in capsys.readouterr().out
    made = release.load(own.folder.parent / "model")
    files = made.recordings["files"]
    assert [(i["label"], i["part"]) for i in files] == [
        ("healthy", "train"),
        ("healthy", "test"),
        ("anomalous", "train"),
    ]
    assert set(made.metrics["recordings"]) == {"train", "test", mixing.SYNTHETIC}
    assert made.metrics["recordings"]["train"]["faulty"] == 3
    assert train(own, small) == 0
    assert "is up to date" in capsys.readouterr().out
    assert made.trained_on() == {i["sha256"] for i in files if i["session"] == "a"}
    judged = evaluate.manifest_cases(CFG, own.manifest, trained=made.trained_on())
    assert [(case.learn.name, len(case.faulty)) for case in judged] == [("b.wav", 0)]
    assert "2 recordings are left out: the model was trained on them." in capsys.readouterr().out
    with pytest.raises(DatasetError, match="trained on all 3 recordings"):
        evaluate.manifest_cases(CFG, own.manifest, trained=[i["sha256"] for i in files])
    kept = (own.folder.parent / "model" / "model.json").read_bytes()
    own.add("short.wav", windows=3)
    assert train(own, small) == 1
    said = capsys.readouterr()
    assert "manifest.toml has changed" in said.out and "short.wav" in said.err
    assert (own.folder.parent / "model" / "model.json").read_bytes() == kept
    own.manifest.unlink()
    assert train(own, small, "--force") == 1
    assert "was trained on" in capsys.readouterr().err


def test_a_manifest_that_was_named_must_exist_even_if_nothing_is_to_be_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--manifest", str(tmp_path / "typo.toml")]) == 1
    assert "typo.toml: no such manifest" in capsys.readouterr().err


def test_a_manifest_that_was_named_must_exist(
    tmp_path: Path, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "none.toml")
    arguments = ["train", "--config", str(small), "--out", str(tmp_path), "--manifest", missing]
    assert main(arguments) == 1
    assert "none.toml: no such manifest; bring it back, or pass --manifest none" in (
        capsys.readouterr().err
    )


def _train(
    monkeypatch: pytest.MonkeyPatch, folder: Path, arrays: bool, fit: bool, force: bool
) -> release.Release:
    """Run the pipeline on a small set with a training that must not happen."""
    small = dataclasses.replace(CFG, train=dataclasses.replace(CFG.train, machines=10))
    made = release.load()
    data = synth.training_set(small)
    parts = split(data.z, data.label, data.machine)
    stamp = {
        "sources": "0",
        "fit": pipeline._fit_fingerprint(small) if fit else "0",
        "arrays": digest(parts) if arrays else "0",
    }
    release.save(dataclasses.replace(made, determined_by=stamp), folder, {})
    monkeypatch.setattr(pipeline, "_trained", _must_not_train)
    return pipeline.train(small, folder, lambda text: None, force=force)


class TrainedError(Exception):
    """The pipeline wanted to train."""


def _must_not_train(*_: object) -> None:
    raise TrainedError


def test_equal_arrays_stamp_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sources differ, the arrays do not: the same network with a new stamp."""
    made = _train(monkeypatch, tmp_path, arrays=True, fit=True, force=False)
    assert made.determined_by["sources"] == freshness.fingerprint()
    assert (tmp_path / "model.tflite").read_bytes() == release.load().tflite
    assert freshness.why_stale(tmp_path) == ""


@pytest.mark.parametrize(
    ("arrays", "fit", "force"), [(False, True, False), (True, False, False), (True, True, True)]
)
def test_other_arrays_or_another_fit_train(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arrays: bool, fit: bool, force: bool
) -> None:
    with pytest.raises(TrainedError):
        _train(monkeypatch, tmp_path, arrays, fit, force)
