"""`thrum gateway` against a real broker and boards on sockets, either of which comes and goes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from line_boards import LineBoard
from mosquitto import PROGRAM, Mosquitto
from subscriber import Subscriber, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PROGRAM, reason="needs mosquitto: apt-get install mosquitto"),
]
FAILURES = int(os.environ.get("THRUM_GATEWAY_FAILURES", "20"))


class Gateway:
    """The command as a user starts it."""

    def __init__(self, folder: Path, boards: list[LineBoard], *more: str) -> None:
        ports = [word for board in boards for word in ("--port", f"{board.name}={board.url}")]
        fixed = ["--queue", str(folder / "queue"), "--name", "host", "--every", "0.5"]
        command = [sys.executable, "-m", "thrum", "gateway", *ports, *fixed, *more]
        self._log = (folder / "log").open("ab")
        self._program = subprocess.Popen(command, stdout=self._log, stderr=subprocess.STDOUT)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Its exit code."""
        self._program.send_signal(number)
        return self._program.wait(20)

    def close(self) -> None:
        """End it in any case."""
        self._program.kill()
        self._program.wait()
        self._log.close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    running = Mosquitto(tmp_path / "broker")
    yield running
    running.kill()


@pytest.fixture
def subscriber(broker: Mosquitto) -> Iterator[Subscriber]:
    listening = Subscriber(broker.port)
    yield listening
    listening.close()


@pytest.fixture
def boards() -> Iterator[list[LineBoard]]:
    made = [LineBoard(f"board{number}") for number in range(10)]
    yield made
    for board in made:
        board.close()


def online(subscriber: Subscriber, board: LineBoard) -> bool:
    return subscriber.texts(f"thrum/{board.name}/availability")[-1:] == ["online"]


def arrived(subscriber: Subscriber, board: LineBoard, before: int, when: str) -> None:
    what = f"the alarm of {board.name} in {when}"
    until(lambda: len(subscriber.alarms(board.name)) > before, what)


def test_an_alarm_arrives_with_its_explanation_and_commands_go_back(
    tmp_path: Path, broker: Mosquitto, subscriber: Subscriber, boards: list[LineBoard]
) -> None:
    board = boards[0]
    gateway = Gateway(tmp_path, [board], "--mqtt", f"mqtt://127.0.0.1:{broker.port}")
    try:
        until(lambda: online(subscriber, board), "the board to be online")
        board.frame()
        board.alarm()
        until(lambda: bool(subscriber.alarms("board0")), "the alarm")
        [alarm] = subscriber.alarms("board0").values()
        assert alarm["explanation"] == "93-96 Hz -8.78 sigma"
        assert alarm["evidence"]["agree"] is True  # type: ignore[index]

        def state() -> dict[str, object]:
            return dict(json.loads(subscriber.texts("thrum/board0/state")[-1]))

        until(lambda: state().get("state") == "alarm", "the state of the alarm")
        assert state()["problem"] == "ON" and state()["lost"] == 7 and state()["rms_mg"] == 26
        subscriber.send("thrum/board0/set/acknowledge", "PRESS")
        until(lambda: state()["acknowledged"] is True, "the acknowledgement")
        subscriber.send("thrum/board0/set/learn", "PRESS")
        until(lambda: "learn" in board.heard, "the command to learn")
        subscriber.send("thrum/board0/set/threshold", "0.8")
        until(lambda: "t 205 167" in board.heard, "the threshold: the dead band keeps its share")
        until(lambda: state()["threshold"] == 0.8, "the threshold in the state")
        subscriber.send("thrum/board0/set/threshold", "high")
        until(lambda: "not a score" in subscriber.texts("thrum/board0/event")[-1], "a refusal")
        [config] = set(subscriber.texts("homeassistant/device/thrum_board0/config"))
        assert set(json.loads(config)["cmps"]) >= {"problem", "state", "score", "learn"}
        assert gateway.end() == 0
        until(
            lambda: subscriber.texts("thrum-gateway/host/availability")[-1] == "offline",
            "the gateway's goodbye",
        )
    finally:
        gateway.close()


class Trouble:
    """Kills some of them, raises an alarm on every board, brings them back."""

    def __init__(self, broker: Mosquitto, boards: list[LineBoard], seed: int) -> None:
        self._broker = broker
        self._boards = boards
        self._rng = random.Random(seed)
        self.failures = 0

    def round(self, restart: Callable[[], None]) -> None:
        """One round; restart: kills the gateway and starts it again."""
        kills_broker, kills_gateway = self._rng.random() < 0.7, self._rng.random() < 0.3
        cut = [board for board in self._boards if self._rng.random() < 0.5]
        if kills_broker:
            self._broker.kill()
        for board in cut:
            board.cut()
        for board in self._boards:
            board.alarm(evidence=self._rng.random() < 0.8)
        if kills_gateway:
            time.sleep(0.3)  # what a board has said is read; in the pipe it would be lost
            restart()
        time.sleep(self._rng.uniform(0, 0.5))
        for board in cut:
            board.away = False
        if kills_broker:
            self._broker.start()
        self.failures += kills_broker + kills_gateway + len(cut)


def all_clear(subscriber: Subscriber, boards: list[LineBoard], when: str) -> None:
    """End all alarms and see that everybody knows."""
    until(lambda: all(online(subscriber, board) for board in boards), f"all boards in {when}")
    for board in boards:
        board.clear()
        board.frame()

    def told(board: LineBoard) -> bool:
        state = json.loads(subscriber.texts(f"thrum/{board.name}/state")[-1])
        return bool(state["state"] == "ok")

    until(lambda: all(map(told, boards)), f"the all-clear of {when}")


def test_no_alarm_is_lost_while_broker_boards_and_gateway_fail(
    tmp_path: Path, broker: Mosquitto, subscriber: Subscriber, boards: list[LineBoard]
) -> None:
    seed = int(os.environ.get("THRUM_SEED", "1"))
    more = ("--mqtt", f"mqtt://127.0.0.1:{broker.port}")
    running = [Gateway(tmp_path, boards, *more)]

    def restart() -> None:
        running.pop().close()
        running.append(Gateway(tmp_path, boards, *more))

    trouble = Trouble(broker, boards, seed)
    try:
        until(lambda: all(online(subscriber, board) for board in boards), "all boards")
        while trouble.failures < FAILURES:
            when = f"the round after {trouble.failures} failures, seed {seed}"
            before = {board.name: len(subscriber.alarms(board.name)) for board in boards}
            trouble.round(restart)
            for board in boards:
                arrived(subscriber, board, before[board.name], when)
            all_clear(subscriber, boards, when)
    finally:
        running[0].close()


def test_a_wrong_password_ends_it_with_the_reason(tmp_path: Path, boards: list[LineBoard]) -> None:
    (tmp_path / "users").write_text("", encoding="utf-8")
    guarded = f"allow_anonymous false\npassword_file {tmp_path / 'users'}\n"
    broker = Mosquitto(tmp_path / "broker", guarded)
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('username = "a"\npassword = "b"\n', encoding="utf-8")
    secrets.chmod(0o600)
    more = ("--mqtt", f"mqtt://127.0.0.1:{broker.port}", "--secrets", str(secrets))
    gateway = Gateway(tmp_path, boards[:1], *more)
    try:
        assert gateway._program.wait(20) == 1
        words = (tmp_path / "log").read_text(encoding="utf-8")
        assert "error: mqtt://127.0.0.1" in words and "correct the file of --secrets" in words
    finally:
        gateway.close()
        broker.kill()
