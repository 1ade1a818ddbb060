"""Options out of range are refused before anything is opened or computed."""

from __future__ import annotations

import pytest

from model.__main__ import main


@pytest.mark.parametrize(
    "line",
    [
        "longrun --machines 0",
        "longrun --days -1",
        "calibrate --days nan",
        "record --port none --label healthy --machine m --seconds nan",
        "record --port none --label healthy --machine m --seconds -3",
        "verify --port none --windows 0",
        "verify --port none --seconds inf",
    ],
)
def test_values_out_of_range(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(line.split())
    assert stopped.value.code == 2
    assert ": give a number " in capsys.readouterr().err
