"""The installed package: complete, and of use outside of the project as well."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from thrum.paths import ARTIFACTS, ROOT, is_project
from thrum.reference import tflm

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MANIFEST = """
[[recordings]]
file = "a.csv"
machine = "fan"
condition = "idle"
label = "healthy"
rate_hz = 1000
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the wheel is unpacked to."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed: pip install '.[dev]'")
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True)
    [wheel] = folder.glob("thrum-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def thrum(installed: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`python -m thrum` as installed, somewhere else."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "thrum", *words]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_every_file_of_the_package_is_in_the_wheel(installed: Path) -> None:
    def files(folder: Path) -> set[str]:
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
        return {name for name in found if "." in name and "__pycache__" not in name}

    library = {name for name in files(installed / "thrum") if name.startswith("library/")}
    assert files(installed / "thrum") - library == files(ROOT / "thrum")
    assert "dashboard/page/index.html" in files(installed / "thrum")


def test_the_library_is_that_of_the_checkout(installed: Path) -> None:
    """Headers and sources that stand beside a compiled network, and QEMU's start-up code."""
    sources = ROOT / "lib" / "vibration" / "src" / "thrum"
    for part in ("core", "nn", "nn/cortex_m4", "nn/avr"):
        folder = installed / "thrum" / "library" / "thrum" / part
        found = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        wanted = {p.name: p.read_bytes() for p in (sources / part).iterdir() if p.is_file()}
        assert found == wanted and found
    assert (installed / "thrum" / "library" / "cortexm" / "mps2_an386.ld").is_file()


@pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")
def test_a_network_is_compiled_anywhere(installed: Path, tmp_path: Path) -> None:
    model = ARTIFACTS / "model.tflite"
    done = thrum(installed, tmp_path, "compile", str(model), "--out", "made", "--check", "4")
    assert done.returncode == 0, done.stderr
    assert "every layer equals the reference on 4 inputs" in done.stdout
    assert (tmp_path / "made" / "thrum" / "nn" / "cortex_m4" / "packed.h").is_file()


def test_the_wheel_holds_nothing_but_the_package(installed: Path) -> None:
    names = sorted(path.name for path in installed.iterdir())
    assert len(names) == 2 and names[0] == "thrum" and names[1].endswith(".dist-info")
    entry = (installed / names[1] / "entry_points.txt").read_text(encoding="utf-8")
    assert "thrum = thrum.cli.main:main" in entry


def test_the_build_and_the_test_use_the_same_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    required = set(project["build-system"]["requires"])
    assert len(required) == 2
    assert required <= set(project["project"]["optional-dependencies"]["dev"])


def test_the_version_is_known_wherever_it_is_installed(installed: Path, tmp_path: Path) -> None:
    done = thrum(installed, tmp_path, "--version")
    [folder] = installed.glob("thrum-*.dist-info")
    version = folder.name.removeprefix("thrum-").removesuffix(".dist-info")
    assert done.stdout == f"thrum {version}\n" and version[0].isdigit()


def test_a_source_archive_without_git_has_a_version(tmp_path: Path) -> None:
    """As a ZIP of the sources: nothing tells it about tags."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "0.1.0\n"


def test_a_tag_is_the_version(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"], ["tag", "v3.2.1"]):
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True)
    command = [sys.executable, "-m", "hatchling", "version"]
    assert subprocess.check_output(command, cwd=tmp_path, text=True) == "3.2.1\n"


def test_help_works_anywhere(installed: Path, tmp_path: Path) -> None:
    done = thrum(installed, tmp_path, "--help")
    assert done.returncode == 0 and "model commands:" in done.stdout


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("evaluate --manifest m.toml", "change to a folder of one, or pass --model"),
        ("longrun", "change to a folder of one, or pass --model and --config"),
        ("features m.toml", "change to a folder of one, or pass --config"),
        ("headers", "change to a folder of one, or pass --model"),
        ("verify --port none", "change to a folder of one, or pass --model"),
        ("train --config c.toml", "change to a folder of one"),
        ("report --model m", "change to a folder of one"),
        ("demo", "change to a folder of one"),
    ],
)
def test_without_a_project_one_line_says_what_to_do(
    installed: Path, tmp_path: Path, line: str, words: str
) -> None:
    assert not is_project(tmp_path)
    done = thrum(installed, tmp_path, *line.split())
    assert done.returncode == 1
    assert done.stderr == f"error: {tmp_path} is in no Thrum project: {words}\n"


def test_a_model_judges_recordings_anywhere(installed: Path, tmp_path: Path) -> None:
    """The project's model, named; only the firmware cannot be compiled without its sources."""
    import numpy as np

    np.savetxt(tmp_path / "a.csv", np.random.default_rng(0).normal(0, 0.1, 160_000))
    (tmp_path / "m.toml").write_text(MANIFEST, encoding="utf-8")
    done = thrum(installed, tmp_path, "evaluate", "--manifest", "m.toml", "--model", str(ARTIFACTS))
    assert done.returncode == 0, done.stderr
    assert "m 1000 Hz" in done.stdout and "On target: not run: " in done.stdout


def test_the_project_is_found_from_below(installed: Path) -> None:
    """Also by a package that is installed elsewhere."""
    code = "from thrum import paths; print(paths.PACKAGE, paths.ROOT)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "model" / "manifests",
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(installed / "thrum"), str(ROOT)]
