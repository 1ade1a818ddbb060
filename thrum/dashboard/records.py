"""Records for the live page, as JSON objects: one for each window, event, spectrum or fact.

Times `t` are milliseconds since 1970 by this computer's clock, when the line arrived.
"""

from __future__ import annotations

import re
from typing import Any

from thrum.device import words
from thrum.device.telemetry import Evidence, Frame, event, evidence, frame

Record = dict[str, Any]

_LEARNED = re.compile(r"# operating state (\d) (learned|provisional|on trial):(\d{1,5})/(\d{1,5})")


def of_line(line: str, t: int) -> Record | None:
    """The record of a telemetry line; None for anything else, garbage included."""
    window = frame(line)
    if window is not None:
        return of_frame(window, t)
    change = event(line)
    if change is not None:
        return of_event(change.state, change.window, change.detail, t)
    reason = evidence(line)
    if reason is not None:
        return of_evidence(reason)
    if found := _LEARNED.fullmatch(line):
        return learning(int(found[1]), int(found[3]), int(found[4]), found[2])
    return None


def of_frame(window: Frame, t: int) -> Record:
    """One window: score 0 to 1, z in sigma, vibration in mg, state as the telemetry's number."""
    return {
        "kind": "frame",
        "t": t,
        "score": window.anomaly,
        "z": window.z,
        "rms": window.rms_mg,
        "mm_s": window.mm_s,
        "state": int(window.state),
    }


def of_event(state: str, window: int, detail: str, t: int) -> Record:
    """A change of state at a window counted from 0; bands are (low Hz, high Hz, sigma).

    moved: the same in words, only those beyond their usual spread.
    """
    bands = [[band.low_hz, band.high_hz, band.sigma] for band in words.bands(detail)]
    text = "" if bands else detail
    return {
        "kind": "event",
        "t": t,
        "state": state,
        "window": window,
        "text": text,
        "bands": bands,
        "moved": words.alarm(detail) if bands else "",
    }


def of_evidence(reason: Evidence) -> Record:
    """Evidence of the last alarm: do plain deviations agree, how long had the change lasted?"""
    return {
        "kind": "evidence",
        "rms": reason.rms_mg,
        "baseline": reason.baseline_mg,
        "z": reason.z,
        "bound": reason.bound,
        "agree": reason.agree,
        "windows": reason.windows,
        "seconds": reason.seconds,
    }


def followup(number: int, words: str) -> Record:
    """What came of following the alarm of a number: a sentence, later the causes."""
    return {"kind": "followup", "of": number, "words": words}


def note(words: str, t: int) -> Record:
    """What a person asked the board for, and what came of it."""
    return {"kind": "note", "words": words, "t": t}


def acknowledged(number: int, t: int) -> Record:
    """A person has seen the alarm of a number."""
    return {"kind": "acknowledged", "of": number, "words": "Acknowledged.", "t": t}


def learning(state: int, learned: int, wanted: int, phase: str = "learned") -> Record:
    """How far the baseline of an operating state is, in windows or, later, in averages."""
    return {"kind": "learning", "state": state, "learned": learned, "of": wanted, "phase": phase}


def link(state: str, words: str, t: int) -> Record:
    """The connection: live, silent, lost or ended, and a sentence about it."""
    return {"kind": "link", "state": state, "words": words, "t": t}
