"""Every command with what is no good for it: no traceback, a true exit code, nothing half-written.

Commands and their paths are found in the command line itself, so that a new one is driven, too.
`make test` takes a seeded sample; THRUM_ROBUST=1 takes all, which is a part of `make campaign`.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driven import Ended, drive, kinds

from thrum.cli import main as command_line
from thrum.paths import ARTIFACTS, CONFIG
from thrum.recordings.wav import write_wav

if sys.platform == "win32":
    pytest.skip("forks", allow_module_level=True)

EVERYTHING = bool(os.environ.get("THRUM_ROBUST"))
DRAW = random.Random(os.environ.get("THRUM_SEED", "1"))
MANIFEST = '[[recordings]]\nfile = "x.wav"\nmachine = "a"\ncondition = "b"\nlabel = "healthy"\n'
# They build firmware or train before they write: their outputs are tried in the campaign alone.
SLOW = {("demo", "--out"), ("report", "--out"), ("report", "--picture"), ("report", "--firmware")}
SLOW |= {("train", "--out"), ("report", "--data"), ("demo", "--data"), ("evaluate", "--data")}
SLOW |= {("evaluate", "--model")}


def paths() -> list[tuple[str, str]]:
    """Every command with each of its options and arguments that is a path."""
    subparsers = next(
        action
        for action in command_line._parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    found = [
        (name, (action.option_strings or [action.dest])[0])
        for name, parser in subparsers.choices.items()
        for action in parser._actions
        if action.type is Path
    ]
    return [*found, ("train", "--manifest")]


def some(cases: Sequence[Any], count: int) -> list[Any]:
    """All of them in a campaign, else a sample."""
    return list(cases) if EVERYTHING else DRAW.sample(list(cases), min(count, len(cases)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recordings in a folder that can be evaluated, and a manifest of one."""
    made = tmp_path_factory.mktemp("robust")
    rng = np.random.default_rng(1)
    for name in ("x.wav", "own/ok/1.wav", "own/ok/2.wav"):
        write_wav(made / name, rng.integers(-999, 999, (12_000, 1)).astype(np.int16), 3200, {})
    (made / "m.toml").write_text(MANIFEST)
    return made


@pytest.fixture(scope="module")
def bad(folder: Path) -> Iterator[dict[str, Path]]:
    (folder / "bad").mkdir()
    yield kinds(folder / "bad")
    assert Path("/dev/null").is_char_device() and Path("/dev/zero").is_char_device()


def usual(command: str, folder: Path) -> dict[str, str]:
    """Arguments with which a command would do something small, or fail soon."""
    short = {"--machines": "1", "--days": "0.01", "--learn-hours": "0.1"}
    port = {"--port": str(folder / "no port")}
    return {
        "compile": {"file": str(ARTIFACTS / "model.tflite"), "--out": str(folder / "c")},
        "features": {"manifest": str(folder / "m.toml")},
        "look": {"paths": str(folder / "x.wav")},
        "headers": {"--root": str(folder / "h")},
        "record": {"--label": "healthy", "--machine": "m", **port},
        "train": {"--out": str(folder / "t")},
        "longrun": short,
        "calibrate": short,
        **dict.fromkeys(("verify", "doctor"), port),
        "dashboard": {**port, "--http": "0"},
    }.get(command, {})


def argv(command: str, arguments: dict[str, str]) -> list[str]:
    plain = [value for name, value in arguments.items() if not name.startswith("-")]
    named = [w for pair in arguments.items() if pair[0].startswith("-") for w in pair]
    return [command, *plain, *named]


def assert_tidy(ended: Ended, *codes: int) -> None:
    assert ended.code in codes, ended
    assert "Traceback" not in ended.err and "unexpected" not in ended.err, ended
    errors = [line for line in ended.err.splitlines() if line.startswith("error:")]
    assert len(errors) <= 1 or ended.argv[0] == "look", ended
    assert ended.code != 1 or errors, ended


def left(folder: Path) -> list[Path]:
    return [*folder.rglob("*.new"), *folder.rglob("*.tmp")]


BAD = (
    *("a folder", "empty.csv", "binary.csv", "huge.csv", "unreadable.toml", "latin", "missing"),
    *("below a file", "nul", "zero"),
)
PATHS = [place for place in paths() if EVERYTHING or place not in SLOW]


@pytest.mark.parametrize(
    ("command", "option", "kind"),
    some([(*place, kind) for place in PATHS for kind in BAD], 50),
)
def test_a_path_that_is_no_good(
    command: str, option: str, kind: str, folder: Path, bad: dict[str, Path]
) -> None:
    ended = drive(argv(command, {**usual(command, folder), option: str(bad[kind])}))
    assert_tidy(ended, 0, 1, 2)
    assert not left(folder)


VALUES = (
    *("nan", "inf", "-inf", '"text"', "[]", "[1, 2]", "{}", "{ a = { b = 1 } }", "true", "-1"),
    *("1e300", "99999999999999999999", "1979-05-27", '"nan"', "[[1], [2]]"),
)


