"""The order of turns after an outage: order of arrival, and a second queue beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from benchmarks.capacity.model import HOUR, First, Outage, Scenario
from benchmarks.capacity.simulation import Placed, Simulation

BEGINS = 9 * HOUR
URGENT_WITHIN = 500
"""Turns of orders after the outage, within which all urgent orders are to be placed."""
LONGER = 2.0
"""How many times as long as in order of arrival the others may wait at most."""


def compare(scenario: Scenario, outage: Outage) -> Mapping[First, Sequence[Placed]]:
    """What became of each order that came during the outage, by who was first. The cases are the same each time."""
    load = replace(scenario.load, outage=outage, days=2, flow_at=None)
    return {first: Simulation(replace(scenario, load=load, first=first), warm_up_days=0).run().burst for first in First}


def told(found: Mapping[First, Sequence[Placed]], outage: Outage) -> list[str]:
    """The report, line by line."""
    reads = "points read before" if outage.found_read else "points still to be read"
    lines = [
        f"{outage.waiting:,} pay in an outage of {outage.lasts / 60:g} min, {outage.urgent:,} of them urgent; {reads}:",
        "",
        f"{'First':<14}{'placed':>8}{'last urgent, turn':>19}{'after':>9}{'others, worst':>15}{'times':>7}",
    ]
    for first, placed in found.items():
        urgent, others = of_class(placed, urgent=True), of_class(placed, urgent=False)
        lines.append(
            f"{first:<14}{len(placed):>8,}{max(each.turns for each in urgent):>19,}"
            f"{longest(urgent) / 60:>5.0f} min{longest(others) / 60:>11.0f} min{times(found, first):>7.2f}"
        )
    lines += ["", f"times: the longest wait of the others, against {First.ARRIVAL}"]
    held = [str(first) for first in First if holds(found, first, outage)]
    wanted = f"Urgent within {URGENT_WITHIN} turns, others at most {LONGER:g} times"
    return [*lines, f"{wanted}: {', '.join(held) or 'none'}"]


def of_class(placed: Sequence[Placed], *, urgent: bool) -> Sequence[Placed]:
    """The orders of one class."""
    return [each for each in placed if each.is_urgent is urgent]


def longest(placed: Sequence[Placed]) -> float:
    """The longest wait, in seconds."""
    return max((each.waited for each in placed), default=0.0)


def times(found: Mapping[First, Sequence[Placed]], first: First) -> float:
    """How many times as long as in order of arrival the others wait at worst; 1 where nobody else waits."""
    before = longest(of_class(found[First.ARRIVAL], urgent=False))
    return longest(of_class(found[first], urgent=False)) / before if before else 1.0


def holds(found: Mapping[First, Sequence[Placed]], first: First, outage: Outage) -> bool:
    """Whether all were placed, the urgent ones soon, and nobody else waited too long."""
    urgent = of_class(found[first], urgent=True)
    return (
        len(found[first]) == outage.waiting
        and all(each.turns <= URGENT_WITHIN for each in urgent)
        and times(found, first) <= LONGER
    )
