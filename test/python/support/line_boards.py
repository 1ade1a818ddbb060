"""Boards behind sockets that say what a test wants: telemetry, alarms, and nothing when cut off."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from typing import Any

from thrum.device.lines import seal

OK, ALARM = 1, 2


class LineBoard:
    """One board on a port of its own. Its state outlives its connections."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = OK
        self.windows = 0
        self.heard: list[str] = []  # requests other than questions
        self.away = False  # refuses connections
        self._lock = threading.RLock()
        self._links: set[socket.socket] = set()
        board = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                board._serve(self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"socket://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def frame(self) -> None:
        """One window of the present state."""
        self.windows += 1
        score = "0.98" if self.state == ALARM else "0.06"
        self.say(f"anomaly:{score},z:1.00,rms_mg:26,state:{self.state}")

    def alarm(self, evidence: bool = True) -> None:
        """Raise an alarm."""
        self.state = ALARM
        self.say(f"# alarm at window {self.windows + 1}: 93-96 Hz -8.78 sigma")
        if evidence:
            figures = "rms_mg:20 baseline_mg:27 z:3.00 bound:1.41"
            self.say(f"# evidence: {figures} agree after 32 windows, 40 s")
        self.frame()

    def clear(self) -> None:
        """End the alarm."""
        self.state = OK
        self.say(f"# ok at window {self.windows + 1}")
        self.frame()

    def say(self, line: str) -> None:
        """Send a line to whoever is connected."""
        with self._lock:
            for link in list(self._links):
                with contextlib.suppress(OSError):
                    link.sendall(line.encode("ascii") + b"\r\n")

    def cut(self) -> None:
        """Pull the cable: it stays out until `away` is False."""
        self.away = True
        with self._lock:
            for link in list(self._links):
                with contextlib.suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it."""
        self.cut()
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, handler: Any) -> None:
        if self.away:
            return
        with self._lock:
            self._links.add(handler.connection)
        try:
            for line in handler.rfile:
                self._answer(line.decode("ascii", "replace").strip().split("*")[0])
        except OSError:
            pass
        finally:
            with self._lock:
                self._links.discard(handler.connection)

    def _answer(self, word: str) -> None:
        if word == "?":
            self.say(seal("!id engine:aot model:0123456789ab firmware:0b7c61f2 board:fake arena:0"))
            self.say(
                seal("!source rate_hz:3200 axes:1 window:256 hop:256 bands:32 mg_q12:2000 sensor:X")
            )
        elif word == "t":
            self.say(seal("!t 141 115"))
        elif word == "status":
            status = f"state:{self.state} learned:256 learn:256 at:0 states:1 mean:12 lost:7 mode:0"
            self.say(seal(f"!status {status} eased:0"))
        elif word:
            self.heard.append(word)
            known = word.startswith("t ") or word == "learn"
            answer = "!learn 256" if word == "learn" else f"!{word}"
            self.say(seal(answer if known else "!error 1 unknown"))
