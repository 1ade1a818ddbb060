"""HTTP server of the page: this computer's browsers, or with a token those of the network."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Sequence
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

from thrum.dashboard.access import Access
from thrum.dashboard.handler import TYPES, Handler
from thrum.dashboard.panel import Panel

PAGE = Path(__file__).parent / "page"


class DashboardError(ValueError):
    """The page cannot be served; the message says what to do."""


def files() -> dict[str, Path]:
    """The files that are served, by path."""
    found = {f"/{path.name}": path for path in PAGE.iterdir() if path.suffix in TYPES}
    return {**found, "/": PAGE / "index.html", "/plotly.min.js": plotly()}


def plotly() -> Path:
    """The plotting library, from its Python package: the page works without a network."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or not spec.submodule_search_locations:
        raise DashboardError(
            "the live page draws with plotly, which is not installed here: pip install '.[live]'"
        )
    return Path(spec.submodule_search_locations[0]) / "package_data" / "plotly.min.js"


class Server(ThreadingHTTPServer):
    """Answers at one address: 127.0.0.1 unless `access` names another."""

    daemon_threads = True

    def __init__(self, panels: Sequence[Panel], port: int, access: Access | None = None) -> None:
        self.access = access or Access()
        if ":" in self.access.host:
            self.address_family = socket.AF_INET6
        handler = partial(Handler, {panel.id: panel for panel in panels}, files(), self.access)
        try:
            super().__init__((self.access.host, port), handler)
        except (OSError, OverflowError) as error:
            raise DashboardError(
                f"{self.access.host}, port {port}, cannot be used ({error}): choose another "
                "--http, or 0 for any that is free, and with --host an address of this computer"
            ) from None

    @property
    def url(self) -> str:
        """Address of the page, with the token."""
        return self.access.url(self.server_port)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore connections that a closed tab has broken."""
