"""Where the broker is, and who may speak to it: the URL of --mqtt and the file of --secrets."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from thrum.checked_toml import Checker, Table, read

PORTS = {"mqtt": 1883, "mqtts": 8883}


class CredentialsError(ValueError):
    """The broker's address or the file of secrets cannot be used; the message says why."""


@dataclass(frozen=True)
class Broker:
    """Host, port and whether the connection is encrypted."""

    host: str
    port: int
    tls: bool

    def __str__(self) -> str:
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"


@dataclass(frozen=True)
class Secrets(Table):
    """Keys of the file of --secrets; files are named from its folder on."""

    username: str = ""
    password: str = ""
    ca: str = ""  # certificates that the broker's is checked against; else the computer's own
    certificate: str = ""  # of this client, with its key
    key: str = ""
    influx_token: str = ""

    def __post_init__(self) -> None:
        if self.password and not self.username:
            raise ValueError("password without username: write both")
        if bool(self.certificate) != bool(self.key):
            raise ValueError("certificate and key belong together: write both")


_CHECKER = Checker(Secrets, CredentialsError, "see docs/mqtt-and-bluetooth.md")


def broker(url: str) -> Broker:
    """The broker of mqtt://HOST[:PORT] or mqtts://; CredentialsError for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CredentialsError(f"--mqtt {url}: {error}; write mqtt://HOST:PORT") from None
    if parts.password is not None:
        shown = url.replace(f":{parts.password}@", ":...@")
        raise CredentialsError(
            f"--mqtt {shown}: every user of this computer can read a password in a command line; "
            "write it into a file and name that with --secrets"
        )
    if parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise CredentialsError(f"--mqtt {url}: write mqtt://HOST:PORT, or mqtts:// for TLS")
    return Broker(parts.hostname, port or PORTS[parts.scheme], parts.scheme == "mqtts")


def secrets(path: Path | None) -> Secrets:
    """The secrets in a file, its file names made absolute; none without a file."""
    if path is None:
        return Secrets()
    found: Secrets = _CHECKER.made(read(path, CredentialsError, "file of secrets"), str(path))
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        print(f"warning: others can read {path}: chmod 600 {path}", file=sys.stderr)
    files = {name: _file(path, name, getattr(found, name)) for name in ("ca", "certificate", "key")}
    return Secrets(found.username, found.password, **files, influx_token=found.influx_token)


def _file(secrets_file: Path, key: str, name: str) -> str:
    if not name:
        return ""
    path = secrets_file.parent / name
    if not path.is_file():
        raise CredentialsError(f"{secrets_file}: {key} = {name!r}: no such file")
    return str(path.resolve())
