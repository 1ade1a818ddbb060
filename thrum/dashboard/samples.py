"""Turns raw samples of a device into records: spectrum, and judgement by this computer.

Bands, baseline, deviations and decision are the integer twins of the firmware's; the baseline is
learned here, anew. Where the network cannot run here, the device's own is asked with `f`.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.dashboard import records, spectrum
from thrum.dashboard.questions import Questions, Window
from thrum.dashboard.records import Record
from thrum.dashboard.spectrum import hundredths
from thrum.device.lines import unseal
from thrum.device.samples import Assembler, Source
from thrum.device.telemetry import Evidence, Frame
from thrum.recordings.dataset import at_rate
from thrum.reference.answers import measure, milli_g, rms_deviation
from thrum.reference.baseline import network_input
from thrum.reference.detector import Detector, DetectorConfig
from thrum.reference.features import spectrum as spectrum_of
from thrum.reference.lengths import with_stride
from thrum.reference.operating_state import Operation, Running
from thrum.reference.pipeline import Network, without_scores
from thrum.reference.velocity import VelocityBand, velocity
from thrum.states import Fault, State

STRAINED = (
    "the sensor is at its limit again and again: too small a range, or the machine hits something"
)

I16 = npt.NDArray[np.int16]
U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]


class SampleStream:
    """Judges the samples that a device streams."""

    start = "raw 1"
    poll = ""

    def __init__(
        self,
        cfg: Config,
        about: dict[str, str],
        learn: int,
        thresholds: str,
        network: Network | None = None,
        lost_before: int = 0,
    ) -> None:
        """`about` is the device's identity, `thresholds` its answer to `t`: RAISE CLEAR in Q8.

        lost_before: samples that the device had lost before it streamed any.
        """
        self._network = network
        source = Source.of(about)
        cfg = at_rate(cfg, source.rate_hz, source.axes)
        self._cfg = with_stride(cfg, 1)
        self._mg_q12, self._mg_per_count = int(about["mg_q12"]), source.mg_per_count
        self._assembler = Assembler(source, lost_before)
        self._overlap: I16 = np.zeros((0, source.axes), np.int16)
        self._operation, self._learn = Operation(self._cfg, learn), learn
        high, low = (int(word) for word in thresholds.split())
        decision = replace(DetectorConfig.of(cfg), raise_q8=high, clear_q8=low)
        self._detector = Detector(decision)
        self._questions = Questions()
        self._band = VelocityBand.of(source.rate_hz, self._mg_q12, self._cfg.window.length)
        self._velocity = 0.0
        self._lost = self._windows = self._alarm_since = 0
        self._told = State.LEARNING

    def push(self, line: str, t: int) -> list[Record]:
        """Records of a line of samples, or of the network's answer."""
        try:
            if line.startswith("!f "):
                return self._answered(unseal(line))
            new = self._assembler.push(line)
            made = self._gap(t)
            return made if new is None else made + self._sampled(new, t)
        except ValueError:
            return []  # sealed, but not what the protocol says

    def requests(self) -> list[str]:
        """The network's input, when a window is to be judged and no answer is awaited."""
        request = self._questions.next(time.monotonic())
        return [request] if request else []

    def set_thresholds(self, high: int, low: int) -> None:
        """Scores in Q8 that raise and end an alarm from now on; what was learned stays."""
        self._detector.config = replace(self._detector.config, raise_q8=high, clear_q8=low)

    def _gap(self, t: int) -> list[Record]:
        """Treat missing samples as a fault, as the device does."""
        if self._assembler.lost == self._lost:
            return []
        self._lost = self._assembler.lost
        self._overlap = self._overlap[:0]
        self._fail(Fault.SAMPLES_LOST)
        return [{"kind": "status", "lost": self._lost}, *self._change(Fault.SAMPLES_LOST.words, t)]

    def _sampled(self, new: I16, t: int) -> list[Record]:
        joined = np.concatenate([self._overlap, new])
        kept = self._cfg.window.length - len(new)
        self._overlap = joined[-kept:] if kept else joined[:0]
        if len(joined) < self._cfg.window.length:
            return []
        self._windows += 1
        seen = measure(self._cfg, joined.T[np.newaxis])
        bands, rms = seen.log_bands[0], int(seen.rms[0])
        self._velocity = self._mm_s(joined)
        fault = Fault(seen.fault[0])
        if fault is not Fault.NONE:
            self._fail(fault)
            words = STRAINED if self._detector.state is State.ALARM else fault.words
            return [
                *self._change(words, t),
                self._frame(np.zeros_like(bands), rms, t, self._velocity),
            ]
        return self._judge(bands, rms, t)

    def _mm_s(self, window: I16) -> float:
        """Velocity RMS of the axis where it is largest, samples int16 (length, axes)."""
        stats, power, exponent = spectrum_of(np.ascontiguousarray(window.T))
        q8 = np.where(stats.peak == 0, 0, velocity(power.T, exponent, self._band))
        return hundredths(int(q8.max()), 8)

    def _fail(self, fault: Fault) -> None:
        """A window that cannot be judged, as src/pipeline.cpp treats it."""
        self._questions.forget()
        self._detector.fail(fault is Fault.SATURATED)
        if self._detector.anew:
            self._operation.interrupt()

    def _judge(self, bands: U16, rms: int, t: int) -> list[Record]:
        running, z = self._operation.take(bands, rms)
        baseline = self._operation.baseline
        judged = running is Running.JUDGED
        shown = self._operation.averages if judged else bands
        made = [spectrum.spectrum(self._cfg, shown, z, baseline, self._mg_per_count, t)]
        if judged:
            window = Window(self._windows, t, self._operation.averages, z, rms, self._velocity)
            if self._network is None:
                self._questions.put(window)
                return made
            scores = self._network(network_input(z[np.newaxis]))[0]
            return made + self._scored(window, int(scores[1]))
        self._questions.forget()
        without_scores(self._detector, running)
        if self._detector.anew:
            self._operation.interrupt()
        if running is Running.LEARNING:
            learned = self._operation.learned
            made.append(records.learning(self._operation.present, learned, self._learn))
        return [*made, *self._change("", t), self._frame(z, rms, t, self._velocity)]

    def _answered(self, payload: str | None) -> list[Record]:
        window = self._questions.answered()
        if payload is None or window is None:
            return []
        return self._scored(window, int(payload.split()[2]))

    def _scored(self, window: Window, anomalous: int) -> list[Record]:
        """The network's int8 output for a window."""
        self._detector.update(anomalous + 128, self._operation.sudden)
        made = []
        baseline = self._operation.baseline
        if self._detector.lasted and baseline is not None:
            words = spectrum.loudest(self._cfg, window.averages, baseline)
            made = [*self._change(words, window.t, window.number), self._evidence(window)]
        made += self._change("", window.t, window.number)
        return [*made, self._frame(window.z, window.rms, window.t, window.mm_s)]

    def _change(self, words: str, t: int, window: int | None = None) -> list[Record]:
        """An event if the state differs from the last one reported."""
        state, before = self._detector.state, self._told
        if state is before:
            return []
        self._told = state
        number = self._windows if window is None else window
        if state is State.ALARM and words:
            self._alarm_since = number
        elif State.ALARM in (state, before) and not words:
            lasted = number - self._alarm_since
            what = "goes on" if state is State.ALARM else "alarm ended"
            words = f"{what} after {lasted} windows, {self._seconds(lasted)} s"
        baseline = self._operation.baseline
        if state is State.OK and baseline is not None and baseline.provisional:
            words += f"{': ' if words else ''}provisional"
        return [records.of_event(state.word, number - 1, words, t)]

    def _seconds(self, windows: int) -> int:
        return windows * self._cfg.window.hop // self._cfg.sample.rate_hz

    def _evidence(self, window: Window) -> Record:
        lasted = self._detector.lasted
        return records.of_evidence(
            Evidence(
                milli_g(window.rms, self._mg_q12),
                milli_g(self._operation.rms, self._mg_q12),
                hundredths(rms_deviation(window.z), 5),
                hundredths(round(self._cfg.alarm.cross_check * 32), 5),
                lasted,
                self._seconds(lasted),
            )
        )

    def _frame(self, z: U8 | U16, rms: int, t: int, mm_s: float) -> Record:
        sigma = hundredths(rms_deviation(z.astype(np.uint8)), 5)
        score = hundredths(self._detector.score, 8)
        milli = milli_g(rms, self._mg_q12)
        frame = Frame(score, sigma, milli, self._detector.state, mm_s)
        return records.of_frame(frame, t)
