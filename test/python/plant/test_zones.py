from __future__ import annotations

import pytest

from thrum.plant.zones import GROUPS, MEANING, MOUNTINGS, TABLES, limits


@pytest.mark.parametrize(
    ("group", "mounting", "expected"),
    [
        ("large", "rigid", (2.3, 4.5, 7.1)),
        ("large", "flexible", (3.5, 7.1, 11.0)),
        ("medium", "rigid", (1.4, 2.8, 4.5)),
        ("medium", "flexible", (2.3, 4.5, 7.1)),
        ("small", "rigid", (0.71, 1.8, 4.5)),
    ],
)
def test_limits_are_those_of_the_tables(
    group: str, mounting: str, expected: tuple[float, float, float]
) -> None:
    found = limits(group, mounting)
    assert found is not None
    assert (found.a, found.b, found.c) == expected
    assert found.source.startswith("ISO ")


def test_a_value_on_a_limit_belongs_to_the_better_zone() -> None:
    found = limits("medium", "rigid")
    assert found is not None
    values = (0.0, 1.4, 1.41, 2.8, 2.81, 4.5, 4.51, 1e6)
    assert "".join(map(found.zone, values)) == "AABBCCDD"


@pytest.mark.parametrize("value", [float("nan"), -1.0])
def test_no_zone_for_what_is_no_velocity(value: float) -> None:
    with pytest.raises(ValueError, match="no zone"):
        TABLES[0].zone(value)


def test_zones_are_off_without_a_group_and_named_without_doubt() -> None:
    assert limits("", "rigid") is None
    with pytest.raises(ValueError, match="must be one of large, medium, small"):
        limits("huge", "rigid")
    assert {(t.group, t.mounting) for t in TABLES} == {(g, m) for g in GROUPS for m in MOUNTINGS}
    assert all(t.a < t.b < t.c for t in TABLES)
    assert set(MEANING) == set("ABCD")
