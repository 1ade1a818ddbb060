"""InfluxDB's line protocol, into a file or to a server: --influx FILE or URL.

https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
A server is written to from a thread of its own; while it is away, lines wait in memory up to a
bound, and what is dropped beyond it is told.
"""

from __future__ import annotations

import sys
import threading
import urllib.error
import urllib.request
from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

from thrum.gateway.sinks import Happening, Reading, Sink, SinkError

MOST_LINES = 200_000  # some 30 MB: 50 boards, a line every 10 s, for 11 hours
_BATCH = 5_000
_SECONDS = 10.0  # that a server may take


def line_of(item: Reading | Happening) -> str:
    """One line, time in milliseconds."""
    time = round(item.seconds * 1000)
    tags = f"board={_tag(item.board)}"
    if isinstance(item, Reading):
        values = f'score={item.score},z={item.z},rms_mg={item.rms_mg}i,state="{_text(item.state)}"'
        values += "" if item.mm_s is None else f",mm_s={item.mm_s}"
        return f"thrum,{tags} {values} {time}"
    tags += f",kind={_tag(item.kind)}"
    return f'thrum_event,{tags} seq={item.seq}i,words="{_text(item.words)}" {time}'


def _tag(text: str) -> str:
    for character in ("\\", ",", "=", " "):
        text = text.replace(character, "\\" + character)
    return text


def _text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def influx_sink(target: str, token: str) -> Sink:
    """The sink of --influx. A URL is that of the server's write API, bucket and all."""
    if "://" in target:
        return InfluxServer(target, token)
    return InfluxFile(Path(target))


class InfluxFile:
    """Appends to a file, which Telegraf can follow."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise SinkError(f"{path}: {error.strerror}; name another file with --influx") from None

    def reading(self, reading: Reading) -> None:
        """One line."""
        self._write(reading)

    def happening(self, event: Happening) -> None:
        """One line."""
        self._write(event)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, item: Reading | Happening) -> None:
        with self._lock:
            self._file.write(line_of(item) + "\n")
            self._file.flush()


class InfluxServer:
    """Posts lines in batches; keeps them while the server is away."""

    def __init__(self, url: str, token: str, most_lines: int = MOST_LINES, retry: float = 5.0):
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise SinkError(
                f"--influx {url}: write http://HOST:8086/api/v2/write?org=ORG&bucket=BUCKET, "
                "or the name of a file"
            )
        self._url = url + ("&" if "?" in url else "?") + "precision=ms"
        self._headers = {"Authorization": f"Token {token}"} if token else {}
        self._retry = retry
        self._lines: deque[str] = deque(maxlen=most_lines)
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._ending = threading.Event()
        self._complained = False
        self.dropped = 0  # lines beyond the bound
        self._thread = threading.Thread(target=self._run, name="influx", daemon=True)
        self._thread.start()

    def reading(self, reading: Reading) -> None:
        """Queue one line."""
        self._queue(reading)

    def happening(self, event: Happening) -> None:
        """Queue one line."""
        self._queue(event)

    def close(self) -> None:
        """Try once more to send what waits, then end."""
        self._ending.set()
        self._news.set()
        self._thread.join(_SECONDS + 1)

    def _queue(self, item: Reading | Happening) -> None:
        with self._lock:
            self.dropped += len(self._lines) == self._lines.maxlen
            self._lines.append(line_of(item))
        self._news.set()

    def _run(self) -> None:
        while not self._ending.is_set():
            self._news.wait()
            self._news.clear()
            while self._lines:
                if self._post():
                    continue
                if self._ending.wait(self._retry):
                    break
        if self._lines:
            self._post()

    def _post(self) -> bool:
        with self._lock:
            batch = [self._lines.popleft() for _ in range(min(_BATCH, len(self._lines)))]
        body = "\n".join(batch).encode("utf-8")
        request = urllib.request.Request(self._url, body, self._headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS):
                pass
        except (urllib.error.URLError, OSError) as error:
            self._put_back(batch)
            self._complain(str(error))
            return False
        if self._complained:
            self._complained = False
            print(f"InfluxDB: works again; {self.dropped} lines were dropped", flush=True)
        return True

    def _put_back(self, batch: list[str]) -> None:
        with self._lock:
            room = (self._lines.maxlen or 0) - len(self._lines)
            self.dropped += max(0, len(batch) - room)
            self._lines.extendleft(reversed(batch[-room:] if room else []))

    def _complain(self, why: str) -> None:
        if not self._complained:
            self._complained = True
            print(f"InfluxDB: {why}; lines wait in memory", file=sys.stderr, flush=True)
