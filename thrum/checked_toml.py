"""TOML files checked by type and range: config.py and recordings/manifest.py are made with it.

A table is a frozen dataclass, derived from Table, whose fields are annotated as pydantic reads
them, mostly Annotated[StrictInt, Between(1, 32)]. Strict: no text or boolean stands for a number.
Every error is one line that names file, key, value and what is allowed. dataclasses.replace() does
not check.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError, core_schema

from thrum.paths import read_bytes

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")
_MOST_TOLD = 3  # problems in one line
_MISSING = " is missing"


class Table:
    """Base of the dataclasses: a key that is not a field is an error."""

    __pydantic_config__ = ConfigDict(extra="forbid")


class Allowed:
    """Values that a field of the right type may hold, in words; a check if that is not all."""

    def __init__(self, words: str) -> None:
        self.words = words

    def holds(self, value: Any) -> bool:
        """Whether a value of the right type is in range."""
        return True

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Run pydantic's check of the type, then this one."""

        def check(value: Any) -> Any:
            if not self.holds(value):
                raise PydanticCustomError("out_of_range", "must be {words}", {"words": self.words})
            return value

        return core_schema.no_info_after_validator_function(check, handler(source))


class Between(Allowed):
    """Numbers from low to high, both included: neither NaN nor infinite."""

    def __init__(self, low: float, high: float, words: str = "") -> None:
        super().__init__(words or f"{low} to {high}")
        self._low, self._high = low, high

    def holds(self, value: float | None) -> bool:
        """NaN is not between anything."""
        return value is not None and self._low <= value <= self._high


class PowerOfTwo(Between):
    """Powers of two from low to high."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__(low, high, f"a power of two from {low} to {high}")

    def holds(self, value: Any) -> bool:
        """One bit is set."""
        return super().holds(value) and value & (value - 1) == 0


class OneOf(Allowed):
    """One of a few texts."""

    def __init__(self, *texts: str) -> None:
        super().__init__(f"{', '.join(texts[:-1])} or {texts[-1]}")
        self._texts = texts

    def holds(self, value: str) -> bool:
        """Spelt exactly so."""
        return value in self._texts


def read(path: Path, error: type[ValueError], kind: str) -> dict[str, Any]:
    """The tables of a file; `error`, which calls the file a `kind`, where it cannot be read."""
    try:
        return tomllib.loads(read_bytes(path).decode("utf-8"))
    except FileNotFoundError:
        raise error(f"{path}: no such {kind}") from None
    except OSError as failed:
        raise error(f"{path}: cannot be read: {failed.strerror}") from None
    except ValueError as failed:  # not TOML, or not UTF-8
        raise error(f"{path}: not valid TOML: {failed}") from None


class Checker:
    """Makes a dataclass of a table. remedy: what to do where a key is missing."""

    def __init__(self, kind: type[Any], error: type[ValueError], remedy: str) -> None:
        self._kind = kind
        self._error = error
        self._remedy = remedy
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def made(self, table: Mapping[str, Any], source: str) -> Any:
        """The dataclass; one error that opens with `source` names up to three bad keys."""
        try:
            return self._adapter.validate_python(table)
        except ValidationError as failed:
            told = list(self._told(failed, table))
        shown = told[:_MOST_TOLD]
        if len(told) > len(shown):
            shown.append(f"{len(told) - len(shown)} more")
        if any(sentence.endswith(_MISSING) for sentence in shown):
            shown.append(self._remedy)
        raise self._error(f"{source}: {'; '.join(shown)}")

    def _told(self, failed: ValidationError, table: Mapping[str, Any]) -> Iterator[str]:
        """One sentence for each bad key, in the order of the file's description."""
        seen = set()
        for item in failed.errors(include_url=False):
            owner, names = self._place(item["loc"])
            if names not in seen:
                seen.add(names)
                yield self._sentence(item, owner, names, table)

    def _place(self, loc: tuple[int | str, ...]) -> tuple[type[Any], tuple[str, ...]]:
        """The dataclass that a bad key belongs to, and the names down to it."""
        kind, names = self._kind, [str(part) for part in loc[:1]]
        for part in loc[1:]:
            inner = get_type_hints(kind).get(names[-1])
            if not (inner and is_dataclass(inner)):
                break
            kind = inner if isinstance(inner, type) else kind
            names.append(str(part))
        return kind, tuple(names)

    def _sentence(
        self, item: Any, owner: type[Any], names: tuple[str, ...], table: Mapping[str, Any]
    ) -> str:
        if "error" in item.get("ctx", {}):  # of __post_init__, which looks at several keys
            return str(item["ctx"]["error"])
        key = ".".join(names)
        if item["type"] in ("missing", "missing_argument"):
            return key + _MISSING
        if item["type"] == "unexpected_keyword_argument":
            return f"{key} is not a key; known: {', '.join(sorted(_keys(owner)))}"
        value: Any = table
        for name in names:
            value = value[name]
        return f"{key} = {value!r}: must be {allowed(owner, names[-1])}"


def _keys(kind: type[Any]) -> dict[str, str]:
    """The names of a table's keys in the file, and those of the fields that they fill."""
    hints = get_type_hints(kind, include_extras=True)
    return {_alias(hints[item.name]) or item.name: item.name for item in fields(kind)}


def _alias(hint: Any) -> str:
    return next((str(a) for part in get_args(hint)[1:] if (a := getattr(part, "alias", None))), "")


def allowed(kind: type[Any], key: str) -> str:
    """What a key of a table may hold, in words."""
    hint = get_type_hints(kind, include_extras=True)[_keys(kind)[key]]
    words = [part.words for part in get_args(hint)[1:] if isinstance(part, Allowed)]
    typed = get_type_hints(kind)[_keys(kind)[key]]
    if is_dataclass(typed):
        return f"a table, write [{key}]"
    if typed in (int, float):
        words.insert(0, "a whole number" if typed is int else "a number")
    return ", ".join(words) or "a text"
