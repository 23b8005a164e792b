"""Ways between states and between steps, and how long a case stays in a step."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise

from record.domain.states import STEP_OF
from record.domain.visit import Visit

type Pair = tuple[str, str]
"""A way between two states, by their names."""


def seen_from(step: str, way: Pair) -> Pair | None:
    """Between what a way leads in the picture of a step: its states, and the steps around it as ``from Check``.

    In the picture of all steps (``""``) ways lead between steps. None where a way is not in the picture.
    """
    (source, target), (left, entered) = way, (STEP_OF.get(way[0], ""), STEP_OF.get(way[1], ""))
    if not step:
        return (left, entered) if left != entered and left and entered else None
    if step not in {left, entered}:
        return None
    return source if left == step else f"from {left}", target if entered == step else f"to {entered}"


def stays_in_steps(visits: Iterable[Visit], redrives: int) -> Mapping[str, Sequence[int]]:
    """How long a case was in each step, for each of its stays there that ended after so many redrives (milliseconds).

    A stay lasts from its first state to the end of its last one; a state of another version of the machine is in none.
    """
    found: dict[str, list[int]] = {}
    for step, its in groupby(visits, key=lambda each: STEP_OF.get(each.state, "")):
        first, *_, last = [*its] * 2
        if step and last.left_at is not None and last.left_in == redrives:
            found.setdefault(step, []).append(last.left_at - first.entered_at)
    return found


def ways_of(visits: Iterable[Visit]) -> str:
    """The ways that a case took, each once, as chains of states: ``Begin>TakeCharge>IsItOurs TakeCharge>Begin``."""
    told, last = "", ""
    for before, after in dict.fromkeys(pairwise(each.state for each in visits)):
        told += f">{after}" if before == last else f" {before}>{after}"
        last = after
    return told.strip()


def pairs_in(told: str) -> Sequence[str]:
    """The ways in such chains, each as ``Begin>TakeCharge``."""
    return [">".join(pair) for chain in told.split() for pair in pairwise(chain.split(">"))]
