"""``ops outage``: since when Enedis has been out of reach, what waits for it, and how long that will take then."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from ops.account import Account
from ops.cases.executions import FoundCase, Search, find_cases
from ops.failures import WrongRequest
from ops.moments import age, lasting
from ops.screen import Screen, counted, moment
from ops.tools import ChangingOrShowing, Tools
from record.adapters.dynamodb.plain import plain
from record.domain.states import Party, state_of
from restoration.adapters.enedis.soap.outage import OutageRecord
from restoration.contracts.partner_settings import EnedisSettings

BREAKER, OUTAGE = "enedis", "outage"
URGENT_QUEUE, QUEUE = "enedis-orders-urgent", "enedis-orders"
URGENT_WORKERS = 4
"""How many urgent orders are placed at the same time, as the core's template has it."""
FOLLOWED = "WaitForEnedis"
_LOOKED_INTO = 400
"""The histories of so many take less than a minute, should the record know none of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """The orders of one class that wait.

    Parameters
    ----------
    queued
        Orders that wait in their queue; ``in_hand`` are those that a worker has.
    drain_seconds
        How long it takes at least until the last of them is placed, under the quota, once Enedis responds.
    """

    queued: int
    in_hand: int
    drain_seconds: int = 0

    @property
    def orders(self) -> int:
        return self.queued + self.in_hand


@dataclass(frozen=True, slots=True)
class Outage:
    """What is known of an outage.

    Parameters
    ----------
    began_at
        None when there is none.
    breaker
        The state of the breaker: closed, open or half_open.
    opened_at
        When the breaker opened last: it does again with each probe that fails.
    urgent
        The urgent orders that wait; ``others`` are all other ones.
    states
        How many running executions are in each state that waits for Enedis.
    oldest
        The one of those that waits longest.
    unread
        How many running executions were not looked into.
    calls
        How many calls the cases need at least; ``drain_seconds`` is how long those take under the quota.
    """

    began_at: datetime | None
    breaker: str
    opened_at: datetime | None
    urgent: Line
    others: Line
    states: Mapping[str, int]
    oldest: FoundCase | None
    unread: int
    calls: int
    drain_seconds: int


def outage(
    tools: ChangingOrShowing,
    reset: Annotated[
        bool, typer.Option("--reset", help="Close the breaker by hand: you have seen Enedis respond.")
    ] = False,
) -> None:
    """Show since when Enedis has been out of reach, what waits, and how long it will take to drain."""
    found = look(tools)
    if reset:
        _reset(tools, found)
        return
    tools.screen.json(found)
    _show(tools.screen, found, tools.clock())


def look(tools: Tools) -> Outage:
    """Read the breaker, the outage's record, the queues of orders, and the executions that wait for Enedis."""
    from restoration.adapters.enedis.soap.quota import margin_of  # noqa: PLC0415 - its imports take a while

    account = tools.account
    access = {"TableName": account.name("enedis-access"), "Key": {"name": {"S": BREAKER}}}
    breaker = plain(account.client("dynamodb").get_item(**access, ConsistentRead=True).get("Item", {}))
    waiting = find_cases(account, Search(statuses=("RUNNING",), waits_for=Party.ENEDIS, limit=_LOOKED_INTO))
    states = dict(Counter(each.state or "?" for each in waiting.cases))
    # A case in WaitForEnedis is followed anyway, at its own pace.
    calls = sum(state_of(each).calls * count for each, count in states.items() if each != FOLLOWED)
    # Calls are spaced wider than the quota asks.
    spacing = margin_of(timedelta(seconds=EnedisSettings.read(account.setting("Enedis")).turn_tolerance_seconds))
    seconds_a_call = spacing / float(account.setting("EnedisCallsPerSecond"))
    share = URGENT_WORKERS / (URGENT_WORKERS + float(account.setting("EnedisMaximumConcurrency")))
    urgent, others = drained(line_of(account, URGENT_QUEUE), line_of(account, QUEUE), seconds_a_call, share)
    return Outage(
        began_at=OutageRecord(account.client("dynamodb"), account.name("enedis-access"), clock=tools.clock).began_at(),
        breaker=str(breaker.get("state", "closed")).lower(),
        opened_at=datetime.fromtimestamp(float(breaker["opened_at"]), UTC) if breaker.get("opened_at") else None,
        urgent=urgent,
        others=others,
        states=states,
        oldest=min(waiting.cases, key=lambda each: each.since, default=None),
        unread=waiting.unread,
        calls=calls,
        drain_seconds=round(calls * seconds_a_call),
    )


