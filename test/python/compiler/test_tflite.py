"""The importer on damaged files: an error or a valid graph, never a crash or a hang."""

from __future__ import annotations

import contextlib
import os
import random
import time

import numpy as np
import pytest
from handmade import int8, int32, network, operator, weights

from thrum.artifacts import release
from thrum.codegen.model_aot import engine_header
from thrum.compiler import tflite
from thrum.compiler.graph import Graph, ModelError, Option

MODEL = release.load().tflite
SEED = int(os.environ.get("THRUM_SEED", "1"))
EVERY_BIT = "THRUM_EVERY_BIT" in os.environ


def _survives(data: bytes) -> bool:
    """Whether the file is accepted; anything but ModelError is a bug."""
    try:
        engine_header(tflite.read(data), "fuzz")
    except ModelError as error:
        assert str(error)
        return False
    return True


def test_truncation_at_every_length() -> None:
    for length in range(len(MODEL)):
        assert not _survives(MODEL[:length]) or length > len(MODEL) - 64


def test_one_byte_changed_everywhere() -> None:
    """By one random change each; with THRUM_EVERY_BIT by each of its bits."""
    rng = random.Random(SEED)
    start = time.process_time()
    count = 0
    for position in range(len(MODEL)):
        for change in [1 << bit for bit in range(8)] if EVERY_BIT else [rng.randrange(1, 256)]:
            damaged = bytearray(MODEL)
            damaged[position] ^= change
            _survives(bytes(damaged))
            count += 1
    assert (time.process_time() - start) / count < 0.03  # seconds of the processor for a file


def test_many_bytes_changed() -> None:
    rng = random.Random(SEED + 1)
    for _ in range(100_000 if EVERY_BIT else 1000):
        damaged = bytearray(MODEL)
        for _ in range(rng.randrange(2, 30)):
            damaged[rng.randrange(len(damaged))] = rng.choice((0, 1, 4, 0x7F, 0x80, 0xFF))
        _survives(bytes(damaged))


def _all_options() -> bytes:
    """A network with every kind of option: pool, convolutions, ADD, MEAN, dense, SOFTMAX."""
    rng = np.random.default_rng(1)
    window: dict[str, Option] = {"padding": "SAME", "stride_w": 1, "stride_h": 1}
    dilation: dict[str, Option] = {"dilation_w": 1, "dilation_h": 1}
    image = int8(1, 4, 4, 2)
    tensors = (
        *(image, image, image, image, image, image),
        weights(rng, int8(2, 3, 3, 2)),
        weights(rng, int8(1, 3, 3, 2, axis=3)),
        int32(1, 2),
        *(int8(1, 2), weights(rng, int8(3, 2)), int8(1, 3), int8(1, 3, scale=1 / 256, zero=-128)),
    )
    pool: dict[str, Option] = {"filter_w": 2, "filter_h": 2, "activation": "RELU"}
    steps = (
        operator("MAX_POOL_2D", (0,), 1, **window, **pool),
        operator("AVERAGE_POOL_2D", (1,), 2, **window, **pool),
        operator("CONV_2D", (2, 6), 3, **window, activation="RELU6", **dilation),
        operator(
            "DEPTHWISE_CONV_2D",
            (3, 7),
            4,
            **window,
            depth_multiplier=1,
            activation="NONE",
            **dilation,
        ),
        operator("ADD", (3, 4), 5, activation="NONE"),
        operator("MEAN", (5, 8), 9, keep_dims=False),
        operator("FULLY_CONNECTED", (9, 10), 11, 4, activation="NONE"),
        operator("SOFTMAX", (11,), 12, beta=1.0),
    )
    return network(Graph(tensors, steps, (0,), (12,))).data


def test_every_operator_survives_damage() -> None:
    """500 files with one to three bytes changed, of which both kinds come out."""
    rng, model, accepted = random.Random(5), _all_options(), 0
    assert _survives(model)
    for _ in range(500):
        damaged = bytearray(model)
        for _ in range(rng.randrange(1, 4)):
            damaged[rng.randrange(len(damaged))] = rng.choice((0, 1, 2, 9, 0x7F, 0x80, 0xFF))
        accepted += _survives(bytes(damaged))
    assert 50 < accepted < 450


@pytest.mark.parametrize(
    "data",
    [b"", b"TFL3", b"\0" * 8, b"\x08\0\0\0TFL3", b"\xff" * 64],
    ids=["empty", "short", "zeros", "header", "ones"],
)
def test_not_a_model(data: bytes) -> None:
    with pytest.raises(ModelError):
        tflite.read(data)


def test_unsupported_operator_is_named_with_its_index() -> None:
    """Replace SOFTMAX (builtin 25) by EXP (47) wherever it may stand."""
    expected = "operator 3: EXP is not supported; build the model of "
    assert any(message.startswith(expected) for message in _messages_with(25, 47))


def test_an_operator_of_a_later_version_is_refused() -> None:
    """FULLY_CONNECTED is version 4 here: 13 may mean something else."""
    expected = "operator 0 (FULLY_CONNECTED): version 13, known up to 12: convert the model with"
    assert any(message.startswith(expected) for message in _messages_with(4, 13))


def _messages_with(byte: int, other: int) -> set[str]:
    """The errors about the model with one byte replaced, wherever it cannot be read."""
    messages = set()
    for position in (k for k, value in enumerate(MODEL) if value == byte):
        changed = bytearray(MODEL)
        changed[position] = other
        with contextlib.suppress(ModelError):
            tflite.read(bytes(changed))
            continue
        messages.add(_message(bytes(changed)))
    return messages


def _message(data: bytes) -> str:
    with pytest.raises(ModelError) as caught:
        tflite.read(data)
    return str(caught.value)
