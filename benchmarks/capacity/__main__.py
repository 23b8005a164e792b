"""Prints what a number of cases a day means under Enedis' quota, by simulation.

``make capacity CASES=10000 QUOTA=2`` runs it. The follow curve, the waits for a turn and the retries are read from the
template and the state machine as they are; ``--set`` changes a parameter of the template. What Enedis takes is assumed
(``benchmarks/capacity/model.py``), and can be changed.
"""

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from benchmarks.capacity import first
from benchmarks.capacity.model import DAY, HOUR, Enedis, First, Load, Outage, Scenario, Spread, parameters, system_of
from benchmarks.capacity.simulation import FIRST_READ, FLOW, FOLLOW, ORDER, Measures, Simulation

WARM_UP_DAYS = 2
MARGIN_LEFT = 1 / 3
"""The part of the quota's turns that has to be left, over a day."""


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def capacity(  # noqa: PLR0913, PLR0917 - options of one command
    cases: Annotated[float, typer.Option(min=1, help="Restorations a day (CASES=).")] = 10_000,
    quota: Annotated[float, typer.Option(min=0.01, help="Enedis' calls a second (QUOTA=).")] = 2,
    days: Annotated[int, typer.Option(min=1, help="Days that are measured, after two that warm up.")] = 5,
    remote_median: Annotated[float, typer.Option(min=0.1, help="Minutes that Enedis takes remotely, median.")] = 30,
    remote_p95: Annotated[float, typer.Option(min=0.1, help="The same, 95th percentile.")] = 240,
    technicians: Annotated[float, typer.Option(min=0, max=1, help="Share of orders that need a technician.")] = 0.05,
    seed: Annotated[int, typer.Option(help="Another one draws other cases.")] = 1,
    outage: Annotated[float | None, typer.Option(min=0.1, help="Minutes; tells who is first after it.")] = None,
    waiting: Annotated[int, typer.Option(min=1, help="Customers who pay in the outage.")] = 10_000,
    urgent: Annotated[int, typer.Option(min=1, help="Those of them who are urgent.")] = 300,
    changed: Annotated[list[str] | None, typer.Option("--set", help="NAME=NUMBER: a parameter; repeatable.")] = None,
) -> None:
    """Print what a number of cases a day means under Enedis' quota, by simulation."""
    system = system_of({"EnedisCallsPerSecond": quota, **dict(map(_setting, changed or ()))})
    remote = Spread(remote_median * 60, remote_p95 * 60, DAY)
    load = Load(cases, days + WARM_UP_DAYS, seed=seed)
    scenario = Scenario(system, load, Enedis(remote=remote, technician_share=technicians))
    if outage:
        raise typer.Exit(_outage(scenario, outage * 60, waiting, urgent))
    measures = Simulation(scenario, WARM_UP_DAYS).run()
    typer.echo("\n".join(told(scenario, measures, days)))
    raise typer.Exit(0 if fits(scenario, measures, days) else 1)


def _outage(scenario: Scenario, lasts: float, waiting: int, urgent: int) -> int:
    """Compare who is first after an outage, with points that were read before it and with points that were not."""
    fit = True
    for found_read in (False, True):
        outage = Outage(first.BEGINS, lasts, waiting, min(urgent, waiting), found_read=found_read)
        found = first.compare(scenario, outage)
        typer.echo("\n".join([*first.told(found, outage), ""]))
        fit &= first.holds(found, First.SECOND_QUEUE, outage)
    return 0 if fit else 1


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    if name not in parameters() or not re.fullmatch(r"\d+(\.\d+)?", value) or not float(value):
        raise typer.BadParameter(f"{text} is no NAME=NUMBER above 0, of {', '.join(parameters())}")
    return name, float(value)


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which a part of all lies; 0 where there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def used(scenario: Scenario, measures: Measures, days: int) -> float:
    """The part of the quota's turns that was used."""
    return sum(measures.calls.values()) / days / scenario.system.quota.calls_a_day


