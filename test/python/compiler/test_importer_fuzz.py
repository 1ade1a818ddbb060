"""Damaged models: an error or a network that TFLM takes as well, never a crash or a hang.

`make campaign` runs a million (THRUM_MUTATIONS); THRUM_SEED repeats the mutations of another run.
"""

from __future__ import annotations

import os
import random
import struct
import time
from collections.abc import Iterator

import pytest
from handmade import int8, int32, network, one
from single_layers import conv, dense, depthwise

from thrum.compiler import tflite
from thrum.compiler.graph import ModelError
from thrum.compiler.lowering import lower
from thrum.reference import tflm
from thrum.verification.layers import random_inputs

MUTATIONS = int(os.environ.get("THRUM_MUTATIONS", "2000"))
SEED = int(os.environ.get("THRUM_SEED", "1"))
ASKED = 300  # accepted ones, at most, that the wheel is asked about
SECONDS = 5.0  # of the processor, for one file
NUMBERS = (0, 1, 2, 3, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


@pytest.fixture(scope="module")
def models() -> list[bytes]:
    resize = {"align_corners": False, "half_pixel_centers": True}
    graphs = [
        dense(5, 3),
        dense(5, 3, channels=True, batch=2),
        conv(3, 2, 3),
        depthwise(3, 2, 2),
        one("SLICE", [int8(1, 6, 4), int32(0, 2, 1), int32(-1, -1, 2), int8(1, 4, 2)]),
        one("RESIZE_NEAREST_NEIGHBOR", [int8(1, 2, 3, 1), int32(3, 4), int8(1, 3, 4, 1)], **resize),
    ]
    return [network(graph).data for graph in graphs]


def _mutated(rng: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(damaged) - 4)
        word = struct.unpack_from("<I", damaged, at)[0]
        choice = rng.randrange(6)
        if choice == 0:
            damaged[at] = rng.randrange(256)
        elif choice == 1:
            damaged[at] ^= 1 << rng.randrange(8)
        elif choice == 2:
            struct.pack_into("<I", damaged, at, rng.choice((*NUMBERS, rng.randrange(300))))
        elif choice == 3:
            step = rng.choice((-4, -2, -1, 1, 2, 4))
            struct.pack_into("<I", damaged, at, (word + step) & 0xFFFFFFFF)
        elif choice == 4:
            other = rng.randrange(len(damaged) - 4)
            damaged[at : at + 4] = damaged[other : other + 4]
        elif len(damaged) > 64:
            del damaged[at : at + rng.choice((1, 4, 16))]
    return bytes(damaged)


def _accepted(models: list[bytes]) -> Iterator[bytes]:
    """Every mutant that the importer takes."""
    rng = random.Random(SEED)
    for _ in range(MUTATIONS):
        data = _mutated(rng, rng.choice(models))
        start = time.process_time()
        try:
            lower(tflite.read(data))
        except ModelError as error:
            assert str(error)
        else:
            yield data
        assert time.process_time() - start < SECONDS


def _tflm_takes(data: bytes) -> bool:
    """In a child process, which a damaged model may end."""
    child = os.fork()
    if child == 0:
        try:
            graph = tflite.read(data)
            tflm.layers(data, graph, random_inputs(graph, 2))
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(not tflm.available(), reason="tflite_micro: Linux x86-64 only")
def test_a_mutant_is_refused_or_taken_by_tflm_as_well(models: list[bytes]) -> None:
    accepted = list(_accepted(models))
    assert MUTATIONS // 100 < len(accepted) < MUTATIONS // 2
    chosen = random.Random(SEED).sample(accepted, min(ASKED, len(accepted), MUTATIONS // 20))
    refused = [data.hex() for data in chosen if not _tflm_takes(data)]
    assert not refused, f"{len(refused)} of {len(chosen)}, one of them: {refused[0]}"
