"""An unchanged suite is not built again, and a changed one always is."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from platformio.project.config import ProjectConfig
from platformio.test import result as results
from platformio.test.runners import base, factory
from unity_project import make_project, pio_test, write_suite

from tools import bootstrap
from tools.kept_programs import KeptPrograms

PASSES = "void RunTests() { RUN_TEST(Passes); }"
FAILS = "void RunTests() { RUN_TEST(Fails); }"
UNCHANGED = "Nothing has changed"
Result = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose suites have been built once."""
    root = make_project(tmp_path_factory.mktemp("kept"), {"one": PASSES, "two": FAILS})
    assert pio_test(root, "*").returncode == 1
    return root


def _is_built(result: Result) -> bool:
    return UNCHANGED not in result.stdout


def test_an_unchanged_suite_runs_its_own_program(built: Path) -> None:
    """Also where another suite's was built last, and with the same outcome, good or bad."""
    one, two = pio_test(built, "one"), pio_test(built, "two")
    assert (one.returncode, two.returncode) == (0, 1)
    assert not _is_built(one) and not _is_built(two)
    assert "1 test cases: 1 succeeded" in one.stdout and "Expected 1 Was 2" in two.stdout


def test_a_changed_suite_is_built(built: Path) -> None:
    write_suite(built, "one", FAILS)
    assert pio_test(built, "one").returncode == 1
    write_suite(built, "one", PASSES)
    result = pio_test(built, "one")
    assert result.returncode == 0 and _is_built(result)


def test_who_asks_for_a_build_gets_one(built: Path) -> None:
    assert _is_built(pio_test(built, "one", "-vvv"))
    assert _is_built(pio_test(built, "one", "--without-testing"))
    (built / "STALE").touch()
    stale = pio_test(built, "one")
    (built / "STALE").unlink()
    assert _is_built(stale) and stale.returncode == 0


def test_what_could_not_be_built_is_not_kept(built: Path) -> None:
    for _ in range(2):
        write_suite(built, "one", "#error no")
        result = pio_test(built, "one")
        assert result.returncode == 1 and "Building stage has failed" in result.stderr
    write_suite(built, "one", PASSES)


def test_a_change_during_the_build_is_noticed(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"one": PASSES})
    flags = root / "tools" / "test_flags.py"
    flags.write_text(f"{flags.read_text()}\nopen('test/included.h', 'a').write('//\\n')\n")
    assert pio_test(root, "one").returncode == 0
    assert _is_built(pio_test(root, "one"))


def _change(name: str, text: str = "\n") -> Callable[[Path, pytest.MonkeyPatch], None]:
    def change(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + text)

    return change


def _set(name: str, value: str) -> Callable[[Path, pytest.MonkeyPatch], None]:
    return lambda root, monkeypatch: monkeypatch.setenv(name, value)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the current folder, where PlatformIO looks for it."""
    monkeypatch.setenv("PLATFORMIO_CORE_DIR", str(tmp_path / "core"))
    monkeypatch.chdir(tmp_path)
    return make_project(tmp_path, {"one": PASSES, "two": PASSES})


def _kept(root: Path, environment: str = "native", suite: str = "test_one") -> KeptPrograms:
    return KeptPrograms(root, ProjectConfig(str(root / "platformio.ini")), environment, suite)


@pytest.mark.parametrize(
    "change",
    [
        _change("test/test_one/test_main.cpp"),
        _change("test/test_one/data/golden.h"),
        _change("test/unity_main.h"),
        _change("test/double/new.h"),
        _change("src/main.cpp"),
        _change("lib/part/deep/part.cpp"),
        _change("include/model_data.h"),
        _change("model/artifacts/model.json"),
        _change("model/config.toml"),
        _change("tools/test_flags.py"),
        _change("extra_script.py"),
        _change("platformio.ini", "build_flags = -DX\n"),
        _change(".pio/libdeps/native/Library/library.h"),
        _change("core/packages/tool/package.json"),
        _change("core/lib/Unity/src/unity.c"),
        _set("PLATFORMIO_BUILD_FLAGS", "-DX"),
        _set("THRUM_MODEL", "elsewhere"),
        _set("CXX", "clang++"),
        _set("PATH", "/elsewhere"),
    ],
)
def test_whatever_a_build_depends_on_counts(
    root: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[..., None]
) -> None:
    before = _kept(root).fingerprint(())
    assert _kept(root).fingerprint(()) == before
    change(root, monkeypatch)
    assert _kept(root).fingerprint(()) != before


def test_every_suite_environment_and_target_has_its_own(root: Path) -> None:
    fingerprints = {
        _kept(root).fingerprint(()),
        _kept(root).fingerprint(("__debug",)),
        _kept(root, environment="other").fingerprint(()),
        _kept(root, suite="test_two").fingerprint(()),
    }
    assert len(fingerprints) == 4


@pytest.mark.parametrize(
    "name", ["test/test_two/test_main.cpp", "test/python/test_x.py", "README.md", ".git/index"]
)
def test_what_the_suite_cannot_see_does_not_count(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = _kept(root).fingerprint(())
    _change(name)(root, monkeypatch)
    assert _kept(root).fingerprint(()) == before


@pytest.mark.skipif(not bootstrap.SWITCH.exists(), reason="needs the platforms of this checkout")
@pytest.mark.parametrize(
    ("environment", "targets", "keeps"),
    [
        ("native", ["__test"], True),
        ("nano_sim", ["upload", "__test"], True),
        ("nano", ["upload", "__test"], False),  # a board must get its firmware
        ("nano_sim", ["upload", "nobuild"], False),
    ],
)
def test_only_this_machine_keeps_programs(
    environment: str, targets: list[str], keeps: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bootstrap.ROOT)
    config = ProjectConfig.get_instance(str(bootstrap.ROOT / "platformio.ini"))
    suite = results.TestSuite(environment, "test_kernels")
    runner = factory.TestRunnerFactory.new(suite, config, base.TestRunnerOptions())
    assert runner._keeps(targets) == keeps


def test_the_last_program_is_kept_and_none_of_another_name(root: Path) -> None:
    folder = root / ".pio" / "build" / "native"
    folder.mkdir(parents=True)
    (folder / "renamed").touch()
    _kept(root).keep("0")
    assert _kept(root).find("0") is None
    (folder / "program").write_text("first", encoding="utf-8")
    _kept(root).keep("1")
    (folder / "program").write_text("second", encoding="utf-8")
    found = _kept(root).find("1")
    assert found and found.read_text(encoding="utf-8") == "first"
    _kept(root).keep("2")
    assert _kept(root).find("1") is None
