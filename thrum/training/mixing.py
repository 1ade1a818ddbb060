"""Own recordings beside synthetic machines: how much they count, and how they are judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thrum.config import Config
from thrum.recordings.manifest import LABELS
from thrum.training.own_recordings import Examples
from thrum.training.quantize import int8_scores, to_int8
from thrum.training.split import Part, Split

SYNTHETIC = "synthetic test"
# Weight of own decisions, as a share of the synthetic ones of the same label: about a minute at
# 3.2 kHz. They mostly move the score at which any machine alarms. A share of 0.25 moved it too far
# for all other machines.
SHARE = 0.03


def summary(own: Examples) -> str:
    """Lines for people: the files that were read and the decisions they give."""
    files = own.seen["files"]
    seconds = sum(item["seconds"] for item in files)
    lines = [
        f"      Own recordings: {own.seen['manifest']}, {len(files)} files, {seconds:.0f} s of "
        f"{len({item['machine'] for item in files})} machines"
    ]
    for name in own.parts:
        mine = [item for item in files if item["part"] == name]
        counts = [sum(i["decisions"] for i in mine if i["label"] == label) for label in LABELS]
        sessions = len({(i["machine"], i["condition"], i["session"]) for i in mine})
        lines.append(
            f"      {name}: {sessions} sessions, decisions {counts[0]} {LABELS[0]}, "
            f"{counts[1]} {LABELS[1]}"
        )
    return "\n".join(lines)


def verdict(counts: dict[str, dict[str, int]]) -> str:
    """The counts of judged() as a sentence."""
    return "; ".join(
        f"{part}: {c['false_alarms']} of {c['healthy']} healthy and {c['detected']} of "
        f"{c['faulty']} faulty decisions are at the threshold or above"
        for part, c in counts.items()
    )


def join(synthetic: Split, own: Examples) -> Split:
    """The synthetic machines and, apart from these, own examples for training.

    In training the decisions of a label are repeated or thinned evenly to SHARE of the synthetic
    ones, so that an hour of recordings counts as much as a minute.
    """
    mine = own.parts["train"]  # the first session is always there
    chosen = []
    for label in range(len(LABELS)):
        rows = np.flatnonzero(mine.y == label)
        if len(rows):
            wanted = round(SHARE * np.count_nonzero(synthetic.train.y == label))
            chosen.append(rows[np.arange(wanted) * len(rows) // wanted])
    taken = np.concatenate(chosen)
    return replace(synthetic, own=Part(mine.x[taken], mine.y[taken]))


def judged(tflite: bytes, own: Examples, synthetic: Part, cfg: Config) -> dict[str, dict[str, int]]:
    """Count decisions and alarms of the int8 model at alarm.threshold, for each part.

    The held-out synthetic machines show what own recordings cost on other machines.
    """
    out = {}
    for name, part in {**own.parts, SYNTHETIC: synthetic}.items():
        alarm = int8_scores(tflite, to_int8(part.x)) >= cfg.alarm.threshold
        faulty = part.y == 1
        out[name] = {
            "healthy": int(np.sum(~faulty)),
            "false_alarms": int(np.sum(alarm & ~faulty)),
            "faulty": int(np.sum(faulty)),
            "detected": int(np.sum(alarm & faulty)),
        }
    return out
