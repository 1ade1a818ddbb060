"""Generated headers: deterministic, minimal writes, true to parameters, honest about the arena."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from thrum.artifacts import release
from thrum.codegen.headers import headers, write_headers
from thrum.paths import ROOT


def test_same_text_in_another_process() -> None:
    """No time, path, hash seed or environment leaks into the headers."""
    code = (
        "from thrum.codegen.headers import headers; import hashlib, json;"
        "print(hashlib.sha256(json.dumps(headers()).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            check=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(digests) == 1


def test_standard_library_alone() -> None:
    """The pre-build needs neither NumPy nor TensorFlow."""
    code = (
        "import sys; from thrum.codegen.headers import headers; headers();"
        "print(sorted({'numpy', 'tensorflow', 'keras', 'flatbuffers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, text=True, capture_output=True
    )
    assert done.stdout.strip() == "[]"


def test_writes_only_what_differs(tmp_path: Path) -> None:
    """An unchanged header keeps its time stamp, so nothing is compiled again."""
    assert sorted(write_headers(tmp_path)) == sorted(headers())
    stamps = {path: (tmp_path / path).stat().st_mtime_ns for path in headers()}
    assert write_headers(tmp_path) == []
    assert stamps == {path: (tmp_path / path).stat().st_mtime_ns for path in headers()}
    (tmp_path / "include" / "model_aot.h").write_text("edited", encoding="utf-8")
    assert write_headers(tmp_path) == ["include/model_aot.h"]


def test_every_header_names_the_model() -> None:
    name = release.load().model_hash
    for path, text in headers().items():
        assert f"// Model {name}" in text, path
        assert "#if" not in text, path
        assert max(map(len, text.splitlines())) <= 110, path
