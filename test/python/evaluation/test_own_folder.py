"""`thrum evaluate FOLDER`: labels, sessions and baselines from nothing but the folders."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from recordings import CFG

from thrum.cli.main import main
from thrum.evaluation import leave_one_out
from thrum.evaluation.folder import Words, entries_of
from thrum.evaluation.leave_one_out import Part
from thrum.evaluation.own_folder import evaluate_folder
from thrum.evaluation.window_features import Features
from thrum.recordings.files import Given
from thrum.recordings.manifest import DatasetError, read_manifest

RATE = 3200


def write(path: Path, seed: int, faulty: bool = False, seconds: float = 5.0) -> None:
    """A machine of two tones; a fault adds a third one that comes and goes."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(RATE * seconds)) / RATE
    x = 0.2 * np.sin(2 * np.pi * 50 * t + rng.uniform(0, 6)) + rng.normal(0, 0.03, len(t))
    if faulty:
        x += 0.15 * np.sin(2 * np.pi * 730 * t) * (1 + np.sin(2 * np.pi * 25 * t))
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = (f"{a:.6f},{b:.6f}\n" for a, b in zip(t, x, strict=True))
    path.write_text("time (s),acc (g)\n" + "".join(rows))


def numbered(first: int, windows: int) -> Features:
    """Windows that are told by their RMS."""
    rms = np.arange(first, first + windows, dtype=np.int32)
    bands = np.repeat(rms.astype(np.uint16)[:, None], 32, axis=1)
    none = np.zeros(windows)
    return Features(bands, none.astype(np.int8), rms, *[none.astype(np.float32)] * 2)


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def facts(folder: Path, words: Words = Words()) -> list[tuple[str, str, str]]:  # noqa: B008
    return [(e.machine, e.label, e.session) for e in entries_of(folder, words, Given())]


def test_labels_machines_and_sessions_are_names_of_folders(tmp_path: Path) -> None:
    folder = tmp_path / "pumps"
    touch(folder, "p1/OK/monday/a.csv", "p1/ok_2/b.csv", "p2/Bad/c.wav", "p2/baseline/.hidden.csv")
    assert facts(folder) == [
        ("pumps p1", "healthy", "monday"),
        ("pumps p1", "healthy", "ok_2"),
        ("pumps p2", "anomalous", "Bad"),
    ]


def test_names_that_say_nothing_are_refused_until_they_are_told(tmp_path: Path) -> None:
    touch(tmp_path, "normal/a.csv", "imbalance/b.csv", "okay/c.csv")
    with pytest.raises(
        DatasetError, match="say no label: imbalance, okay; say it with --healthy imbalance or"
    ):
        facts(tmp_path)
    found = facts(tmp_path, Words(("Okay",), ("imbalance",)))
    assert [label for _, label, _ in found] == ["anomalous", "healthy", "healthy"]
    touch(tmp_path, "normal/faulty/x.csv")
    with pytest.raises(DatasetError, match="say no label: normal/faulty"):
        facts(tmp_path, Words(("Okay",), ("imbalance",)))


def test_files_beside_the_folders(tmp_path: Path) -> None:
    touch(tmp_path, "a.csv")
    with pytest.raises(DatasetError, match=r"1 recordings lie beside .* a.csv; move them below"):
        facts(tmp_path)
    for folder in (tmp_path / "none", tmp_path / "a.csv"):
        with pytest.raises(DatasetError, match="is no folder"):
            facts(folder)


