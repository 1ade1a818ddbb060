"""Own recordings as examples: baselines of their own, sessions apart, errors that name the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from own_recordings import RATE, WINDOW, Folder

from thrum import config
from thrum.recordings.dataset import load_manifest, windows
from thrum.recordings.manifest import DatasetError
from thrum.reference.baseline import Baseline, network_input
from thrum.reference.features import log_bands
from thrum.reference.smoothing import first_averages
from thrum.training import own_recordings

CFG = config.load()

M = CFG.alarm.mean_windows


@pytest.fixture
def own(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "recordings")


def read(own: Folder) -> own_recordings.Examples:
    return own_recordings.read(own.manifest, CFG, own.folder.parent)


def test_the_first_half_is_learned_and_the_rest_judged(own: Folder) -> None:
    """Exactly the deviations that the firmware computes after learning the first half."""
    own.add("a.wav", windows=70)
    bands = log_bands(windows(load_manifest(own.manifest, CFG)[0], CFG), CFG)
    baseline = Baseline.learn(bands[:35], CFG)
    expected = (
        network_input(baseline.deviation(first_averages(bands[35 : 35 + 2 * M], CFG)[::M])) + 128.0
    )
    part = read(own).parts["train"]
    np.testing.assert_array_equal(part.x * 32, expected)
    assert len(part.x) == 2 and (part.y == 0).all()


def test_overlapping_windows_leave_a_gap(own: Folder) -> None:
    """With a hop below the window's length, no judged window shares a sample with a learned one."""
    own.add("a.wav", windows=40)
    cfg = replace(CFG, window=replace(CFG.window, hop=100))
    made = own_recordings.read(own.manifest, cfg, own.folder)
    count = (40 * WINDOW - WINDOW) // 100 + 1
    bands = log_bands(windows(load_manifest(own.manifest, cfg)[0], cfg), cfg)
    start = count // 2 + 2
    baseline = Baseline.learn(bands[: count // 2], cfg)
    expected = (
        network_input(baseline.deviation(first_averages(bands[start : start + M], cfg))) + 128.0
    )
    np.testing.assert_array_equal(made.parts["train"].x[:1] * 32, expected)


def test_no_session_is_in_two_parts(own: Folder) -> None:
    for number in range(10):
        session = f"s{number}"
        own.add(f"{session}h.wav", session=session)
        own.add(f"{session}f.wav", session=session, label="anomalous", level=900)
    made = read(own)
    parts: dict[str, set[str]] = {}
    for item in made.seen["files"]:
        parts.setdefault(item["session"], set()).add(item["part"])
    assert all(len(found) == 1 for found in parts.values())
    dealt = [next(iter(parts[f"s{number}"])) for number in range(10)]
    assert {name: dealt.count(name) for name in dealt} == {"train": 7, "test": 3}
    for name, part in made.parts.items():
        decisions = sum(i["decisions"] for i in made.seen["files"] if i["part"] == name)
        assert len(part.x) == len(part.y) == decisions


def test_pieces_of_a_session_are_learned_together(own: Folder) -> None:
    """A gap ends a file: what is too short alone counts with the others of its session."""
    for name, count in (("a-1.wav", 20), ("a-2.wav", 3), ("a-3.wav", 40)):
        own.add(name, windows=count, session="a")
    assert [item["decisions"] for item in read(own).seen["files"]] == [0, 0, 2]


def test_a_faulty_recording_meets_the_nearest_baseline(own: Folder) -> None:
    """Its session's, else its condition's, else its machine's first; it goes to the same part."""
    own.add("a.wav", session="a", condition="slow", level=100)
    own.add("b.wav", session="b", condition="fast", level=400)
    own.add("c.wav", session="c", condition="fast", level=1600)
    for name, condition, session in (
        ("mine.wav", "fast", "c"),
        ("alike.wav", "fast", "d"),
        ("coin.wav", "coin on a blade", "e"),
    ):
        own.add(name, label="anomalous", condition=condition, session=session, level=1600)
    files = {item["file"].split("/")[1]: item for item in read(own).seen["files"]}
    assert [files[n]["part"] for n in ("a.wav", "b.wav", "c.wav")] == ["train", "test", "train"]
    found = [files[n]["part"] for n in ("mine.wav", "alike.wav", "coin.wav")]
    assert found == ["train", "test", "train"]


def test_rates_follow_one_rule(own: Folder) -> None:
    """Faster is decimated to the configured rate, slower keeps its own."""
    own.add("fast.wav", windows=240, machine="a", rate=12_800)
    own.add("slow.wav", machine="b", rate=800)
    files = read(own).seen["files"]
    assert [item["rate_hz"] for item in files] == [RATE, 800]
    assert files[0]["decisions"] == files[1]["decisions"] == 1
    assert [item["seconds"] for item in files] == [4.8, 19.2]


def refused(own: Folder, words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        read(own)


def test_too_short_says_how_long(own: Folder) -> None:
    own.add("a.wav", windows=39)
    refused(own, r"a\.wav: 3\.12 s are too short: session 'a' needs 40 windows, 3\.2 s")
    own.manifest.unlink()
    own.add("a.wav", windows=40)
    own.add("b.wav", windows=15, label="anomalous")
    refused(own, r"b\.wav: 1\.2 s are too short: session 'b' needs 16 windows, 1\.28 s")


def test_faulty_without_healthy(own: Folder) -> None:
    own.add("a.wav", machine="fan 1")
    own.add("b.wav", machine="fan 2", label="anomalous")
    refused(own, r"b\.wav: anomalous, but machine = 'fan 2' has no healthy recording")


def test_rates_of_one_machine_do_not_mix(own: Folder) -> None:
    own.add("a.wav")
    own.add("b.wav", rate=800, label="anomalous")
    refused(own, r"b\.wav: 800 Hz, 1 axes, but it is compared with .*a\.wav: 3200 Hz, 1 axes")


def test_copies_and_missing_files(own: Folder) -> None:
    path = own.add("a.wav")
    (own.folder / "copy.wav").write_bytes(path.read_bytes())
    own.entry('file = "copy.wav"\nmachine = "m"\ncondition = "c"\nlabel = "healthy"\nscale = 16\n')
    refused(own, r"copy\.wav and .*a\.wav are the same recording; drop one")
    (own.folder / "copy.wav").unlink()
    refused(own, r"copy\.wav: No such file.*drop its entry")


def test_bad_samples_and_labels(own: Folder) -> None:
    x = np.random.default_rng(1).normal(0, 0.1, 60 * WINDOW)
    x[7] = np.nan
    np.savez(own.folder / "nan.npz", x=x)
    entry = f'file = "nan.npz"\nmachine = "m"\ncondition = "c"\nrate_hz = {RATE}\n'
    own.entry(entry + 'label = "healthy"\n')
    refused(own, r"nan\.npz: 1 samples are NaN or infinite, the first at index 7")
    x[7] = 20.0
    np.savez(own.folder / "nan.npz", x=100 * x)
    refused(own, r"nan\.npz: .* exceed 16 g .*raise sample\.full_scale_g")
    (own.folder / "nan.npz").write_bytes(b"PK\3\4 cut")
    refused(own, r"nan\.npz: cannot be read")
    own.manifest.write_text(f'[[recordings]]\n{entry}label = "odd"\n', encoding="utf-8")
    refused(own, "label = 'odd': must be healthy or anomalous")


def test_too_slow_is_refused(own: Folder) -> None:
    own.add("a.wav", rate=40)
    refused(own, r"a\.wav: recorded at 40 Hz, at least 50 Hz")


def test_axes_are_the_recordings(own: Folder) -> None:
    """Three axes stay three, whatever sample.axes says."""
    rng = np.random.default_rng(2)
    np.savez(own.folder / "x.npz", x=rng.normal(0, 0.1, (60 * WINDOW, 3)))
    own.entry(
        f'file = "x.npz"\nmachine = "m"\ncondition = "c"\nlabel = "healthy"\nrate_hz = {RATE}\n'
    )
    [item] = read(own).seen["files"]
    assert item["axes"] == 3
