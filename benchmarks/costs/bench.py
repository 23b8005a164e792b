"""What the process and its supervision cost, reckoned from a price file and from what runs on the embedded cloud used.

``make costs`` plays two runs: payments that concern nobody, and payments that restore limited customers. What the
second used beyond the first, divided by its cases, is a case. What AWS bills by the month stands apart.

Enedis carries out an order before the point is read first; each further look is four states and two calls more.
Durations are those of this machine, so Lambda's gigabyte-seconds are as rough as the comparison of its processor with
AWS's. Pollers' empty receives are reckoned, not counted: Lambda polls a queue with five long polls of 20 s at once.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Column, Table

from benchmarks.costs.usage import SUPERVISION, Amounts, Meter, amounts
from local.customers import Numbering, card_payment
from local.demo.crowd import crowd
from local.stage import Stage, deployed_stage
from local.stage.visitor import Visitor
from ops.template import templates

PRICES = Path(__file__).with_name("prices.yaml")
BEGIN = datetime(2026, 5, 4, 9, tzinfo=UTC)
DAY = date(2026, 5, 4)
PATIENCE_SECONDS = 300
MONTH_SECONDS = 30 * 86400
POLLS_AT_ONCE, POLL_SECONDS = 5, 20
SHOWN = 6
"""The largest items that are named."""
LIVING_LOOKS = 6
"""A page looks every five seconds whether it has changed."""


def prices(path: Path = PRICES) -> Mapping[str, float]:
    """What a unit costs in dollars, by its name in the price file."""
    content: Mapping[str, Mapping[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: float(each["usd"]) / float(each["per"]) for name, each in content.items()}


@contextmanager
def metered(*, channels: bool = False) -> Iterator[tuple[Stage, Meter]]:
    """A stage whose calls are counted. Its visitors look faster than people do."""
    settings = {"FollowFirstWaitSeconds": "1", "FollowMaxWaitSeconds": "1", "RequestsPerSecond": "1000"}
    with deployed_stage(parameters=settings, warm=True, enedis_step_seconds=0.05, channels=channels) as stage:
        meter = Meter()
        stage.cloud.dispatcher.interceptors.append(meter)
        yield stage, meter


def use_of(stage: Stage, meter: Meter, act: Callable[[], object], times: int) -> Amounts:
    """What something used that was done so many times: each time."""
    before = amounts(stage, meter)
    act()
    settle(stage)
    used = {key: value - before.get(key, 0) for key, value in amounts(stage, meter).items()}
    return {key: value / times for key, value in used.items() if value > 0}


def use_of_others(payments: int) -> Amounts:
    """What payments used that concern nobody, each."""
    with metered() as (stage, meter):
        return use_of(stage, meter, lambda: stage.put(list(crowd(payments))), payments)


def use_of_cases(cases: int) -> tuple[Amounts, int]:
    """What limited customers used who pay their debt and get their power back, each; and how many metrics there are."""
    with metered() as (stage, meter):
        numbering = Numbering()
        customers = [numbering.customer(120.0) for _ in range(cases)]
        for each in customers:
            stage.limit(each, BEGIN - timedelta(days=3), DAY)
        settle(stage)
        payments = [card_payment(each, BEGIN, "") for each in customers]
        used = use_of(stage, meter, lambda: stage.put(payments), cases)
        restored = sum("RESTORED" in stage.watch.of(each.limitation_id).outcomes for each in customers)
        if restored != cases:
            raise SystemExit(f"{restored} of {cases} customers were restored: there is nothing to reckon with")
        return used, len(own_metrics(stage))


def use_of_visits(visits: int) -> Amounts:
    """What a customer's visit used: they come in, look for half a minute, and leave."""
    with metered(channels=True) as (stage, meter):
        customer = Numbering().customer(120.0)
        stage.limit(customer, BEGIN - timedelta(days=3), DAY)
        settle(stage)
        stage.put([card_payment(customer, BEGIN, "", 20.0)])
        settle(stage)
        visitors = [Visitor(stage.site) for _ in range(visits)]

        def visit() -> None:
            for visitor in visitors:
                page = visitor.come_in(stage, customer)
                live = re.findall(r'data-live="([^"]+)"', page)[0]
                for _ in range(LIVING_LOOKS):
                    visitor.get(live)
                visitor.leave(page)

        used = use_of(stage, meter, visit, visits)
        requests = sum(len(visitor.took) for visitor in visitors)
        return {**used, ("http_api_requests", "pages"): requests / visits}


