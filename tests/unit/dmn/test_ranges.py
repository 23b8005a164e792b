"""Allen's relations (DMN 1.5, table 78), beside an oracle: an open bound lies a hair inside of its value."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from dmn import feel

if TYPE_CHECKING:
    from collections.abc import Callable

HAIR = 0.1
type Interval = tuple[float, float]

RELATIONS: dict[str, Callable[[Interval, Interval], bool]] = {
    "before": lambda a, b: a[1] < b[0],
    "after": lambda a, b: a[0] > b[1],
    "meets": lambda a, b: a[1] == b[0],
    "met by": lambda a, b: a[0] == b[1],
    "overlaps": lambda a, b: a[1] >= b[0] and b[1] >= a[0],
    "overlaps before": lambda a, b: a[0] < b[0] <= a[1] <= b[1],
    "overlaps after": lambda a, b: b[0] < a[0] <= b[1] <= a[1],
    "finishes": lambda a, b: a[1] == b[1] and a[0] >= b[0],
    "finished by": lambda a, b: a[1] == b[1] and a[0] <= b[0],
    "includes": lambda a, b: a[0] <= b[0] and b[1] <= a[1],
    "during": lambda a, b: b[0] <= a[0] and a[1] <= b[1],
    "starts": lambda a, b: a[0] == b[0] and a[1] <= b[1],
    "started by": lambda a, b: a[0] == b[0] and a[1] >= b[1],
    "coincides": lambda a, b: a == b,
}
WITH_A_POINT = {
    "before": lambda a, b: a[1] < b[0],
    "after": lambda a, b: a[0] > b[1],
    "finishes": lambda a, b: a[1] == b[1],
    "during": lambda a, b: b[0] <= a[0] <= b[1],
    "starts": lambda a, b: a[0] == b[0],
}
TURNED = {"before": "after", "after": "before", "finishes": "finished by", "during": "includes", "starts": "started by"}
ENDLESS = {"(..2]": (-9.0, 2.0), "(..2)": (-9.0, 2 - HAIR), "[2..)": (2.0, 9.0), "(2..)": (2 + HAIR, 9.0)}
RANGES = {
    f"{left}{low}..{high}{right}": (low + HAIR * (left == "("), high - HAIR * (right == ")"))
    for low, high, left, right in product((1, 2, 3), (1, 2, 3, 4), "[(", "])")
    if low < high or (low == high and left + right == "[]")
}


def written(text: str) -> str:
    return f'range("{text}")' if text in ENDLESS else text


@pytest.mark.parametrize("relation", RELATIONS)
def test_ranges_lie_as_the_relation_says(relation: str) -> None:
    for (one, first), (other, second) in product((RANGES | ENDLESS).items(), repeat=2):
        text = f"{relation}({written(one)}, {written(other)})"
        assert feel.evaluate(text).value is RELATIONS[relation](first, second), text


@pytest.mark.parametrize("relation", WITH_A_POINT)
def test_points_lie_as_the_relation_says(relation: str) -> None:
    for (text, interval), point in product((RANGES | ENDLESS).items(), (0, 1, 2, 3, 4, 5)):
        expected = WITH_A_POINT[relation]((point, point), interval)
        for call in (f"{relation}({point}, {written(text)})", f"{TURNED[relation]}({written(text)}, {point})"):
            assert feel.evaluate(call).value is expected, call


def test_points_lie_in_their_order() -> None:
    for first, second in product((1, 2), repeat=2):
        for name, expected in (("before", first < second), ("after", first > second), ("coincides", first == second)):
            assert feel.evaluate(f"{name}({first}, {second})").value is expected
