"""Prints what a number of cases a day means under Enedis' quota, by simulation.

``make capacity CASES=10000 QUOTA=2`` runs it. The follow curve, the waits for a turn and the retries are read from the
template and the state machine as they are; ``--set`` changes a parameter of the template. What Enedis takes is assumed
(``scripts/capacity/model.py``), and can be changed.
"""

import argparse
import re
import sys
from collections.abc import Sequence

from scripts.capacity import first
from scripts.capacity.model import DAY, HOUR, Enedis, First, Load, Outage, Scenario, Spread, parameters, system_of
from scripts.capacity.simulation import FIRST_READ, FLOW, FOLLOW, ORDER, Measures, Simulation

WARM_UP_DAYS = 2
MARGIN_LEFT = 1 / 3
"""The part of the quota's turns that has to be left, over a day."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    system = system_of({"EnedisCallsPerSecond": options.quota, **dict(options.set)})
    enedis = Enedis(
        remote=Spread(options.remote_median * 60, options.remote_p95 * 60, DAY),
        technician_share=options.technicians,
    )
    load = Load(options.cases, options.days + WARM_UP_DAYS, seed=options.seed)
    scenario = Scenario(system, load, enedis)
    if options.outage:
        return _outage(scenario, options.outage * 60, options.waiting, options.urgent)
    measures = Simulation(scenario, WARM_UP_DAYS).run()
    print("\n".join(told(scenario, measures, options.days)))  # noqa: T201 - a command's result
    return 0 if fits(scenario, measures, options.days) else 1


def _outage(scenario: Scenario, lasts: float, waiting: int, urgent: int) -> int:
    """Compare who is first after an outage, with points that were read before it and with points that were not."""
    fit = True
    for found_read in (False, True):
        outage = Outage(first.BEGINS, lasts, waiting, min(urgent, waiting), found_read=found_read)
        found = first.compare(scenario, outage)
        print("\n".join([*first.told(found, outage), ""]))  # noqa: T201 - a command's result
        fit &= first.holds(found, First.SECOND_QUEUE, outage)
    return 0 if fit else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make capacity", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=_above_0, default=10_000, help="restorations a day (CASES=)")
    parser.add_argument("--quota", type=_above_0, default=2, help="Enedis' calls a second (QUOTA=)")
    parser.add_argument("--days", type=_whole, default=5, help="days that are measured, after two that warm up")
    parser.add_argument("--remote-median", type=_above_0, default=30, help="minutes that Enedis takes remotely, median")
    parser.add_argument("--remote-p95", type=_above_0, default=240, help="the same, 95th percentile")
    parser.add_argument("--technicians", type=_share, default=0.05, help="share of orders that need a technician")
    parser.add_argument("--seed", type=int, default=1, help="another one draws other cases")
    parser.add_argument("--outage", type=_above_0, help="minutes of an outage: tells who is first after it")
    parser.add_argument("--waiting", type=_whole, default=10_000, help="customers who pay in the outage")
    parser.add_argument("--urgent", type=_whole, default=300, help="those of them who are urgent")
    parser.add_argument(
        "--set",
        action="extend",
        nargs="*",
        type=_setting,
        default=[],
        metavar="NAME=NUMBER",
        help="parameters of the template",
    )
    return parser


def _above_0(text: str) -> float:
    number = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else 0.0
    if number <= 0:
        raise argparse.ArgumentTypeError(f"{text} is no number above 0")
    return number


def _share(text: str) -> float:
    if not 0 <= float(text) <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share from 0 to 1")
    return float(text)


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 1 upwards")
    return int(text)


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    if name not in parameters():
        raise argparse.ArgumentTypeError(f"{name} is no parameter that the simulation reads: {', '.join(parameters())}")
    return name, _above_0(value)


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
    sys.exit(main())
