"""Sends what the outbox holds to the broker, and brings commands back. Reconnects for ever."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from thrum.gateway.credentials import Broker, CredentialsError, Secrets
from thrum.gateway.outbox import Message, Outbox

IN_FLIGHT = 64  # messages that the broker has not acknowledged yet
TICK = 0.2  # seconds
_ANEW = -1  # the connection is a new one
_REFUSED = ("Bad user name or password", "Not authorized", "Bad authentication method")


class Publisher:
    """One connection to one broker. commanded: gets topic and payload of each command."""

    def __init__(
        self,
        broker: Broker,
        secrets: Secrets,
        outbox: Outbox,
        available: str,
        commands: str,
        commanded: Callable[[str, str], None],
    ) -> None:
        self._broker = broker
        self._outbox = outbox
        self._available = available
        self._commands = commands
        self._commanded = commanded
        self._flying: dict[int, Message] = {}  # by the number of the publication; of pump() alone
        # Numbers that the broker acknowledged, and _ANEW: in the order in which they came.
        self._arrived: SimpleQueue[int] = SimpleQueue()
        self._connected = threading.Event()
        self.refused = ""  # why the broker will never take us
        self._complained = False
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id(available))
        self._client.max_queued_messages_set(0)
        self._client.max_inflight_messages_set(IN_FLIGHT)
        self._client.reconnect_delay_set(1, 30)
        self._client.will_set(available, "offline", qos=1, retain=True)
        if secrets.username:
            self._client.username_pw_set(secrets.username, secrets.password or None)
        if broker.tls:
            self._encrypt(secrets)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message

    def start(self) -> None:
        """Begin to connect, in a thread of its own."""
        self._client.connect_async(self._broker.host, self._broker.port, keepalive=30)
        self._client.loop_start()

    def pump(self) -> None:
        """Hand waiting messages to the connection, as many as may be in flight."""
        self._take_acknowledgements()
        if not self._connected.is_set():
            return
        flying = set(self._flying.values())
        room = IN_FLIGHT - len(flying)
        if room <= 0:
            return
        waiting = self._outbox.waiting(most=2 * IN_FLIGHT)
        for message in [message for message in waiting if message not in flying][:room]:
            self._publish(message)

    def close(self, seconds: float = 5.0) -> None:
        """Send what still waits, if that is quick, then say goodbye."""
        end = threading.Event()
        for _ in range(round(seconds / TICK)):
            if not (self._connected.is_set() and self._outbox.waiting(most=1)):
                break
            self.pump()
            end.wait(TICK)
        if self._connected.is_set():
            self._client.publish(self._available, "offline", qos=1, retain=True).wait_for_publish(1)
        self._client.disconnect()
        self._client.loop_stop()

    def _encrypt(self, secrets: Secrets) -> None:
        try:
            self._client.tls_set(
                ca_certs=secrets.ca or None,
                certfile=secrets.certificate or None,
                keyfile=secrets.key or None,
                tls_version=ssl.PROTOCOL_TLS_CLIENT,
            )
        except (OSError, ssl.SSLError, ValueError) as error:
            raise CredentialsError(
                f"ca, certificate or key in the file of secrets cannot be used: {error}"
            ) from None

    def _publish(self, message: Message) -> None:
        info = self._client.publish(message.topic, message.payload, qos=1, retain=message.retained)
        if info.rc in (mqtt.MQTT_ERR_SUCCESS, mqtt.MQTT_ERR_NO_CONN):
            self._flying[info.mid] = message

    def _take_acknowledgements(self) -> None:
        landed: list[Message] = []
        while not self._arrived.empty():
            number = self._arrived.get()
            if number == _ANEW:
                self._outbox.acknowledge(*landed)  # before it: the old broker's word
                landed.clear()
                self._outbox.send_again()
            elif (message := self._flying.pop(number, None)) is not None:
                landed.append(message)
        if landed:
            self._outbox.acknowledge(*landed)

    def _on_connect(self, client: mqtt.Client, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        if reason.is_failure:
            if str(reason) in _REFUSED:
                self.refused = f"{self._broker}: {reason}; correct the file of --secrets"
            self._complain(str(reason))
            return
        self._complained = False
        print(f"broker: connected to {self._broker}", flush=True)
        self._arrived.put(_ANEW)
        client.publish(self._available, "online", qos=1, retain=True)
        client.subscribe(self._commands, qos=1)
        self._connected.set()

    def _on_disconnect(self, _c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        self._connected.clear()
        if reason.is_failure:
            self._complain(str(reason))

    def _on_publish(self, _c: Any, _u: Any, mid: int, _r: Any, _p: Any) -> None:
        self._arrived.put(mid)  # a lock here would wait for one that publish() holds

    def _on_message(self, _c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        if message.retain:  # an old one: it would be carried out at every connection
            print(f"broker: passed over the retained command {message.topic}", flush=True)
            return
        self._commanded(message.topic, message.payload.decode("utf-8", "replace"))

    def _complain(self, why: str) -> None:
        if not self._complained:
            self._complained = True
            print(f"broker: {self._broker}: {why}; messages wait in the queue", flush=True)


def client_id(available: str) -> str:
    """The same at every start, so that a broker ends the connection of a gateway that hangs."""
    return available.replace("/", "-").removesuffix("-availability")
