"""The list of operators: each has its name, its file, its kernel and its test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from thrum.compiler import operators, schema
from thrum.compiler.definition import Definition
from thrum.compiler.graph import ModelError
from thrum.compiler.kernel import Kernel
from thrum.paths import ROOT

FILES = Path(operators.__file__).parent
KERNELS = ROOT / "lib" / "vibration" / "src" / "thrum" / "nn"


def _kernels(kind: type[Kernel] = Kernel) -> set[type[Kernel]]:
    """All classes that name a kernel template."""
    found = {kind} if "template" in vars(kind) else set()
    return found.union(*map(_kernels, kind.__subclasses__()))


@pytest.mark.parametrize("known", operators.OPERATORS, ids=lambda known: known.name)
def test_file_and_test_have_the_operators_name(known: Definition) -> None:
    assert known.name in schema.BUILTIN_OPERATORS
    stem = known.name.lower()
    assert (FILES / f"{stem}.py").is_file()
    assert (Path(__file__).parent / "operators" / f"test_{stem}.py").is_file()
    assert known.add_call.lower() == "add" + stem.replace("_", "")


def test_every_file_is_in_the_list() -> None:
    stems = sorted(path.stem for path in FILES.glob("*.py") if path.stem != "__init__")
    assert [known.name.lower() for known in operators.OPERATORS] == stems


KINDS: list[type[Kernel]] = sorted(_kernels(), key=lambda kind: kind.template)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kernel_is_in_its_header(kind: type[Kernel]) -> None:
    text = (KERNELS / f"{kind.header}.h").read_text(encoding="utf-8")
    assert re.search(rf"\b(struct|using) {kind.template}\b", text)


def test_an_unknown_operator_is_named_with_what_is_known() -> None:
    with pytest.raises(ModelError, match=r"operator 2: CUMSUM is not .* of ADD, AVER"):
        operators.definition("operator 2", "CUMSUM")
