"""One connection of one tab: a fixed set of files, news as JSON, requests of the buttons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from thrum.dashboard.access import Access
from thrum.dashboard.export import table
from thrum.dashboard.fleet import fleet
from thrum.dashboard.panel import Panel
from thrum.states import WORDS

STATE_NAMES = "/state_names.js"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
CSV = "text/csv; charset=utf-8"
# Plotly writes styles into the page and draws its icons from data.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
)
REFUSED = (
    b"This page is for this computer only, or for the address with the token that the program "
    b"printed when it started."
)


class Handler(BaseHTTPRequestHandler):
    """Answers what is asked; everything else is refused."""

    protocol_version = "HTTP/1.1"
    timeout = 60.0  # seconds that an idle connection may hold a thread

    def __init__(
        self,
        panels: Mapping[str, Panel],
        served: Mapping[str, Path],
        access: Access,
        *connection: object,
    ) -> None:
        self._panels = panels
        self._served = served
        self._access = access
        super().__init__(*connection)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send a file of the page, the records since the last request of the tab, or the table."""
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if url.path == "/favicon.ico":  # browsers ask for it beside a page that was refused
            self._send(204, TYPES[".svg"], b"")
        elif not self._allowed(query):
            self._send(403, TYPES[".html"], REFUSED)
        elif url.path == STATE_NAMES:
            self._send(200, TYPES[".js"], state_names())
        elif url.path in self._served:
            path = self._served[url.path]
            self._send(200, TYPES[path.suffix], path.read_bytes())
        elif url.path in ("/news", "/export.csv", "/fleet") and (panel := self._panel(query)):
            self._data(url.path, query, panel)
        else:
            self._send(404, TYPES[".html"], b"There is no such page.")

    def do_POST(self) -> None:
        """A button: only for the page itself, never for another site."""
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        panel = self._panel(query)
        if not self._allowed(query) or not self._access.same_origin(dict(self.headers)):
            self._send(403, TYPES[".html"], REFUSED)
        elif panel is not None and url.path == "/follow" and panel.followups is not None:
            self._say(panel.follow(_first(query, "n")))
        elif panel is not None and url.path == "/command":
            self._say(panel.ask(_first(query, "name"), _first(query, "value")))
        else:
            self._send(404, TYPES[".html"], b"There is no such page.")

    def log_message(self, *words: object) -> None:
        """Log nothing: every tab asks several times a second."""

    def _allowed(self, query: Mapping[str, list[str]]) -> bool:
        if not self._access.names_this(self.headers.get("Host", "")):
            return False
        return self._access.knows(_first(query, "token"), self.headers.get("Cookie", ""))

    def _panel(self, query: Mapping[str, list[str]]) -> Panel | None:
        """The one that is named; the first if none is."""
        if "board" not in query:
            return next(iter(self._panels.values()))
        return self._panels.get(_first(query, "board"))

    def _data(self, path: str, query: Mapping[str, list[str]], panel: Panel) -> None:
        if path == "/export.csv":
            self._send(200, CSV, table(panel.hub.kept()).encode(), f"thrum-{panel.id}.csv")
            return
        if path == "/fleet":
            rows = fleet(self._panels.values())
            self._send(200, "application/json", json.dumps(rows).encode())
            return
        after = _first(query, "after")
        number = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0
        news = panel.hub.since(_first(query, "session"), number)
        self._send(200, "application/json", json.dumps(news, separators=(",", ":")).encode())

    def _say(self, answer: tuple[int, str]) -> None:
        status, words = answer
        self._send(status, "text/plain; charset=utf-8", words.encode())

    def _send(self, code: int, kind: str, body: bytes, download: str = "") -> None:
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
        if download:
            headers["Content-Disposition"] = f'attachment; filename="{download}"'
        if code == 200 and self._access.cookie and urlsplit(self.path).path == "/":
            headers["Set-Cookie"] = self._access.cookie
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _first(query: Mapping[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0]


def state_names() -> bytes:
    """A module of the page: the names of the states, by number."""
    return f"export const NAMES = {json.dumps(WORDS)};\n".encode()
