"""Hashes of sources: they see what computes, not how it is written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from thrum.artifacts import freshness
from thrum.artifacts.meaning import Sources
from thrum.paths import ROOT

BRANCHES = "if x:\n    from numpy import f\nelse:\n    from scipy import f"
FUNCTIONS = "def g():\n    from numpy import f\ndef h():\n    from scipy import f"


def test_another_function_of_the_same_name_counts(tmp_path: Path) -> None:
    """`from a import f` and `from b import f` differ as f does, however deep."""
    package = tmp_path / "p"
    package.mkdir()
    (package / "a.py").write_text("def f(x):\n    return x + 1\n")
    (package / "b.py").write_text("def f(x):\n    return x + 2\n")
    (package / "middle.py").write_text("from p.a import f\n\ng = f\n")
    entry = package / "entry.py"
    entry.write_text("from p.middle import g\n\nprint(g(1))\n")
    before = Sources(package).hash(entry)
    (package / "middle.py").write_text("from p.b import f\n\ng = f\n")
    assert Sources(package).hash(entry) != before


IMPORTS = {
    "two of one name": "def g():\n    from p.a import f\n\ndef h():\n    from p.b import f\n",
    "two without a name": "import p.a\nimport p.b\n",
    "two of everything": "from p.a import *\nfrom p.b import *\n",
    "what the package holds": "from p import g\n",
}


@pytest.mark.parametrize("text", IMPORTS.values(), ids=IMPORTS)
def test_every_module_that_is_imported_counts(tmp_path: Path, text: str) -> None:
    """Also where a later import binds the same name."""
    package = tmp_path / "p"
    package.mkdir()
    (package / "a.py").write_text("def f(x):\n    return x + 1\n")
    (package / "b.py").write_text("def f(x):\n    return x\n")
    if "from p import" in text:
        (package / "__init__.py").write_text("from p.a import f as g\n")
    entry = package / "entry.py"
    entry.write_text(text)
    before = Sources(package).hash(entry)
    (package / "a.py").write_text("def f(x):\n    return x + 2\n")
    assert Sources(package).hash(entry) != before


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        ("x = 1", "x = 1.0", True),
        ("x = 1", "x = True", True),
        ("x = -1", "x = 1", True),
        ("x = a - b", "x = b - a", True),
        ("x = y if z else 0", "x = y if not z else 0", True),
        ("for i in a:\n    f(i)", "for i in a:\n    f(i)\nelse:\n    g()", True),
        ("import numpy as n\nx = n", "import scipy as n\nx = n", True),
        ("from numpy import sin as f\nx = f", "from numpy import cos as f\nx = f", True),
        ("class A:\n    x: int\n    y: int", "class A:\n    y: int\n    x: int", True),
        ("def f(x=1): pass", "def f(x=2): pass", True),
        ("raise A(1)", "raise B(1)", True),
        ("x = f'{a}'", "x = f'{b}'", True),
        ("x = 1", "if X:\n    x = 1", True),
        ("x = 1", "if TYPE_CHECKING:\n    y = 1\nelse:\n    x = 2", True),
        ("x = 1", "if TYPE_CHECKING:\n    import y\nelse:\n    x = 1", False),
        ("x = 1", "if TYPE_CHECKING:\n    from p import q\nx = 1", False),
        ("x = 1", "x = (1)  # one", False),
        ("def f(x): return x", "def f(x: int) -> int: return x", False),
        ("def f():\n    'Words.'\n    g()", "def f():\n    g()", False),
        (BRANCHES, "if x:\n    from math import f\nelse:\n    from scipy import f", True),
        (FUNCTIONS, "def g():\n    from math import f\ndef h():\n    from scipy import f", True),
        ("import numpy as f\nimport scipy as f", "import math as f\nimport scipy as f", True),
        (BRANCHES, f"# chosen\n{BRANCHES}", False),
        ("import numpy\nimport scipy", "import scipy\nimport numpy", False),
        ("import os.path\nx = os", "import os.path\nimport os\nx = os", False),
        ("raise A('a text')", "raise A(f'another {x}')", False),
        ("from numpy import sin\nx = sin", "from numpy import sin as s\nx = s", False),
    ],
)
def test_meaning_and_spelling(tmp_path: Path, old: str, new: str, counts: bool) -> None:
    path = tmp_path / "m.py"
    hashes = []
    for text in (old, new):
        path.write_text(text, encoding="utf-8")
        hashes.append(Sources(tmp_path).hash(path))
    assert (hashes[0] != hashes[1]) is counts


def test_all_that_the_pipeline_runs_is_hashed() -> None:
    """Modules that are loaded by importing the pipeline are among the files of its hash."""
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, thrum.training.pipeline, thrum.training.golden\n"
            "for n, m in sorted(sys.modules.items()):\n"
            "    if n.startswith('thrum.') and m.__file__: print(m.__file__)",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    sources = Sources(ROOT / freshness.PACKAGE)
    sources.hash(ROOT / freshness.PACKAGE / freshness.ENTRY)
    unseen = {Path(path) for path in loaded} - set(sources.files)
    assert unseen == set()
