"""HTTP server of the page, for this computer only: a fixed set of files, and news as JSON."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from thrum.dashboard.followups import Followups
from thrum.dashboard.hub import Hub
from thrum.states import WORDS

LOOPBACK = "127.0.0.1"
PAGE = Path(__file__).parent / "page"
STATE_NAMES = "/state_names.js"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Plotly writes styles into the page and draws its icons from data.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)


class DashboardError(ValueError):
    """The page cannot be served; the message says what to do."""


def files() -> dict[str, Path]:
    """The files that are served, by path."""
    found = {f"/{path.name}": path for path in PAGE.iterdir() if path.suffix in TYPES}
    return {**found, "/": PAGE / "index.html", "/plotly.min.js": plotly()}


def state_names() -> bytes:
    """A module of the page: the names of the states, by number."""
    return f"export const NAMES = {json.dumps(WORDS)};\n".encode()


def plotly() -> Path:
    """The plotting library, from its Python package: the page works without a network."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or not spec.submodule_search_locations:
        raise DashboardError(
            "the live page draws with plotly, which is not installed here: pip install '.[live]'"
        )
    return Path(spec.submodule_search_locations[0]) / "package_data" / "plotly.min.js"


class Server(ThreadingHTTPServer):
    """Answers on 127.0.0.1 and nowhere else."""

    daemon_threads = True

    def __init__(self, hub: Hub, port: int, followups: Followups | None = None) -> None:
        handler = partial(Handler, hub, files(), followups)
        try:
            super().__init__((LOOPBACK, port), handler)
        except (OSError, OverflowError) as error:
            raise DashboardError(
                f"port {port} of this computer cannot be used ({error}): choose another --http, "
                "or 0 for any that is free"
            ) from None

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"http://{LOOPBACK}:{self.server_port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore connections that a closed tab has broken."""


class Handler(BaseHTTPRequestHandler):
    """One connection of one tab."""

    protocol_version = "HTTP/1.1"
    timeout = 60.0  # seconds that an idle connection may hold a thread

    def __init__(
        self,
        hub: Hub,
        served: Mapping[str, Path],
        followups: Followups | None,
        *connection: object,
    ) -> None:
        self._hub = hub
        self._served = served
        self._followups = followups
        super().__init__(*connection)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send a file of the page, or the records since the last request of the tab."""
        if not self._from_here():
            self._send(403, TYPES[".html"], b"This page is for this computer only.")
            return
        url = urlsplit(self.path)
        if url.path == "/news":
            self._news(parse_qs(url.query))
        elif url.path == STATE_NAMES:
            self._send(200, TYPES[".js"], state_names())
        elif url.path in self._served:
            path = self._served[url.path]
            self._send(200, TYPES[path.suffix], path.read_bytes())
        else:
            self._send(404, TYPES[".html"], b"There is no such page.")

    def do_POST(self) -> None:
        """Follow an alarm, /follow?n=12: only for the page itself, never for another site."""
        url = urlsplit(self.path)
        if not self._from_here() or self.headers.get("Sec-Fetch-Site") != "same-origin":
            self._send(403, TYPES[".html"], b"This page is for this computer only.")
        elif url.path != "/follow" or self._followups is None:
            self._send(404, TYPES[".html"], b"There is no such page.")
        else:
            word = parse_qs(url.query).get("n", [""])[0]
            number = int(word) if word.isascii() and word.isdigit() and len(word) < 16 else -1
            status, words = self._followups.start(number)
            self._send(status, TYPES[".html"], words.encode())

    def log_message(self, *words: object) -> None:
        """Log nothing: every tab asks several times a second."""

    def _from_here(self) -> bool:
        """Whether the request names this computer; other names could be DNS rebinding."""
        name = self.headers.get("Host", "").rsplit(":", 1)[0]
        return name in (LOOPBACK, "localhost")

    def _news(self, query: Mapping[str, list[str]]) -> None:
        after = query.get("after", ["0"])[0]
        number = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0
        news = self._hub.since(query.get("session", [""])[0], number)
        self._send(200, "application/json", json.dumps(news, separators=(",", ":")).encode())

    def _send(self, code: int, kind: str, body: bytes) -> None:
        self.send_response(code)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