def own_metrics(stage: Stage) -> set[tuple[str, str]]:
    """The metrics of the stack's own namespace: each is billed by the month, whatever its values."""
    stack = stage.cloud.outputs["EventBusName"]
    pages = stage.cloud.client("cloudwatch").get_paginator("list_metrics").paginate(Namespace=stack)
    return {(each["MetricName"], str(each["Dimensions"])) for page in pages for each in page["Metrics"]}


def settle(stage: Stage) -> None:
    """Wait until nothing goes on any more, and what was logged is recorded."""
    cloud = stage.cloud
    cloud.wait_until(lambda: not cloud.going_on(), PATIENCE_SECONDS, "the end of all that runs")
    cloud.invoke("ReconcileExecutionsFunction", {})
    cloud.wait_until(lambda: not cloud.going_on(waiting=False), PATIENCE_SECONDS, "the end of the record")


def monthly(own_metrics: int) -> Amounts:
    """What is billed by the month, however much is done: counted in both templates."""
    kinds: dict[str, int] = defaultdict(int)
    alarm_metrics = 0
    core, companion, _ = templates()
    resources = {**companion["Resources"], **core["Resources"]}
    for each in resources.values():
        kinds[each["Type"]] += 1
        if each["Type"] == "AWS::CloudWatch::Alarm":
            stated = each["Properties"].get("Metrics")
            alarm_metrics += sum("MetricStat" in metric for metric in stated) if stated else 1
    polls = kinds["AWS::Lambda::EventSourceMapping"] * POLLS_AT_ONCE * MONTH_SECONDS / POLL_SECONDS
    return {
        ("custom_metrics", "our own metrics"): own_metrics,
        ("alarm_metrics", "alarms"): alarm_metrics,
        ("composite_alarms", "composite alarms"): kinds["AWS::CloudWatch::CompositeAlarm"],
        ("dashboards", "dashboards"): kinds["AWS::CloudWatch::Dashboard"],
        ("keys", "keys"): kinds["AWS::KMS::Key"],
        ("secrets", "secrets"): kinds["AWS::SecretsManager::Secret"],
        ("sqs_requests", "empty receives"): polls,
    }


def is_supervision(what: str, by: str) -> bool:
    """Whether only supervision needs it: its functions and tables, and the machine's log that they read."""
    return what == "vended_log_gigabytes" or any(name in by for name in SUPERVISION)


def reckoned(found: Amounts, factor: float, list_of: Mapping[str, float]) -> list[tuple[str, str, float, bool]]:
    """Each item in dollars: what is billed, by what, how much, and whether it is supervision's; the largest first."""
    items = [
        (what, by, value * factor * list_of[what], is_supervision(what, by)) for (what, by), value in found.items()
    ]
    return sorted(items, key=lambda item: -item[2])


def table_of(title: str, items: list[tuple[str, str, float, bool]]) -> Table:
    figures = (Column(name, justify="right") for name in ("process", "supervision"))
    table = Table("what", *figures, title=title, title_justify="left")
    for what, by, usd, own in items[:SHOWN]:
        table.add_row(f"{what.replace('_', ' ')}: {by}", "" if own else f"{usd:.2f}", f"{usd:.2f}" if own else "")
    if rest := items[SHOWN:]:
        table.add_row("all else", *sums(rest))
    table.add_section()
    table.add_row("in all", *sums(items))
    return table


def sums(items: list[tuple[str, str, float, bool]]) -> Iterator[str]:
    """What the process costs, and supervision."""
    return (f"{sum(usd for _, _, usd, own in items if own is wanted):.2f}" for wanted in (False, True))


def main() -> None:
    """Play, reckon and print."""
    parser = argparse.ArgumentParser(prog="make costs", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--payments", type=int, default=500, help="payments that concern nobody")
    parser.add_argument("--cases", type=int, default=40, help="customers who are restored")
    parser.add_argument("--visits", type=int, default=20, help="visits of a customer to their page")
    options = parser.parse_args()
    console, list_of = Console(width=100, highlight=False), prices()
    payment = use_of_others(options.payments)
    case, metrics = use_of_cases(options.cases)
    visit = use_of_visits(options.visits)
    for title, found, factor in (
        ("A million payments that concern nobody, in US dollars", payment, 1e6),
        ("A thousand restored customers, in US dollars", case, 1e3),
        ("A thousand visits of customers to their pages, in US dollars", visit, 1e3),
        ("By the month, whatever is done, in US dollars", monthly(metrics), 1),
    ):
        console.print(table_of(title, reckoned(found, factor, list_of)))
    console.print(f"From {options.payments} payments and {options.cases} cases on the embedded cloud.")


if __name__ == "__main__":
    main()
