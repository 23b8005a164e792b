"""Where the eight steps stand in the picture of the whole, and where the states stand in the picture of each step.

The steps stand in a row, the bank above it and the advisors below, so that numbers find room. In a step, its states
stand from top to bottom in their order; the steps from which cases come stand to the left, those to which they go on,
and endings, to the right.
"""

from collections.abc import Mapping, Sequence

from record.domain.steps import Pair, seen_from
from scripts.process.machine import Machine

type Place = tuple[float, float]
"""A column and a row."""

PLACES: Mapping[str, Place] = {
    "Take charge": (0, 0),
    "Check": (1, 0),
    "Order": (2, 0),
    "Follow": (3, 0),
    "Settle": (4, 0),
    "Power back": (5, 0),
    "Wait for the bank": (1, -1),
    "Ask an advisor": (3, 1),
}


def ways_in(machine: Machine, step: str) -> dict[Pair, list[Pair]]:
    """The ways of the picture of a step or of all steps (``""``), each with the ways of states that it stands for."""
    found: dict[Pair, list[Pair]] = {}
    for way in machine.pairs:
        if seen := seen_from(step, way):
            found.setdefault(seen, []).append(way)
    return found


def places_in(machine: Machine, step: str) -> Mapping[str, Place]:
    """The place of each box of a step's picture, or of that of all steps (``""``)."""
    if not step:
        return PLACES
    inside, ways = machine.of(step), ways_in(machine, step)
    endings = [state.name for state in inside if state.type == "Succeed"]
    rows = {
        state.name: row for row, state in enumerate(inside) if state.name not in endings or len(endings) == len(inside)
    }
    came: dict[str, list[int]] = {}
    went: dict[str, list[int]] = {}
    for source, target in ways:
        if source not in rows:
            came.setdefault(source, []).append(rows.get(target, len(rows) - 1))
        if target not in rows and source in rows:
            went.setdefault(target, []).append(rows[source])
    places: dict[str, Place] = {state: (1, row) for state, row in rows.items()}
    for column, beside in ((0, came), (2, went)):
        means = {name: sum(its) / len(its) for name, its in beside.items()}
        wanted = sorted(means, key=lambda name: (means[name], endings.index(name) if name in endings else -1))
        spread = _apart([means[name] for name in wanted], max(len(rows), len(beside)) - 1)
        places |= {name: (column, row) for name, row in zip(wanted, spread, strict=True)}
    return places


def _apart(wanted: Sequence[float], last: float) -> Sequence[float]:
    """Rows as near as can be to those that are wanted, one apart."""
    found: list[float] = []
    for row in wanted:
        found.append(max(row, found[-1] + 1) if found else row)
    for place in reversed(range(len(found))):
        found[place] = min(found[place], last)
        last = found[place] - 1
    return found
