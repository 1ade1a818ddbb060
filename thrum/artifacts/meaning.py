"""Hash of what Python sources compute, blind to how they are written. Standard library only.

The hash of a module is taken over its syntax tree without comments, docstrings, annotations of
functions, what only type checkers read, and the texts of raised errors. An imported name counts as
the name and the hash of the module that defines it, so the hash of one module covers all that it
reaches, while the names and places of files do not count. Modules outside of the package count by
their names.

The tree is written out here rather than by ast.dump, whose text differs between Python versions:
PlatformIO's Python and the project's must agree.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

_BODIES = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_EMPTY = hashlib.sha256(repr((("Module",), [])).encode()).hexdigest()  # nothing but a docstring
_OPAQUE = "opaque"
_UNSEEN = {"ctx", "kind", "type_comment", "type_ignores", "returns"}


class Sources:
    """The modules of one package, hashed on demand.

    folder: the package; its name is that of the folder. opaque: paths of modules whose content does
    not count, only what is imported from them.
    """

    def __init__(self, folder: Path, opaque: Collection[Path] = ()) -> None:
        self._package = folder.name
        self._folder = folder
        self._opaque = set(opaque)
        self._hashes: dict[Path, str] = {}

    @property
    def files(self) -> list[Path]:
        """Every file that the hashes taken so far depend on."""
        return sorted(self._hashes)

    def hash(self, path: Path) -> str:
        """64 hexadecimal digits; OSError or SyntaxError where the file cannot be read."""
        if path in self._opaque:
            return _OPAQUE
        if path not in self._hashes:
            self._hashes[path] = "circle"  # what a module sees of one that is importing it
            tree = _Untyped().visit(ast.parse(path.read_text(encoding="utf-8"), str(path)))
            bound = self._imports(tree)
            # A name that is bound twice stays in place as a name: all of its meanings count, in
            # the order of the file.
            imports = {name: meanings[0] for name, meanings in bound.items() if len(meanings) == 1}
            twice = {name: meanings for name, meanings in bound.items() if len(meanings) > 1}
            shape = _shape(tree, imports)
            text = repr((shape, sorted(imports.values()), *sorted(twice.items())))
            self._hashes[path] = hashlib.sha256(text.encode()).hexdigest()
        return self._hashes[path]

    def _imports(self, tree: ast.Module) -> dict[str, list[str]]:
        """The meanings of every imported name of a module, in the order of the file."""
        found: dict[str, list[str]] = {}
        for node in sorted(_imports_in(tree), key=lambda node: (node.lineno, node.col_offset)):
            for alias in node.names:
                name = alias.asname or alias.name
                if isinstance(node, ast.ImportFrom):
                    meaning = self._imported(node, alias.name)
                else:
                    name = alias.asname or name.split(".")[0]
                    whole = alias.name if alias.asname else name
                    meaning = self._module(alias.name) or whole
                meanings = found.setdefault(name, [])
                if meaning not in meanings[-1:]:
                    meanings.append(meaning)
        return found

    def _imported(self, node: ast.ImportFrom, name: str) -> str:
        """`from M import name`: a module of ours, a name of such a module, or neither."""
        if node.level:
            raise SyntaxError(
                f"line {node.lineno}: relative imports are not hashed; write them out"
            )
        module = f"{node.module}.{name}"
        return self._module(module) or f"{name}@{self._module(str(node.module)) or node.module}"

    def _module(self, name: str) -> str:
        """The hash of a module of the package; nothing for any other."""
        package, *inner = name.split(".")
        if package != self._package:
            return ""
        place = self._folder.joinpath(*inner)
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.is_file():
                return "@" + self.hash(path) + "".join(self._packages(path))
        return ""

    def _packages(self, path: Path) -> list[str]:
        """The packages around a module that are not empty: importing it runs them first."""
        folders = [folder for folder in path.parents if folder.is_relative_to(self._folder)]
        inits = [folder / "__init__.py" for folder in folders if folder / "__init__.py" != path]
        hashes = [self.hash(init) for init in inits if init.is_file()]
        return [digest for digest in hashes if digest not in (_EMPTY, _OPAQUE)]


class _Untyped(ast.NodeTransformer):
    """Leaves out what stands under `if TYPE_CHECKING:`, which never runs."""

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        """The `else` part alone, if there is one."""
        self.generic_visit(node)
        typing = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return node.orelse if typing else node


def _shape(node: Any, names: dict[str, str]) -> Any:
    """Nested tuples of everything in a tree that computes."""
    if isinstance(node, list):
        items = [_shape(item, names) for item in node if not _is_import(item)]
        return tuple(items)
    if not isinstance(node, ast.AST):
        return type(node).__name__, repr(node)
    if isinstance(node, ast.Name):
        return "Name", names.get(node.id, node.id)
    if isinstance(node, ast.Raise):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return ("Raise", raised and _shape(raised, names))
    return type(node).__name__, *(
        (field, _shape(value, names)) for field, value in _fields(node) if value not in (None, [])
    )


def _fields(node: ast.AST) -> list[tuple[str, Any]]:
    """The fields that count."""
    unseen = _UNSEEN | ({"annotation"} if isinstance(node, ast.arg) else set())
    fields = [(name, getattr(node, name, None)) for name in node._fields if name not in unseen]
    if not isinstance(node, _BODIES):
        return fields
    return [(name, _without_docstring(v) if name == "body" else v) for name, v in fields]


def _without_docstring(body: Any) -> Any:
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return body[1:] if isinstance(first.value.value, str) else body
    return body


def _imports_in(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def _is_import(node: Any) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)