def fits(scenario: Scenario, measures: Measures, days: int) -> bool:
    """Whether a third of the turns is left, no backlog lasts over the night, and no execution gave up."""
    at_night = measures.waiting[4 * 60 :: 24 * 60]  # at four in the morning of each day
    return (
        used(scenario, measures, days) <= 1 - MARGIN_LEFT
        and not measures.gave_up
        and max(at_night, default=0) <= max(10.0, scenario.load.cases_a_day / 1000)
    )


def told(scenario: Scenario, measures: Measures, days: int) -> list[str]:
    """The report, line by line."""
    curve, quota, load = scenario.system.curve, scenario.system.quota, scenario.load
    by_kind = {kind: measures.calls[kind] / days for kind in (FIRST_READ, ORDER, FOLLOW, FLOW)}
    total = sum(by_kind.values())
    busiest = max(measures.calls_by_hour.values(), default=0) / (quota.calls_a_day / 24)
    lines = [
        f"{load.cases_a_day:,.0f} cases a day, {quota.calls_per_second:g} calls a second, {days} days simulated",
        f"Follow curve: {curve.first:g} s, then {curve.growth:g} times the wait before, {curve.longest:g} s at most:",
        f"  {curve.reads_within(2 * HOUR)} reads for 2 hours, {curve.reads_within(DAY)} for a day",
        "",
        f"Calls a day         {total:>10,.0f}  {total / load.cases_a_day:.1f} for each case",
        *(f"  {kind:<25}{count:>7,.0f}" for kind, count in by_kind.items()),
        (
            f"Turns a day         {quota.calls_a_day:>10,.0f}  {used(scenario, measures, days):.0%} of them used,"
            f" {busiest:.0%} in the busiest hour"
        ),
        "",
        f"{'':<28}{'p50':>10}{'p95':>10}{'p99':>10}",
    ]
    for name, values in (
        ("Wait of a read for its turn", measures.read_waits),
        ("Wait of an order", measures.order_waits),
        ("Payment to accepted order", measures.to_order),
        ("Time to power, over Enedis'", measures.late_power),
        ("Power to our knowing it", measures.late_knowledge),
    ):
        lines.append(f"{name:<28}" + "".join(f"{seconds(percentile(values, part)):>10}" for part in (0.5, 0.95, 0.99)))
    lines += ["", "Backlog over the last day    " + "".join(f"{hour:>6} h" for hour in range(0, 24, 4))]
    last = len(measures.waiting) // (24 * 60) - 1
    for name, each_minute in (("executions that run", measures.running), ("  that wait for a turn", measures.waiting)):
        of_day = each_minute[last * 24 * 60 :]
        peaks = (max(of_day[hour * 60 : (hour + 4) * 60], default=0) for hour in range(0, 24, 4))
        lines.append(f"{name:<29}" + "".join(f"{peak:>8,}" for peak in peaks))
    lines += [
        "",
        f"Turns refused {measures.refused_turns:,}, orders put back {measures.put_back:,}",
        f"Executions that outlived their retries {measures.gave_up:,}",
    ]
    if fits(scenario, measures, days):
        lines.append("It fits: a third of the turns is left, and no backlog lasts over the night.")
    else:
        lines.append("It does NOT fit. Ask Enedis for a higher quota, or raise FollowFirstWaitSeconds:")
        lines.append('  make capacity CASES=… QUOTA=… ARGS="--set FollowFirstWaitSeconds=900"')
    return lines


def seconds(value: float) -> str:
    """A duration for people: 4.2 s, 12 min, 3.5 h."""
    if value < 90:  # noqa: PLR2004 - up to a minute and a half, seconds say more
        return f"{value:.1f} s"
    return f"{value / 60:.0f} min" if value < 1.5 * HOUR else f"{value / HOUR:.1f} h"


if __name__ == "__main__":
    app(prog_name="make capacity")
