"""What came of comparing a board: one line, one JSON object, or a line for each case as Unity's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from thrum.verification.line_cases import Case


class Report(Enum):
    """How `thrum verify` tells its result; UNITY is what `pio test` reads."""

    LINE = "line"
    UNITY = "unity"
    JSON = "json"


@dataclass(frozen=True)
class Outcome:
    """All cases of one board. about: what it said of itself. seconds: that it took."""

    about: Mapping[str, str]
    seed: int
    windows: int
    cases: Sequence[Case]
    seconds: float

    @property
    def failed(self) -> int:
        """Cases that differ."""
        return sum(bool(case.message) and not case.ignored for case in self.cases)

    @property
    def ignored(self) -> int:
        """Cases that could not be compared."""
        return sum(case.ignored for case in self.cases)

    def text(self, report: Report, repeated: int) -> str:
        """The end of the report. repeated: lines that had to be asked for again."""
        if report is Report.JSON:
            return json.dumps(self._json(repeated))
        if report is Report.UNITY:
            count = f"{len(self.cases)} Tests {self.failed} Failures {self.ignored} Ignored"
            return f"{self.seconds:.1f} s, {repeated} lines repeated\n{count}"
        compared = len(self.cases) - self.ignored
        board = self.about.get("board", "the device")
        model = f", model {self.about['model']}" if "model" in self.about else ""
        verdict = f"{self.failed} of {compared} comparisons differ"
        if not self.failed:
            verdict = f"all {compared} comparisons equal this computer's"
            verdict = verdict if compared else "nothing was compared"
        again = f", {repeated} lines repeated" if repeated else ""
        repeat = f"; again: --seed {self.seed} --windows {self.windows}" if self.failed else ""
        return f"{board}{model}: {verdict}, {self.seconds:.0f} s{again}{repeat}"

    def _json(self, repeated: int) -> dict[str, object]:
        told = [
            {"case": case.name, "ignored": case.ignored, "message": case.message}
            for case in self.cases
            if case.message
        ]
        return {
            "board": dict(self.about),
            "seed": self.seed,
            "windows": self.windows,
            "compared": len(self.cases) - self.ignored,
            "failed": self.failed,
            "ignored": self.ignored,
            "seconds": round(self.seconds, 1),
            "repeated": repeated,
            "differences": told,
        }
