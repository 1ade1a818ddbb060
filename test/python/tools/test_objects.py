"""Objects of the tests: an unchanged source is compiled once, any change is seen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.ci import objects

PROGRAM = '#include "value.h"\nint main() { return VALUE; }\n'


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "FOLDER", tmp_path / "objects")


def _project(folder: Path, value: int = 3) -> tuple[Path, list[str]]:
    """A program that returns the value of a header in another folder, and its flags."""
    (folder / "first").mkdir(parents=True)
    (folder / "second").mkdir()
    (folder / "second" / "value.h").write_text(f"#define VALUE {value}\n", encoding="utf-8")
    (folder / "main.cpp").write_text(PROGRAM, encoding="utf-8")
    return folder / "main.cpp", [f"-I{folder / 'first'}", f"-I{folder / 'second'}"]


def _result(source: Path, flags: list[str]) -> int:
    program = objects.build(source.with_suffix(".out"), [source], flags)
    return subprocess.run([program], check=False).returncode


def _compiled() -> int:
    """How many objects there are."""
    return len(list(objects.FOLDER.glob("*.o")))


def test_the_same_files_in_another_folder_are_compiled_once(tmp_path: Path) -> None:
    assert _result(*_project(tmp_path / "one")) == 3
    made = next(objects.FOLDER.glob("*.o")).stat().st_ino
    assert _result(*_project(tmp_path / "two")) == 3
    assert [path.stat().st_ino for path in objects.FOLDER.glob("*.o")] == [made]


def test_another_header_of_the_same_name_is_seen(tmp_path: Path) -> None:
    assert _result(*_project(tmp_path / "one", 3)) == 3
    assert _result(*_project(tmp_path / "two", 4)) == 4


def test_an_object_outlives_that_of_another_header(tmp_path: Path) -> None:
    """Tests in two processes: one links its object after the other has compiled its own."""
    source, flags = _project(tmp_path / "one", 3)
    first = objects.compiled(source, flags)
    second = objects.compiled(*_project(tmp_path / "two", 4))
    program = objects.build(tmp_path / "program", [first], flags)
    assert subprocess.run([program], check=False).returncode == 3
    assert first != second and _compiled() == 2
    assert objects.compiled(source, flags) == first and _compiled() == 2


def test_a_changed_header_is_seen(tmp_path: Path) -> None:
    source, flags = _project(tmp_path / "one")
    assert _result(source, flags) == 3
    (tmp_path / "one/second/value.h").write_text("#define VALUE 5\n", encoding="utf-8")
    assert _result(source, flags) == 5


def test_a_header_that_comes_before_another_is_seen(tmp_path: Path) -> None:
    source, flags = _project(tmp_path / "one")
    assert _result(source, flags) == 3
    (tmp_path / "one/first/value.h").write_text("#define VALUE 6\n", encoding="utf-8")
    assert _result(source, flags) == 6


def test_other_flags_give_another_object(tmp_path: Path) -> None:
    source, flags = _project(tmp_path / "one")
    assert _result(source, flags) == 3
    _result(source, [*flags, "-O2"])
    assert _compiled() == 2


def test_the_compiler_is_heard(tmp_path: Path) -> None:
    source, flags = _project(tmp_path / "one")
    source.write_text("no program", encoding="utf-8")
    with pytest.raises(objects.CompileError, match=r"main\.cpp"):
        objects.compiled(source, flags)


def test_a_removed_object_is_made_again(tmp_path: Path) -> None:
    source, flags = _project(tmp_path / "one")
    objects.compiled(source, flags).unlink()
    assert _result(source, flags) == 3
