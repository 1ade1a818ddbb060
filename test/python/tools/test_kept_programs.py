"""An unchanged suite is not built again, and a changed one always is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from platformio.project.config import ProjectConfig
from platformio.test import result as results
from platformio.test.exception import UnitTestSuiteError
from platformio.test.runners import base, factory
from unity_project import make_project, pio_test, write_suite

from tools.offline import bootstrap
from tools.test_runner.kept_programs import KeptPrograms

PASSES = "void RunTests() { RUN_TEST(Passes); }"
FAILS_AT_THE_END = "void RunTests() { RUN_TEST(Passes); atexit([] { _exit(23); }); }"
FAILS = "void RunTests() { RUN_TEST(Fails); }"
UNCHANGED = "Nothing has changed"
Result = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose suites have been built once."""
    suites = {"one": PASSES, "two": FAILS, "three": FAILS_AT_THE_END}
    root = make_project(tmp_path_factory.mktemp("kept"), suites)
    assert pio_test(root, "*").returncode == 1
    return root


def _is_built(result: Result) -> bool:
    return UNCHANGED not in result.stdout


def test_an_unchanged_suite_runs_its_own_program(built: Path) -> None:
    assert pio_test(built, "two").returncode == 1  # its program now lies in the build folder
    one = pio_test(built, "one")
    assert one.returncode == 0 and not _is_built(one)
    assert "1 test cases: 1 succeeded" in one.stdout and "test_one/" in one.stdout


def test_a_suite_that_failed_is_built_again(built: Path) -> None:
    for _ in range(2):
        two = pio_test(built, "two")
        assert two.returncode == 1 and _is_built(two) and "Expected 1 Was 2" in two.stdout


def test_a_suite_that_failed_after_its_summary_is_built_again(built: Path) -> None:
    for _ in range(2):
        three = pio_test(built, "three")
        assert three.returncode == 1 and _is_built(three)
        assert "exit code 23 although no test failed" in three.stderr


def test_a_changed_suite_is_built(built: Path) -> None:
    write_suite(built, "one", FAILS)
    assert pio_test(built, "one").returncode == 1
    write_suite(built, "one", PASSES)
    assert _is_built(pio_test(built, "one"))
    assert not _is_built(pio_test(built, "one"))


def test_who_asks_for_a_build_gets_one(built: Path) -> None:
    assert _is_built(pio_test(built, "one", "-vvv"))
    assert _is_built(pio_test(built, "one", "--without-testing"))
    (built / "STALE").touch()
    stale = pio_test(built, "one")
    (built / "STALE").unlink()
    assert _is_built(stale) and stale.returncode == 0


def test_without_building_runs_what_the_suite_was_built_to(built: Path) -> None:
    assert pio_test(built, "one", "--without-testing").returncode == 0
    assert pio_test(built, "two", "--without-testing").returncode == 0
    one = pio_test(built, "one", "--without-building")
    assert one.returncode == 0 and "test_one/" in one.stdout
    two = pio_test(built, "two", "--without-building")
    assert two.returncode == 1 and "Expected 1 Was 2" in two.stdout


def test_the_program_of_another_suite_proves_nothing(built: Path) -> None:
    assert pio_test(built, "one", "-vvv").returncode == 0
    shutil.rmtree(built / ".pio" / "build" / "native" / "kept")
    two = pio_test(built, "two", "--without-building")
    assert two.returncode == 1 and "The program that ran is not test_two/'s" in two.stderr


def test_a_damaged_program_is_an_error_once(built: Path) -> None:
    assert pio_test(built, "one").returncode == 0
    [program] = (built / ".pio" / "build" / "native" / "kept" / "test_one").iterdir()
    program.write_bytes(b"")
    assert pio_test(built, "one").returncode == 1
    assert pio_test(built, "one").returncode == 0


def test_what_could_not_be_built_is_not_kept(built: Path) -> None:
    for _ in range(2):
        write_suite(built, "one", "#error no")
        result = pio_test(built, "one")
        assert result.returncode == 1 and "Building stage has failed" in result.stderr
    write_suite(built, "one", PASSES)


def test_a_change_during_the_build_is_noticed(tmp_path: Path) -> None:
    """Even if it is taken back before the end."""
    root = make_project(tmp_path, {"one": PASSES})
    flags = root / "tools" / "scons" / "test_flags.py"
    undone = "text = open(h := 'test/included.h').read(); open(h, 'w').write(text)"
    flags.write_text(f"{flags.read_text()}\n{undone}\n", encoding="utf-8")
    assert pio_test(root, "one").returncode == 0
    assert _is_built(pio_test(root, "one"))


def test_a_command_that_names_no_program_is_refused(tmp_path: Path) -> None:
    """It would run whatever suite was built last."""
    root = make_project(tmp_path, {"one": PASSES})
    with (root / "platformio.ini").open("a", encoding="utf-8") as config:
        config.write("test_testing_command =\n  sh\n  run.sh\n")
    result = pio_test(root, "one")
    assert result.returncode == 1
    assert "custom_keep_programs: sh run.sh must name the program in" in result.stderr


