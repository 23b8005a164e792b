"""*Valeur* on the deployed stack says what histories, the bus and the partners' journals say, though lines are lost."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest

from embedded_cloud.subscriptions import BusEvent
from local.console.__main__ import ask_of
from local.customers import entry
from local.stage import Customer
from restoration.clock import utc_now
from tests.end_to_end.recorded import Record, all_executions, recorded_counts, troubled, wait_until_healed
from tests.end_to_end.recount import AT_ENEDIS, Recount, Stay, Told
from tests.end_to_end.world import World

OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: all executions are counted here."""
PARTS = ("billing", "bank", "us", "enedis")


@dataclass(frozen=True)
class Payments:
    """What was paid: when, as the tests' customers did, and when it came onto the bus; by the payment's id."""

    paid: Mapping[str, datetime | None]
    told: Mapping[str, datetime]
    of: Mapping[str, Sequence[str]]
    """The payments of a limitation, in their order."""


@dataclass(frozen=True)
class Page:
    """The tables of the page, each with its rows, as its CSV has them."""

    tables: Sequence[Sequence[Sequence[str]]]

    def row(self, name: str) -> Sequence[str]:
        return next(row for rows in self.tables for row in rows if row[0] == name)


def play(world: World) -> Payments:
    """Customers of each kind, the second half with lines lost; then two nights of billing's dunning."""
    told: dict[str, datetime] = {}
    paid: dict[str, datetime | None] = {}
    of: dict[str, list[str]] = {}

    def hear(event: BusEvent) -> None:
        if event.content["detail-type"] == "PaymentReceived":
            told.setdefault(event.content["detail"]["paymentId"], datetime.fromisoformat(event.content["time"]))

    def pay(customer: Customer, ago: timedelta | None, amount: float | None = None, **more: Any) -> str:
        at = None if ago is None else utc_now() - ago
        more |= {} if at is None else {"paidAt": at.isoformat()}
        payment_id = world.pay(customer, amount=amount, **more)
        paid[payment_id] = at
        of.setdefault(customer.limitation_id, []).append(payment_id)
        return payment_id

    def play_kinds() -> None:
        card, technician, parts, cheque, untold, poor, asked = (
            world.limited_customer(remotely_operable=number != 1) for number in range(7)
        )
        pay(card, timedelta(minutes=40))
        pay(technician, timedelta(days=2))
        pay(untold, None)
        pay(poor, timedelta(hours=1), 1.0)
        pay(parts, timedelta(hours=7), 20.0)
        world.wait_for_outcomes(parts, "BALANCE_DUE")
        pay(parts, timedelta(minutes=3), 100.0)
        waiting = pay(cheque, timedelta(days=3), means="CHEQUE", status="RECEIVED")
        world.wait_until_it_waits(cheque, "WaitForBank")
        at = "2026-05-04T10:00:00Z"
        world.put("PaymentCleared", paymentId=waiting, contractIds=[cheque.contract_id], at=at)
        world.dispute(asked)
        pay(asked, timedelta(minutes=5))
        for each in (card, technician, cheque, untold, asked):
            world.wait_for_outcomes(each, "RESTORED")
        world.wait_for_outcomes(poor, "BALANCE_DUE")
        world.wait_for_outcomes(parts, "BALANCE_DUE", "RESTORED")

    world.cloud.subscriptions.on_event(hear)
    play_kinds()
    with troubled(world) as lost:
        play_kinds()
    assert lost["lines"] > 0
    for item in world.table("LimitationsTable").scan()["Items"]:
        # Where billing does not say when they paid, a case is measured from when the register noted the payment.
        told |= {
            name: datetime.fromisoformat(noted["at"])
            for fact, noted in item["noted"].items()
            if paid.get(name := fact.partition("|")[2].rpartition(":")[0], utc_now()) is None
        }
    return Payments(paid, told, of)


@pytest.fixture(scope="module")
def payments(world: World) -> Payments:
    return play(world)


@pytest.fixture(scope="module")
def confirmed(world: World, payments: Payments) -> Sequence[Mapping[str, object]]:
    """What billing confirmed in two nights; all of the second comes twice."""
    assert payments
    nights = [world.billing.night_of_dunning(utc_now()) for _ in range(2)]
    sent = [each for night in (*nights, nights[1]) for each in night]
    world.put_entries([entry("RemindersSuppressed", each) for each in sent])
    return [each for night in nights for each in night]


@pytest.fixture(scope="module")
def recount(world: World, record: Record, payments: Payments) -> Recount:
    assert payments
    executions = all_executions(world)
    wait_until_healed(world, record, executions)
    found = Recount.of(world.cloud.client("stepfunctions"), [each.arn for each in executions])
    world.wait(
        lambda: all(recorded_counts(record, told.arn) == {end.redrives for end in told.ends} for told in found.all),
        "the count of each end",
    )
    return found


