"""A subscriber that keeps every message of a broker, and a way to wait for what must come."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

PATIENCE = 30.0  # seconds


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for it, or fail."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


class Subscriber:
    """Keeps every message, with a session that outlives its connections."""

    def __init__(self, port: int) -> None:
        self.messages: list[mqtt.MQTTMessage] = []
        self.lock = threading.Lock()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id="subscriber", clean_session=False
        )
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self._client.on_message = lambda _c, _u, message: self._keep(message)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def _keep(self, message: mqtt.MQTTMessage) -> None:
        with self.lock:
            self.messages.append(message)

    def texts(self, topic: str) -> list[str]:
        """Payloads of a topic, in their order."""
        with self.lock:
            return [m.payload.decode() for m in self.messages if m.topic == topic]

    def alarms(self, board: str) -> dict[int, dict[str, object]]:
        """Alarms of a board by their number: one that comes twice is one."""
        found = [json.loads(text) for text in self.texts(f"thrum/{board}/alarm")]
        return {alarm["seq"]: alarm for alarm in found}

    def send(self, topic: str, payload: str) -> None:
        """Publish a command."""
        self._client.publish(topic, payload, qos=1).wait_for_publish(5)

    def close(self) -> None:
        """End it."""
        self._client.disconnect()
        self._client.loop_stop()
