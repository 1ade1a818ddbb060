"""The broker's address and the secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from thrum.gateway.credentials import Broker, CredentialsError, broker, secrets


def test_the_port_follows_from_the_scheme() -> None:
    assert broker("mqtt://10.0.0.1") == Broker("10.0.0.1", 1883, False)
    assert broker("mqtts://host/") == Broker("host", 8883, True)
    assert str(broker("mqtt://host:99")) == "mqtt://host:99"


@pytest.mark.parametrize("url", ["host", "http://host", "mqtt://", "mqtt://h:x", "mqtt://h/topic"])
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(CredentialsError, match="write mqtt://HOST:PORT"):
        broker(url)


def test_a_password_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(CredentialsError) as refused:
        broker("mqtt://me:hunter2@host")
    assert "--secrets" in str(refused.value) and "hunter2" not in str(refused.value)


def test_files_are_named_from_the_folder_of_the_secrets(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("x", encoding="utf-8")
    path = tmp_path / "s.toml"
    path.write_text('username = "me"\nca = "ca.pem"\n', encoding="utf-8")
    path.chmod(0o600)
    found = secrets(path)
    assert found.username == "me" and found.ca == str((tmp_path / "ca.pem").resolve())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("username = 3", "username = 3: must be a text"),
        ('pasword = "x"', "pasword is not a key"),
        ('password = "x"', "password without username"),
        ('key = "k"', "certificate and key belong together"),
        ('ca = "none.pem"', "no such file"),
        ("= 1", "not valid TOML"),
    ],
)
def test_wrong_secrets_name_file_and_key(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CredentialsError, match=words) as refused:
        secrets(path)
    assert str(path) in str(refused.value)


def test_a_file_that_others_can_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.toml"
    path.write_text("", encoding="utf-8")
    path.chmod(0o644)
    secrets(path)
    assert "chmod 600" in capsys.readouterr().err