def _change(name: str, text: str = "\n") -> Callable[[Path, pytest.MonkeyPatch], None]:
    def change(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + text, encoding="utf-8")

    return change


def _set(name: str, value: str) -> Callable[[Path, pytest.MonkeyPatch], None]:
    return lambda root, monkeypatch: monkeypatch.setenv(name, value)


def _switch_compiler(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As update-alternatives does: the link stays, where it leads to changes."""
    (root / "bin" / "alternative").unlink()
    (root / "bin" / "alternative").symlink_to(shutil.which("true") or "")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the current folder, where PlatformIO looks for it."""
    monkeypatch.setenv("PLATFORMIO_CORE_DIR", str(tmp_path / "core"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "g++").symlink_to("alternative")
    (tmp_path / "bin" / "alternative").symlink_to(shutil.which("false") or "")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return make_project(tmp_path, {"one": PASSES, "two": PASSES})


def _kept(root: Path, environment: str = "native", suite: str = "test_one") -> KeptPrograms:
    config = ProjectConfig(str(root / "platformio.ini"))
    return KeptPrograms(root, config, environment, suite, [root / "core" / "framework"])


@pytest.mark.parametrize(
    "change",
    [
        _change("test/test_one/test_main.cpp"),
        _change("test/test_one/data/golden.h"),
        _change("test/unity_main.h"),
        _change("test/double/new.h"),
        _change("test/test_two/shared.h"),
        _change("test/test_one/__generated/table.h"),
        _change("config.h"),
        _change("scripts/pre.py"),
        _change("model/artifacts/large.h", "x" * 2_000_000),
        _change("src/main.cpp"),
        _change("lib/part/deep/part.cpp"),
        _change("include/model_data.h"),
        _change("model/artifacts/model.json"),
        _change("model/config.toml"),
        _change("tools/scons/test_flags.py"),
        _change("extra_script.py"),
        _change("platformio.ini", "build_flags = -DX\n"),
        _change(".pio/libdeps/native/Library/library.h"),
        _change("core/packages/tool/package.json"),
        _change("core/lib/Unity/src/unity.c"),
        _change("core/framework/cores/arduino/main.cpp"),
        _switch_compiler,
        lambda root, monkeypatch: monkeypatch.setattr("platformio.__version__", "7"),
        _set("PLATFORMIO_BUILD_FLAGS", "-DX"),
        _set("THRUM_MODEL", "elsewhere"),
        _set("CXX", "clang++"),
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
    "name",
    [
        "test/test_two/test_main.cpp",
        "test/python/test_x.py",
        "README.md",
        ".git/index",
        "recordings/fan.wav",
    ],
)
def test_what_no_build_reads_does_not_count(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = _kept(root).fingerprint(())
    _change(name)(root, monkeypatch)
    assert _kept(root).fingerprint(()) == before


def test_a_name_that_is_no_text_counts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _kept(root).fingerprint(())
    path = os.fsdecode(os.fsencode(root / "test") + b"/\xff.h")
    with open(path, "w", encoding="utf-8"):
        assert _kept(root).fingerprint(()) != before


@pytest.mark.skipif(not bootstrap.SWITCH.exists(), reason="needs the platforms of this checkout")
def test_the_projects_own_environments(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Boards get their firmware every time; where the model is stale, a build makes it anew."""
    monkeypatch.chdir(bootstrap.ROOT)
    config = ProjectConfig.get_instance(str(bootstrap.ROOT / "platformio.ini"))

    def runner(environment: str) -> Any:
        suite = results.TestSuite(environment, "test_kernels")
        return factory.TestRunnerFactory.new(suite, config, base.TestRunnerOptions())

    keeping = {name: runner(name)._keeps_programs() for name in ("native", "nano_sim", "nano")}
    assert keeping == {"native": True, "nano_sim": True, "nano": False}
    config.set("env:nano", "custom_keep_programs", "yes")
    with pytest.raises(UnitTestSuiteError, match="a board gets every program"):
        runner("nano")._keeps_programs()
    config.set("env:nano", "custom_keep_programs", "no")
    assert not runner("native")._model_is_stale()
    monkeypatch.setenv("THRUM_MODEL", str(tmp_path))
    assert runner("native")._model_is_stale()


@pytest.mark.skipif(not bootstrap.SWITCH.exists(), reason="needs the platforms of this checkout")
def test_without_building_keeps_and_drops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulated board is `uploaded` even then."""
    monkeypatch.chdir(bootstrap.ROOT)
    config = ProjectConfig.get_instance(str(bootstrap.ROOT / "platformio.ini"))
    suite = results.TestSuite("nano_sim", "test_kernels")
    runner = factory.TestRunnerFactory.new(suite, config, base.TestRunnerOptions())
    asked: list[Any] = []
    monkeypatch.setattr(base.TestRunnerBase, "run_project_targets", lambda _, t: asked.append(t))
    for name in "fingerprint", "find", "keep", "drop":
        monkeypatch.setattr(KeptPrograms, name, lambda *_: pytest.fail("touched"))
    runner.run_project_targets(["upload", "nobuild"])
    assert asked == [["upload", "nobuild"]]


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
    assert _kept(root).find("1") is None and _kept(root).find() == _kept(root).find("2")
