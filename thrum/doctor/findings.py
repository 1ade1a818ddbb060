"""One line of the doctor: what was looked at, what was found, and the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`bad` ends `thrum doctor` with exit code 1; a remedy without it is advice."""

    subject: str
    found: str
    remedy: str = ""
    bad: bool = False

    def __str__(self) -> str:
        mark = "BAD" if self.bad else " ! " if self.remedy else "ok "
        line = f"{mark}  {self.subject:<17} {self.found}"
        return f"{line}\n{'':23}{self.remedy}" if self.remedy else line


def show(findings: Iterable[Finding]) -> int:
    """Print them as they come; exit code 1 if one is bad."""
    bad = False
    for finding in findings:
        print(finding, flush=True)
        bad = bad or finding.bad
    return int(bad)