def drained(urgent: Line, others: Line, seconds_a_call: float, share: float) -> tuple[Line, Line]:
    """Both lines with how long they take: the urgent one has its share of the turns as long as others wait, too."""
    alone = urgent.orders * seconds_a_call
    all_orders = alone + others.orders * seconds_a_call
    return (
        replace(urgent, drain_seconds=round(min(alone / share, all_orders))),
        replace(others, drain_seconds=round(all_orders) if others.orders else 0),
    )


def line_of(account: Account, queue: str) -> Line:
    """The orders of a queue, also those that are delayed: in an outage all are."""
    found = account.client("sqs").get_queue_attributes(QueueUrl=account.queue_url(queue), AttributeNames=["All"])
    visible, delayed, in_hand = (
        int(found["Attributes"][f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "Delayed", "NotVisible")
    )
    return Line(visible + delayed, in_hand)


def _reset(tools: Tools, found: Outage) -> None:
    if found.breaker == "closed" and found.began_at is None:
        raise WrongRequest("Nothing was done: the breaker is closed, and no outage is noted.")
    saying = [
        *sentences(found, tools.clock()),
        "The records of the breaker and of the outage will be deleted: all functions call Enedis again at once.",
        "If Enedis still fails, the breaker opens again after some failed calls. Orders and the quota are not touched.",
    ]
    with tools.changing("outage reset", {"breaker": found.breaker}, saying=saying, confirm_with="reset") as change:
        for name in (BREAKER, OUTAGE):
            tools.account.client("dynamodb").delete_item(
                TableName=tools.account.name("enedis-access"), Key={"name": {"S": name}}
            )
        change.outcome = "the breaker's and the outage's records are deleted"
    tools.screen.next("See whether it stays closed: ops outage")


def _show(screen: Screen, found: Outage, now: datetime) -> None:
    first, *others = sentences(found, now)
    screen.say(first, style="bold")
    for sentence in others:
        screen.say(sentence)
    for state, count in sorted(found.states.items()):
        screen.say(f"  {count:>6}  {state}")
    if found.unread:
        screen.say(f"Of the running executions, {found.unread} older ones were not looked into.")
    if found.breaker == "closed":
        screen.next("Cases that wait for Enedis: ops cases --waiting-for enedis")
    else:
        screen.next(
            "It closes by itself when a probe succeeds. Don't turn the switch off: nothing is lost.",
            "If you have seen Enedis respond: ops outage --reset",
        )


def sentences(found: Outage, now: datetime) -> Sequence[str]:
    """What is known, in sentences: the first says whether Enedis is within reach."""
    if found.began_at:
        first = f"Enedis has been out of reach since {moment(found.began_at, now=now)} ({age(found.began_at, now)})."
    elif found.breaker != "closed":
        since = f" since {moment(found.opened_at, now=now)}" if found.opened_at else ""
        first = f"The breaker is {found.breaker}{since}; no outage is noted."
    else:
        first = "Enedis is within reach: the breaker is closed, and no outage is noted."
    known = [first]
    for name, line in (("Urgent", found.urgent), ("Other", found.others)):
        drains = f": placed in {lasting(line.drain_seconds)} at least, once Enedis responds" if line.orders else ""
        known.append(f"{name} orders in the queue: {line.queued}, and {line.in_hand} that a worker has{drains}.")
    waiting = sum(found.states.values())
    if not waiting:
        return [*known, "No execution waits for Enedis."]
    if found.oldest:
        longest = f"{moment(found.oldest.since, now=now)} ({found.oldest.execution})"
        known.append(f"Executions that wait for Enedis: {waiting}, the longest since {longest}.")
    if found.calls:
        calls, lasts = counted(found.calls, "call"), lasting(found.drain_seconds)
        known.append(f"They need {calls} at least: {lasts} under the quota, once Enedis responds.")
    return known
