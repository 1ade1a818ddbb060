"""Topics and payloads; Home Assistant's discovery as its manual has it."""

from __future__ import annotations

import json

from thrum.device.address import Address
from thrum.gateway.payloads import Topics, clock, discovery, event, state
from thrum.states import State

TOPICS = Topics("thrum", "host", "pump")


def test_times_are_of_the_world_and_to_the_millisecond() -> None:
    assert clock(1764556800.1239) == "2025-12-01T02:40:00.123Z"


def test_a_gateways_topic_cannot_be_that_of_a_board() -> None:
    assert not TOPICS.gateway_available.startswith("thrum/")


def test_every_entity_has_a_name_of_its_own_and_a_topic_that_is_sent() -> None:
    found = json.loads(discovery(Address("Pump", "pump", "COM3"), TOPICS, {"board": "nano"}, 0.55))
    entities = found["cmps"].values()
    names = [entity["unique_id"] for entity in entities]
    assert len(set(names)) == len(names) and all(name.startswith("thrum_pump_") for name in names)
    assert {entity["p"] for entity in entities} == {"sensor", "binary_sensor", "button", "number"}
    assert found["avty_mode"] == "all" and len(found["avty"]) == 2
    told = json.loads(state(None, State.ALARM, {"lost": 3, "threshold": 0.5}, False, 0.0))
    of_frames = {"score", "z", "rms_mg", "mm_s"}  # told as soon as a window has come
    for entity in entities:
        if "val_tpl" in entity and entity.get("stat_t", TOPICS.state) == TOPICS.state:
            key = entity["val_tpl"].split(".")[1].split()[0]
            assert key in set(told) | of_frames, entity


def test_a_fault_is_a_problem_and_rest_is_none() -> None:
    def problem(now: State) -> str:
        return str(json.loads(state(None, now, {}, False, 0.0))["problem"])

    assert [problem(now) for now in State] == ["OFF", "OFF", "ON", "ON", "OFF", "OFF"]


def test_an_event_may_have_a_window() -> None:
    assert json.loads(event("idle", "at rest", 0.0, 5))["window"] == 5
    assert "window" not in json.loads(event("lost", "cable", 0.0))