def test_twenty_files_in_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each healthy file is judged by the other nine; all within 15 s; the manifest can be read."""
    folder = tmp_path / "pump"
    for number in range(10):
        write(folder / "healthy" / f"h{number}.csv", number)
        write(folder / "faulty" / f"f{number}.csv", 100 + number, faulty=True)
    started = time.monotonic()
    manifest = tmp_path / "assumed.toml"
    assert main(["evaluate", str(folder), "--write-manifest", str(manifest)]) == 0
    assert time.monotonic() - started < 15
    out = capsys.readouterr().out
    assert "20 of 20 verdicts are right" in out and "no second healthy session" in out
    assert "pump: 10 healthy, session healthy: 3200 Hz, g (file)" in out
    assert "| h3.csv | healthy | healthy | healthy | 0% of 47 |" in out
    assert len(read_manifest(manifest)) == 20
    assert main(["evaluate", str(folder), "--write-manifest", str(manifest)]) == 1
    assert "not written: File exists" in capsys.readouterr().err


def test_other_sessions_and_short_files(tmp_path: Path) -> None:
    """Another session is judged by the one with most; short files say so, and can be joined."""
    for number in range(4):
        write(tmp_path / "ok" / "monday" / f"m{number}.csv", number)
    for number in range(4):
        write(tmp_path / "ok" / "tuesday" / f"t{number}.csv", 20 + number, seconds=0.3)
    found = evaluate_folder(tmp_path)
    assert {v.found for v in found.verdicts if v.file[0] == "m"} == {"healthy"}
    assert {v.found for v in found.verdicts if v.file[0] == "t"} == {"too short"}
    assert "join the short ones of a session with --join" in found.text()
    assert [" no faulty recording" in note for note in found.remarks] == [True]
    joined = evaluate_folder(tmp_path, join=True)
    assert next((v.file, v.found) for v in joined.verdicts if v.file[0] == "t") == (
        "t0.csv and 3 more",
        "healthy",
    )


def test_a_single_healthy_file_is_cut_in_two(tmp_path: Path) -> None:
    write(tmp_path / "good" / "a.csv", 1, seconds=12)
    write(tmp_path / "bad" / "b.csv", 2, faulty=True)
    found = evaluate_folder(tmp_path)
    assert [(v.file, v.found) for v in found.verdicts] == [
        ("a.csv", "healthy"),
        ("b.csv", "anomalous"),
    ]
    assert any("one healthy recording, of which one half" in note for note in found.remarks)


def test_no_window_crosses_from_one_recording_to_the_next() -> None:
    """Three files of 60 windows and a rest: the two others are learned, their end twice."""
    parts = [Part(f"{k}", "m", "s", 0, (k,), (256 * 60 + 77,)) for k in range(3)]
    plans = leave_one_out.plans(parts, CFG)
    assert [(plan.same[0].name, len(plan.learned)) for plan in plans] == [(k, 2) for k in "012"]
    assert leave_one_out.hop_of(plans, CFG) == 256
    got = leave_one_out.learned_features(plans[0], lambda k: numbered(100 * k, 60), CFG)
    assert got.rms.tolist() == [*range(220, 260), *range(100, 160), *range(200, 260)]


def test_of_very_many_windows_every_other_one_is_learned() -> None:
    parts = [Part(f"{k}", "m", "s", 0, (k,), (256 * 4097,)) for k in range(3)]
    plan = leave_one_out.plans(parts, CFG)[0]
    got = leave_one_out.learned_features(plan, lambda k: numbered(10_000 * k, 4097), CFG)
    assert len(got.rms) <= 4096 and set(np.diff(got.rms[-1000:])) == {3}


def test_a_session_of_many_is_left_out_in_groups() -> None:
    parts = [Part(f"{k}", "m", "s", 0, (k,), (256 * 60,)) for k in range(100)]
    plans = leave_one_out.plans(parts, CFG)
    assert len(plans) == 32 and sum(len(plan.same) for plan in plans) == 100
    assert all(not set(plan.same) & set(plan.learned) for plan in plans)


def test_copies_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As it is, cut elsewhere, and with another gain."""
    for number in range(3):
        write(tmp_path / "good" / f"{number}.csv", number)
    text = (tmp_path / "good" / "1.csv").read_text().splitlines()
    copy = tmp_path / "good" / "x.csv"
    copy.write_text("\n".join([text[0], *text[701:9000]]) + "\n")
    assert main(["evaluate", str(tmp_path)]) == 1
    assert "share samples" in capsys.readouterr().err
    rows = [line.split(",") for line in text[1:]]
    louder = [f"{t},{1.37 * float(x):.6f}" for t, x in rows]
    copy.write_text("\n".join([text[0], *louder]) + "\n")
    assert main(["evaluate", str(tmp_path)]) == 1
    assert "share samples" in capsys.readouterr().err


def test_names_of_any_letters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the table, in the manifest that is written, and read by it again."""
    names = ["a [1].csv", "b|c.csv", "line\nbreak.csv", "ü ☃.csv", "'q\" x.csv", "*.csv"]
    for number, name in enumerate(names):
        write(tmp_path / "own" / "good" / name, number)
    written = tmp_path / "w.toml"
    assert main(["evaluate", str(tmp_path / "own"), "--write-manifest", str(written)]) == 0
    out = capsys.readouterr().out
    assert "| b\\|c.csv |" in out and "| line break.csv |" in out
    assert {entry.path.name for entry in read_manifest(written)} == set(names)
    assert main(["look", "--manifest", str(written), "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(names)


def test_nothing_healthy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "bad" / "b.csv", 2, faulty=True)
    assert main(["evaluate", str(tmp_path)]) == 1
    assert "has no healthy recording to learn from; add one" in capsys.readouterr().err
