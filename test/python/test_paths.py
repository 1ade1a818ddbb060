"""Files that are read within a limit and written whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from thrum.paths import read_bytes, written_whole


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_bytes(path, 5) == b"12345"
    for large in (path, Path("/dev/zero")):
        with pytest.raises(OSError, match="larger than"):
            read_bytes(large, 4)


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with written_whole(path) as file:
        file.write("old")
        assert not path.exists()
    link = tmp_path / "link"
    link.symlink_to(path)
    with pytest.raises(ZeroDivisionError), written_whole(link) as file:
        file.write(f"{1 // 0}")
    assert path.read_text() == "old" and sorted(tmp_path.iterdir()) == [path, link]
    with written_whole(link) as file:
        file.write("new")
    assert path.read_text() == "new" and link.is_symlink()


def test_a_device_stays_a_device() -> None:
    with written_whole(Path("/dev/null")) as file:
        file.write("gone")
    assert Path("/dev/null").is_char_device()
