"""Topics and payloads of one board, for Home Assistant and anything else that speaks MQTT.

The formats stand in docs/mqtt-and-bluetooth.md. Home Assistant finds a board by one retained
message (its manual of the MQTT integration: "Device discovery payload").
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from thrum.device.address import Address
from thrum.device.telemetry import Event, Evidence, Frame
from thrum.states import State

ORIGIN = {"name": "Thrum", "sw": "1"}
NUMBER = "{seq}"  # the outbox puts the event's number here
TROUBLE = (State.ALARM, State.FAULT)


@dataclass(frozen=True)
class Topics:
    """Where the messages of a board go. base: thrum unless --topic says otherwise."""

    base: str
    gateway: str  # id of this gateway
    board: str

    @property
    def state(self) -> str:
        """The newest facts, retained."""
        return f"{self.base}/{self.board}/state"

    @property
    def alarm(self) -> str:
        """One message for each alarm, with its explanation."""
        return f"{self.base}/{self.board}/alarm"

    @property
    def event(self) -> str:
        """Every other change: of state, of the connection, answers to commands."""
        return f"{self.base}/{self.board}/event"

    @property
    def available(self) -> str:
        """Whether the board is connected: online or offline, retained."""
        return f"{self.base}/{self.board}/availability"

    @property
    def gateway_available(self) -> str:
        """The same of the gateway; its last will."""
        return gateway_topic(self.base, self.gateway)

    def command(self, name: str) -> str:
        """Where a command to the board arrives."""
        return f"{self.base}/{self.board}/set/{name}"


def gateway_topic(base: str, gateway: str) -> str:
    """Availability of a gateway. Not below `base`, where a board might have its name."""
    return f"{base}-gateway/{gateway}/availability"


def clock(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601 in UTC, to the millisecond."""
    text = datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def state(
    frame: Frame | None, now: State, facts: dict[str, Any], acknowledged: bool, seconds: float
) -> str:
    """The newest facts of a board. facts: what its status says."""
    told: dict[str, Any] = {"state": now.word, "problem": "ON" if now in TROUBLE else "OFF"}
    if frame is not None:
        told |= {"score": frame.anomaly, "z": frame.z, "rms_mg": frame.rms_mg}
        told |= {} if frame.mm_s is None else {"mm_s": frame.mm_s}
    told |= facts
    return json.dumps({**told, "acknowledged": acknowledged, "time": clock(seconds)})


def alarm(change: Event, reason: Evidence | None, seconds: float) -> str:
    """An alarm with its explanation: what moved, and what plain deviations say of it."""
    told: dict[str, Any] = {"seq": NUMBER, "state": change.state, "window": change.window}
    told |= {"explanation": change.detail, "time": clock(seconds)}
    if reason is not None:
        told["evidence"] = {
            "rms_mg": reason.rms_mg,
            "baseline_mg": reason.baseline_mg,
            "z": reason.z,
            "bound": reason.bound,
            "agree": reason.agree,
            "windows": reason.windows,
            "seconds": reason.seconds,
        }
    return json.dumps(told)


def event(kind: str, words: str, seconds: float, window: int | None = None) -> str:
    """Anything else that happened, in words."""
    told: dict[str, Any] = {"seq": NUMBER, "event": kind, "words": words, "time": clock(seconds)}
    if window is not None:
        told["window"] = window
    return json.dumps(told)


def discovery(address: Address, topics: Topics, about: dict[str, str], threshold: float) -> str:
    """Home Assistant's description of the board and its entities."""
    device = {
        "ids": [f"thrum_{topics.board}"],
        "name": address.name,
        "mf": "Thrum",
        "mdl": about.get("board", "unknown"),
        "sw": f"{about.get('firmware', 'unknown')}, model {about.get('model', 'unknown')}",
    }
    available = [{"topic": topics.gateway_available}, {"topic": topics.available}]
    return json.dumps(
        {
            "dev": device,
            "o": ORIGIN,
            "cmps": _entities(topics, threshold),
            "stat_t": topics.state,
            "avty": available,
            "avty_mode": "all",
            "qos": 1,
        }
    )


def _entities(topics: Topics, threshold: float) -> dict[str, Any]:
    def sensor(key: str, name: str, **more: Any) -> dict[str, Any]:
        template = f"{{{{ value_json.{key} }}}}"
        own = {"name": name, "unique_id": f"thrum_{topics.board}_{key}"}
        return {"p": "sensor", "val_tpl": template, **own, **more}

    def button(key: str, name: str) -> dict[str, Any]:
        own = {"name": name, "unique_id": f"thrum_{topics.board}_{key}"}
        return {"p": "button", "cmd_t": topics.command(key), **own}

    measured = {"stat_cla": "measurement"}
    return {
        "problem": sensor("problem", "Problem", dev_cla="problem") | {"p": "binary_sensor"},
        "state": sensor("state", "State", dev_cla="enum", ops=[state.word for state in State]),
        "score": sensor("score", "Score", **measured, sug_dsp_prc=2),
        "rms": sensor("rms_mg", "Vibration", unit_of_meas="mg", **measured),
        "velocity": sensor("mm_s", "Velocity", dev_cla="speed", unit_of_meas="mm/s", **measured),
        "lost": sensor("lost", "Lost samples", ent_cat="diagnostic", stat_cla="total_increasing"),
        "explanation": {
            **sensor("explanation", "Last alarm"),
            "stat_t": topics.alarm,
            "val_tpl": "{{ value_json.explanation[:255] }}",
            "json_attr_t": topics.alarm,
        },
        "learn": button("learn", "Learn again"),
        "acknowledge": button("acknowledge", "Acknowledge"),
        "threshold": {
            "p": "number",
            "name": "Alarm threshold",
            "unique_id": f"thrum_{topics.board}_threshold",
            "cmd_t": topics.command("threshold"),
            "stat_t": topics.state,
            "val_tpl": "{{ value_json.threshold }}",
            "min": 0.05,
            "max": 0.99,
            "step": 0.01,
            "ent_cat": "config",
        },
    }