def keys(text: str) -> list[tuple[int, str]]:
    """Line and name of each key of a TOML file."""
    lines = text.splitlines()
    return [
        (number, line.split("=")[0].strip())
        for number, line in enumerate(lines)
        if "=" in line and not line.startswith("#")
    ]


PARAMETERS = CONFIG.read_text(encoding="utf-8")
ENTRY = MANIFEST + "".join(
    f"{name} = {value}\n"
    for name, value in {
        **dict.fromkeys(("key", "scale", "rate_hz", "time", "time_unit", "unit"), "0"),
        **dict.fromkeys(("rate_key", "session", "board", "sensor", "firmware", "model"), '""'),
        "recorded": '""',
        "measured_hz": "0.0",
        "lost": "0",
        "range_g": "2",
        "bits": "16",
    }.items()
)


@pytest.mark.parametrize(
    ("text", "number", "name", "value"),
    some(
        [
            (text, number, name, value)
            for text in (PARAMETERS, ENTRY)
            for number, name in keys(text)
            for value in VALUES
        ],
        40,
    ),
    ids=str,
)
def test_a_value_that_is_no_good(
    text: str, number: int, name: str, value: str, folder: Path, tmp_path: Path
) -> None:
    """It is refused and named, or it is a value that the key may have."""
    lines = text.splitlines()
    lines[number] = f"{name} = {value}"
    files = {"--config": CONFIG, "manifest": folder / "m.toml"}
    place = "--config" if text == PARAMETERS else "manifest"
    if place == "manifest":  # the others are unset, so that this one is looked at
        lines = [*MANIFEST.splitlines(), lines[number]] if number > 4 else lines[:5]
    changed = files[place] = tmp_path / "x.toml"
    changed.write_text("\n".join(lines))
    data = {"--data": str(folder), "--out": str(tmp_path / "out.csv")}
    ended = drive(argv("features", {**{k: str(v) for k, v in files.items()}, **data}))
    assert_tidy(ended, 0, 1)
    assert ended.code == 0 or str(tmp_path) in ended.err or str(folder) in ended.err, ended
    assert (tmp_path / "out.csv").exists() == (ended.code == 0)


def small_files() -> None:
    """No file may grow beyond 700 bytes, as on a disk that is full.

    Python would cut the bytecode that it compiles on the way, and keep it.
    """
    sys.dont_write_bytecode = True
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))


WRITERS = {
    "features": {"--out": "f.csv"},
    "headers": {},
    "evaluate": {"folder": "own", "--write-manifest": "w.toml"},
    "look": {"--plot": "plots"},
    "compile": {"--check": "0"},
}


@pytest.mark.parametrize("command", some(list(WRITERS), 3))
def test_a_full_disk(command: str, folder: Path, tmp_path: Path) -> None:
    more = {k: v if v == "0" else str(tmp_path / v) for k, v in WRITERS[command].items()}
    if command == "evaluate":
        more["folder"] = str(folder / "own")
    base = {**usual(command, folder), **more}
    if command in ("compile", "headers"):
        base["--out" if command == "compile" else "--root"] = str(tmp_path / "made")
    ended = drive(argv(command, base), before=small_files)
    assert_tidy(ended, 1)
    assert not left(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["features", "look"])
def test_an_output_that_is_full(command: str, folder: Path) -> None:
    def full() -> None:
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)

    ended = drive(argv(command, usual(command, folder)), before=full)
    assert_tidy(ended, 1)
    assert "cannot be written: No space left" in ended.err
    if command == "features":
        for device in ("/dev/full", "/dev/null"):
            ended = drive(argv(command, {**usual(command, folder), "--out": device}))
            assert_tidy(ended, int(device == "/dev/full"))
            assert Path(device).is_char_device()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("command", some(["features", "evaluate", "longrun", "calibrate"], 2))
def test_a_signal_at_any_moment(
    command: str, number: signal.Signals, folder: Path, tmp_path: Path
) -> None:
    """Ten moments from the start to the end: it is obeyed, or it came too late."""
    base = {**usual(command, folder)}
    if command == "features":
        base["--out"] = str(tmp_path / "f.csv")
    if command == "evaluate":
        base |= {"folder": str(folder / "own"), "--write-manifest": str(tmp_path / "w.toml")}
    for moment in range(1, 11 if EVERYTHING else 6):
        after = 0.03 + (0.3 if EVERYTHING else 0.5) * moment**2 / 10
        ended = drive(argv(command, base), kill=(number, after))
        assert ended.code in (0, 128 + number) or (ended.code == 1 and "exists" in ended.err), ended
        assert "Traceback" not in ended.err, ended
        assert not left(tmp_path)
        for made in tmp_path.iterdir():
            assert made.stat().st_size > 100


def test_two_at_once(folder: Path, tmp_path: Path) -> None:
    """Both end, and what they write is whole."""
    import multiprocessing

    base = {**usual("features", folder), "--out": str(tmp_path / "f.csv")}
    alone = drive(argv("features", base))
    before = (tmp_path / "f.csv").read_bytes()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        both = pool.map(drive, [argv("features", base)] * 2)
    for ended in (alone, *both):
        assert_tidy(ended, 0)
    assert (tmp_path / "f.csv").read_bytes() == before and not left(tmp_path)
