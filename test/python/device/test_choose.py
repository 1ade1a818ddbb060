"""thrum/device/choose.py: which board an upload goes to, on stand-ins for the list of ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from thrum.device.boards import BRIDGES, Board, Port
from thrum.device.choose import Answer, Choice, NoBoardError, choose, opening_problem

OWN = ("2341:805A", "2341:005A")
CHEAP = (BRIDGES["CH340"], BRIDGES["FTDI"])
NANO = Board("nano", "n", CHEAP, platform="atmelavr", upload_baud=57_600)
NANO_NEW = Board("nano_new", "n2", CHEAP, platform="atmelavr", upload_baud=115_200)
BLE = Board("nano33ble", "b", OWN, platform="nordicnrf52")
REV2 = Board("nano33ble_rev2", "b", OWN, platform="nordicnrf52", variant=True)
ESP = Board(
    "esp32dev",
    "e",
    (BRIDGES["CP210x"], *CHEAP),
    baud=460_800,
    platform="espressif32",
    upload_baud=460_800,
)
BOARDS = (NANO, NANO_NEW, BLE, REV2, ESP)
TTYS0 = Port("/dev/ttyS0")
CH340 = Port("/dev/ttyUSB0", BRIDGES["CH340"])
CP210X = Port("/dev/ttyUSB1", BRIDGES["CP210x"])
NATIVE_USB = Port("/dev/ttyACM0", OWN[0])
STRANGER = Port("/dev/ttyACM9", "1D50:0001", "Printer")


def find(
    *ports: Port,
    says: Mapping[Port, Answer] | None = None,
    device: str = "",
    asked: list[Port] | None = None,
) -> Choice:
    """The choice where a port answers as `says` has it, and nothing otherwise."""

    def ask(port: Port, boards: Sequence[Board]) -> Answer:
        assert boards
        if asked is not None:
            asked.append(port)
        return (says or {}).get(port, Answer())

    return choose(BOARDS, ports, ask, device)


def refusal(*ports: Port, **options: object) -> str:
    with pytest.raises(NoBoardError) as error:
        find(*ports, **options)  # type: ignore[arg-type]
    return str(error.value)


@pytest.mark.parametrize(("port", "environment"), [(NATIVE_USB, "nano33ble"), (CP210X, "esp32dev")])
def test_usb_identity_is_enough_where_one_board_has_it(port: Port, environment: str) -> None:
    choice = find(TTYS0, port)
    assert (choice.board.environment, choice.port) == (environment, port)
    assert choice.reason == "its USB identity"


@pytest.mark.parametrize("environment", [board.environment for board in BOARDS])
def test_our_firmware_says_which_it_is(environment: str) -> None:
    choice = find(CH340, says={CH340: Answer(environment=environment)})
    assert choice.board.environment == environment


def test_a_variant_is_kept_when_its_firmware_says_so() -> None:
    says = {NATIVE_USB: Answer(environment="nano33ble_rev2")}
    assert find(NATIVE_USB, says=says).board is REV2


@pytest.mark.parametrize(
    ("answer", "environment"),
    [
        (Answer(loader="stk500", loader_baud=57_600), "nano"),
        (Answer(loader="stk500", loader_baud=115_200), "nano_new"),
        (Answer(loader="esp", loader_baud=115_200), "esp32dev"),
    ],
    ids=["old Nano", "new Nano", "ESP32"],
)
def test_a_boot_loader_tells_bridges_apart(answer: Answer, environment: str) -> None:
    assert find(CH340, says={CH340: answer}).board.environment == environment


def test_a_silent_bridge_gets_the_commands_to_type() -> None:
    text = refusal(CH340)
    assert text.startswith("/dev/ttyUSB0 (CH340): this may be more than one kind of board")
    for environment in ("nano", "nano_new", "esp32dev"):
        assert f"pio run -e {environment} -t upload --upload-port /dev/ttyUSB0" in text
    assert "nano33ble" not in text


@pytest.mark.parametrize("ports", [(), (TTYS0,)], ids=["no port", "ttyS0 only"])
def test_no_board_says_what_to_check_and_every_command(ports: Sequence[Port]) -> None:
    asked: list[Port] = []
    text = refusal(*ports, asked=asked)
    assert asked == [] and "ttyS0" not in text
    for word in ("cable", "driver", "dialout", "CH340", *(b.environment for b in BOARDS)):
        assert word in text
    assert "pio run -e nano33ble -t upload\n" in text


def test_strange_ports_are_named_and_left_alone() -> None:
    asked: list[Port] = []
    text = refusal(TTYS0, STRANGER, asked=asked)
    assert "only /dev/ttyACM9 (Printer) with 1D50:0001" in text and asked == []
    assert "pio run -e nano -t upload --upload-port /dev/ttyACM9" in text
    assert find(STRANGER, CP210X).port is CP210X


def test_two_boards_are_not_chosen_between() -> None:
    text = refusal(CP210X, NATIVE_USB)
    assert text.startswith("2 boards may be plugged in")
    assert "pio run -e esp32dev -t upload --upload-port /dev/ttyUSB1" in text
    assert "pio run -e nano33ble -t upload --upload-port /dev/ttyACM0" in text


def test_the_port_of_the_user_is_the_only_one() -> None:
    asked: list[Port] = []
    choice = find(CP210X, NATIVE_USB, device="/dev/ttyUSB1", asked=asked)
    assert choice.board is ESP and asked == [CP210X]
    far = "socket://127.0.0.1:4000"
    choice = find(CP210X, device=far, says={Port(far): Answer(loader="esp")})
    assert choice.board is ESP and choice.port.device == far
    assert "-e nano33ble -t upload --upload-port socket://127" in refusal(device=far)


def test_a_port_that_cannot_be_opened_says_why() -> None:
    denied = Answer(problem=opening_problem(PermissionError(13, "Permission denied")))
    text = refusal(NATIVE_USB, says={NATIVE_USB: denied})
    assert text.startswith("cannot open /dev/ttyACM0: ") and "dialout" in text
    assert "another program has it" in opening_problem(OSError("Could not exclusively lock port"))