@pytest.fixture(scope="module")
def page(world: World, recount: Recount, confirmed: Sequence[Mapping[str, object]]) -> Page:
    """The page as it is shown, once all of billing's word is counted."""
    assert recount

    def shown() -> Page:
        html = ask_of(world.stage)({"screen": "value", "lang": "en", "widgetContext": {}})
        sheets = re.findall(r'<pre class="csv"[^>]*>(.*?)</pre>', html, re.DOTALL)
        return Page([list(csv.reader(unescape(each).splitlines())) for each in sheets])

    world.cloud.pass_minutes()
    world.wait(
        lambda: shown().row("reminders that did not leave since we asked")[1] == str(len(confirmed)), "reminders"
    )
    return shown()


def restored(recount: Recount, payments: Payments) -> Iterator[tuple[Told, datetime | None, datetime, datetime]]:
    """Each case that an order brought back: when they paid, when billing told it, when power was back."""
    for told, end in recount.ends:
        if end.outcome == "RESTORED":
            certain = next(each.entered for each in told.stays if each.state == "ReadPoint")
            before = [each for each in payments.of[told.limitation] if payments.told[each] <= certain]
            shown = [each.left for each in told.stays if each.state == "ReadCase" and each.left][-1]
            yield told, payments.paid[before[-1]], payments.told[before[-1]], shown


def waited(stays: Sequence[Stay], states: set[str], since: datetime, until: datetime) -> timedelta:
    """From the first of some states to the last, our brief steps between them included, within a time."""
    its = [each for each in stays if each.state in states and each.left and each.left > since and each.entered < until]
    if not its:
        return timedelta()
    first, last = its[0], its[-1]
    return min(last.left or until, until) - max(first.entered, since)


def split(told: Told, paid: datetime | None, heard: datetime, shown: datetime) -> Mapping[str, timedelta]:
    bank = waited(told.stays, {"WaitForBank"}, heard, shown)
    enedis = waited(told.stays, AT_ENEDIS, heard, shown)
    asked = (each for each in told.stays if each.state == "CheckPayment" and each.left and each.left > heard)
    billing = sum((each.left - max(each.entered, heard) for each in asked if each.left), timedelta())
    ours = shown - heard - bank - enedis - billing
    return {"billing": billing + (heard - paid if paid else timedelta()), "bank": bank, "us": ours, "enedis": enedis}


def test_time_after_paying_and_who_took_it(page: Page, recount: Recount, payments: Payments) -> None:
    exact: dict[str, list[float]] = {}
    longest: Counter[str] = Counter()
    for told, paid, heard, shown in restored(recount, payments):
        parts = {part: took.total_seconds() * 1000 for part, took in split(told, paid, heard, shown).items()}
        for part, took in parts.items():
            if paid or part != "billing":
                exact.setdefault(part, []).append(took)
        if paid:
            exact.setdefault("all", []).append(sum(parts.values()))
            longest[told.limitation] = round(sum(parts.values()))
    names = {"billing": "billing", "bank": "the bank", "us": "we, with advisors", "enedis": "Enedis", "all": "in all"}
    rows = next(rows for rows in page.tables if rows[0][0] == "Who")
    found = {name: next(row for row in rows if row[0] == shown) for name, shown in names.items()}
    assert {name: int(row[1]) for name, row in found.items()} == {name: len(took) for name, took in exact.items()}
    assert (len(exact["us"]), len(exact["all"])) == (12, 10)
    for name, row in found.items():
        right = sorted(exact[name])[(len(exact[name]) - 1) // 2]
        assert float(row[2]) == pytest.approx(right, rel=0.021, abs=2), name
    slowest = next(rows for rows in page.tables if rows[0][0] == "Case")[1:]
    assert {row[0]: int(row[1]) for row in slowest} == pytest.approx(dict(longest.most_common(10)), abs=2)
    assert [int(row[1]) for row in slowest] == sorted((int(row[1]) for row in slowest), reverse=True)
    assert [sum(map(int, row[2:6])) for row in slowest] == pytest.approx([int(row[1]) for row in slowest], abs=2)


def test_minutes_reminders_messages_and_orders(
    world: World, page: Page, recount: Recount, confirmed: Sequence[Mapping[str, object]]
) -> None:
    alone = Counter(
        end.outcome for told, end in recount.ends if told in recount.payers and "WaitForAdvisor" not in told.path
    )
    rows = next(rows for rows in page.tables if rows[0][0] == "The advisor's question")[1:-1]
    assert sorted(int(row[1]) for row in rows) == sorted(alone.values())
    assert alone == {"RESTORED": 10, "BALANCE_DUE": 4}
    ours = {each["detail"]["id"] for each in world.stage.watch.published()}
    assert {each["requestId"] for each in confirmed} <= ours, "each is held since we asked"
    assert page.row("Reminders that did not leave: letters")[1] == str(len(confirmed))
    sent = sum(1 for _ in world.stage.items("MessagesTable", "sentAt"))
    assert page.row("Messages to customers")[1] == str(sent)
    orders = Counter(each.intent.value for each in world.enedis.network.journal.orders())
    for intent, name in (("REMOTE", "remote"), ("TECHNICIAN", "technician")):
        assert page.row(f"Enedis' interventions: {name}")[1] == str(orders[intent])
