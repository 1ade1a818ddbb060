"""Networks of the user: refused before training, or trained, compiled and verified."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from thrum import config
from thrum.cli.main import main
from thrum.compiler.graph import ModelError
from thrum.firmware import native
from thrum.paths import CONFIG
from thrum.reference import tflm
from thrum.simulation import synth
from thrum.training import feasible, network
from thrum.training.network import load

CFG = config.load()
BANDS, CLASSES = CFG.features.bands, len(CFG.classes.names)

NETWORK = """
from keras import Input, Sequential, layers
def network(bands, classes):
    return Sequential([Input((bands,)), {layers}])
"""
SOFTMAX = "layers.Dense(classes, 'softmax')"


def _file(folder: Path, layers: str) -> Path:
    path = folder / "network.py"
    path.write_text(NETWORK.format(layers=layers), encoding="utf-8")
    return path


def _untrained(folder: Path, layers: str) -> Any:
    import keras  # noqa: F401

    return network.load(_file(folder, layers))(BANDS, CLASSES)


@pytest.mark.parametrize("sizes", [(), (13, 5), (5, 3, 11, 7)])
def test_dense_layers_of_any_size_are_possible(sizes: tuple[int, ...], tmp_path: Path) -> None:
    hidden = [f"layers.Dense({size}, 'relu')" for size in sizes]
    said = feasible.check(_untrained(tmp_path, ", ".join([*hidden, SOFTMAX])), BANDS, CLASSES)
    assert said[0].startswith("ATmega328P: yes, ") and said[1].startswith("32-bit boards: yes, ")


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ("layers.Dense(classes)", "the last layer ends with linear; the firmware reads prob"),
        (f"layers.Dense(5, 'elu'), {SOFTMAX}", "ELU is not supported"),
        ("layers.Dense(3, 'softmax')", r"output has shape \(None, 3\), the firmware has"),
    ],
)
def test_the_impossible_is_named_before_training(layers: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=rf"network\.py: .*{message}"):
        feasible.check(_untrained(tmp_path, layers), BANDS, CLASSES)


def test_raw_windows_are_named(tmp_path: Path) -> None:
    made = _untrained(tmp_path, SOFTMAX)
    with pytest.raises(ModelError, match="Spectra and raw windows cannot be fed"):
        feasible.check(made, 256, CLASSES)


def test_a_target_that_cannot_carry_it_refuses(tmp_path: Path) -> None:
    large = _untrained(tmp_path, f"layers.Dense(600, 'relu'), {SOFTMAX}")
    assert feasible.check(large, BANDS, CLASSES)[0].startswith("ATmega328P: no, ")
    with pytest.raises(ModelError, match=r"ATmega328P: no, .* make its layers smaller"):
        feasible.check(large, BANDS, CLASSES, target="avr")


def test_nothing_is_trained_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, f"layers.Dense(600, 'relu'), {SOFTMAX}")
    monkeypatch.setattr(network, "load", lambda: load(path))
    monkeypatch.setattr(synth, "training_set", lambda cfg: pytest.fail("data are made"))
    out = tmp_path / "model"
    assert main(["train", "--out", str(out), "--target", "avr", "--manifest", "none"]) == 1
    assert "ATmega328P: no, " in capsys.readouterr().err and not out.exists()


@pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")
def test_an_odd_network_trains_and_passes_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two layers of odd sizes, the smallest training, then 30 windows on the native firmware."""
    path = _file(tmp_path, f"layers.Dense(13, 'relu'), layers.Dense(7, 'relu'), {SOFTMAX}")
    monkeypatch.setattr(network, "load", lambda: load(path))
    text = CONFIG.read_text(encoding="utf-8")
    text = text.replace("machines = 300", "machines = 20").replace("epochs = 40", "epochs = 2")
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    out = tmp_path / "model"
    words = ["--config", str(tmp_path / "config.toml"), "--out", str(out), "--manifest", "none"]
    assert main(["train", *words]) == 0
    program = native.build(out, tmp_path / "build", train=False)
    options = ["--model", str(out), "--windows", "30", "--seed", "1", "--seconds", "30"]
    assert main(["verify", *options, "--", str(program), "--serve"]) == 0, capsys.readouterr().out
    assert "comparisons equal" in capsys.readouterr().out
    assert sys.modules.get("keras")
