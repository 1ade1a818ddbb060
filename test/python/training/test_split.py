"""Arrays that training sees: split by machine, compared by value."""

from __future__ import annotations

import dataclasses

import numpy as np

from thrum import config
from thrum.training.split import Part, Split, digest, split

CFG = config.load()


def test_no_machine_is_in_two_parts() -> None:
    machines = np.repeat(np.arange(40, dtype=np.int32), 3)
    z = np.repeat(machines.astype(np.uint8)[:, None], CFG.features.bands, axis=1)
    parts = split(z, np.zeros(len(z), np.int8), machines)
    seen = [set(np.rint(part.x[:, 0] * 32)) for part in (parts.train, parts.stop, parts.test)]
    assert len(set.union(*seen)) == 40 == sum(map(len, seen))


def test_the_network_sees_the_largest_deviation_first() -> None:
    z = np.arange(CFG.features.bands, dtype=np.uint8)[np.newaxis]
    part = split(z, np.zeros(1, np.int8), np.zeros(1, np.int32)).test
    assert (part.x[0] * 32 == z[0, ::-1]).all()


def _parts(first: int) -> Split:
    part = Part(np.full((2, 32), first, np.float32), np.array([0, 1], np.int8))
    return Split(train=part, stop=part, test=part)


def test_arrays_are_compared_by_value() -> None:
    assert digest(_parts(1)) == digest(_parts(1)) != digest(_parts(2))
    own = dataclasses.replace(_parts(1), own=_parts(1).train)
    assert digest(own) != digest(_parts(1))
