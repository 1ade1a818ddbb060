"""Sections about the model: training, memory, limits, provenance."""

from __future__ import annotations

from thrum.report import figures, svg
from thrum.report.material import Material
from thrum.report.page import Cell, Markup, paragraph, section, table, two_lines
from thrum.training.mixing import verdict

_RATES = ("balanced_accuracy", "detected", "false_alarms")
_LIMITS = """In public recordings, healthy and faulty are also two sessions: part of every detection
above may be the session and not the fault. The claim is change detection relative to a learned
baseline, not diagnosis. Other speeds and loads need a baseline of their own. Windows of one
recording resemble one another, so counts of windows overstate how much was tested; counts of
recordings do not."""


def training(m: Material) -> str:
    """What the model saw, how it learned, and what int8 costs."""
    t, a = m.cfg.train, m.cfg.alarm
    files = m.made.recordings.get("files", [])
    real = f"on {len(files)} recordings, listed below" if files else "on no recording of a real one"
    text = (
        f"The network was trained on {t.machines} synthetic machines (seed {t.seed}) and {real}. "
        "A tenth of the synthetic machines stops the training, another tenth is used for the table "
        "that follows; no machine is in two parts."
    )
    head = ("network", "balanced accuracy", "windows detected", "false alarms", "area under ROC")
    note = (
        f"Averages of {a.mean_windows} windows of synthetic machines that were held out. The "
        f"firmware decides on {a.k} of {a.n} votes of such averages."
    )
    shown = [paragraph(text), _curves(m), table(head, _rows(m), note)]
    return section("Training", *shown, *([_own(m)] if files else []))


def _own(m: Material) -> str:
    """The recordings of the user, and how the model judges each part of them."""
    head = ("machine", "condition", "session", "label", "seconds", "rate", "part", "decisions")
    rows: list[tuple[Cell, ...]] = [
        (
            two_lines(item["machine"], item["file"]),
            item["condition"],
            item["session"],
            item["label"],
            f"{item['seconds']:.1f}",
            f"{item['rate_hz']} Hz",
            item["part"],
            str(item["decisions"]),
        )
        for item in m.made.recordings["files"]
    ]
    note = (
        f"Recordings of {m.made.recordings['manifest']}; no session is in two parts. Int8 model, "
        f"{verdict(m.made.metrics['recordings'])}. Only "
        "the part test tells anything about further sessions."
    )
    return table(head, rows, note)


def _curves(m: Material) -> str:
    metrics = m.made.metrics
    if "loss" not in metrics:
        return ""
    words = "Loss on the machines to train and on those that stop the training."
    draw = figures.curves(metrics["loss"], metrics["stop_loss"])
    return svg.figure("curves", words, words, 2.8, draw, 3.0)


def _rows(m: Material) -> list[tuple[Cell, ...]]:
    metrics = m.made.metrics
    return [
        (
            name,
            *(f"{100 * metrics[name][key]:.2f} %" for key in _RATES),
            f"{metrics[name]['auc']:.4f}",
        )
        for name in ("float", "int8")
    ]


def memory(m: Material) -> str:
    """Arena of the interpreter, flash and RAM of the boards."""
    arena = m.made.arena
    if arena["measured"]:
        origin = f"measured; {arena['minimum']:,} B is the least with which the interpreter works"
    else:
        origin = "a bound: the reference interpreter, which measures it, is missing here"
    rows: list[tuple[Cell, ...]] = [
        (two_lines("Tensor arena of the TFLM engine", origin), f"{arena['nbytes']:,} B"),
        (two_lines("Model file", "model.tflite"), f"{len(m.made.tflite):,} B"),
    ]
    return section("Memory", table(("what", "size"), rows), _boards(m))


def _boards(m: Material) -> str:
    if not m.boards:
        return paragraph(
            "No firmware of a board with this model has been built here; pio run -e nano builds "
            "one."
        )
    return table(
        ("environment", "processor", "flash", "RAM"),
        [(b.environment, b.processor, f"{b.flash:,} B", f"{b.ram:,} B") for b in m.boards],
        "Whole firmware as last built here: the sections that are loaded, without stack.",
    )


def limits(m: Material) -> str:
    """What the figures do not say."""
    return section("Limits", paragraph(_LIMITS))


def provenance(m: Material) -> str:
    """What made this page."""
    rows: list[tuple[Cell, ...]] = [
        ("model", Markup(f"<code>{m.made.model_hash}</code>")),
        ("sources and pins", Markup(f"<code>{m.made.determined_by['sources']}</code>")),
        ("recording", m.replay.scene.source),
        ("written", m.written),
        *m.versions,
    ]
    return section("Provenance", table(("what", "value"), rows))
