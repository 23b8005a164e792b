"""How large the items of the record are, and how fast they are read: computed from synthetic executions.

Each execution takes a restored case's path. Its durations are log-normal around what each state takes, so that they
fall into more buckets than those of real cases, whose waits are time-outs.
"""

import json
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import boto3
from boto3.dynamodb.types import TypeSerializer
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from restoration.adapters.dynamodb.counters import NUMBERS_AT_ONCE, PARTS
from restoration.adapters.dynamodb.fast_reads import reading_fast
from restoration.adapters.dynamodb.slice_items import attributes_of, packed, slices_of_parts, unpacked
from restoration.domain.counting import tally_of
from restoration.domain.course import Course
from restoration.domain.course_event import End, Event
from restoration.domain.record import CaseFacts, EnedisReturn, RuleMatch
from restoration.domain.tally import Tally, sum_of

LOOK = ("TakeCharge", "IsItOurs", "SuspendReminders", "CheckPayment", "DecideProtection", "DecidePayment")
ORDER = ("DecideCoverage", "MayPowerComeBack", "ReadPoint", "DecideAction", "WhatToOrder", "PrepareOrder")
SENT = ("IsThereAnOrder", "OrderAtEnedis", "DidEnedisAccept", "AnnounceOrder", "WaitForEnedis", "ReadCase")
SETTLED = ("DecideProgress", "IsPowerBack", "CloseOrLetGo", "HowItEnded", "Restored")
PATH = (*LOOK, *ORDER, *SENT, *SETTLED)
MEDIANS = {"CheckPayment": 300, "ReadPoint": 900, "OrderAtEnedis": 4_000, "WaitForEnedis": 600_000, "ReadCase": 900}
"""Milliseconds; other tasks take 80, choices 5."""
SPREAD = 0.8
"""The standard deviation of a duration's logarithm."""
LARGEST_ITEM = 400 * 1024
DAY = datetime(2026, 11, 26, tzinfo=UTC)
SEED = 12


def executions(number: int, chance: random.Random) -> Iterator[Course]:
    """Restored executions, each with durations of its own."""
    for place in range(number):
        at, events = 0, [Event.of(1, "ExecutionStarted", 0)]
        for state in PATH:
            is_choice = state[:2] in {"Is", "Ho", "Ma", "Di"} or state == "WhatToOrder"
            median = 5 if is_choice else MEDIANS.get(state, 80)
            events.append(Event.of(len(events) + 1, "TaskStateEntered", at, state))
            at += round(chance.lognormvariate(math.log(median), SPREAD))
            events.append(Event.of(len(events) + 1, "TaskStateExited", at, state))
        events.append(Event.of(len(events) + 1, "ExecutionSucceeded", at))
        yield Course.of(f"execution:LIM-{place}-{'0' * 32}", events, [End(0, "SUCCEEDED", 0, at, "RESTORED")])


FACTS = CaseFacts(
    rules=[RuleMatch(table, "a1b2c3d4e5f6", f"{table}_rule_1") for table in ("ruling", "certaintyRule", "action")],
    decisions=["protection", "paymentCertainty", "coverage", "action", "progress"],
    returns=[EnedisReturn("REMOTE", "SGT200", is_accepted=True)],
)


def size_of(numbers: Mapping[str, int]) -> int:
    """The bytes of an item with these numbers; each takes a byte for two digits, and one more."""
    key = len("dayslice2026-11-2610#RESTORED#2026-11-26T08:00:00.000Z#3")
    return key + sum(len(name.encode()) + len(str(value)) // 2 + 2 for name, value in numbers.items())


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    chance = random.Random(SEED)  # noqa: S311 - durations are no secret
    tallies = [tally_of(course, 0, FACTS) for course in executions(10_000, chance)]
    one = attributes_of(tallies[0])
    say(f"numbers that a restored case adds: {len(one)}; an update takes {NUMBERS_AT_ONCE}")
    say(f"{'cases an hour':>14} {'part, KB':>9} {'share of 400 KB':>16} {'slice, numbers':>15} {'packed, KB':>11}")
    for number in (10, 100, 1_000, 10_000):
        shares = Counter(chance.randrange(PARTS) for _ in range(number))
        largest = size_of(attributes_of(sum_of(tallies[: max(shares.values())])))
        whole = sum_of(tallies[:number])
        share = largest / LARGEST_ITEM
        say(
            f"{number:>14,} {largest / 1024:>9.1f} {share:>16.1%} {len(attributes_of(whole)):>15,} "
            f"{len(packed(whole)) / 1024:>11.1f}"
        )
    read(tallies)


def read(tallies: list[Tally]) -> None:
    """How long it takes to parse what a screen reads."""
    hour = packed(sum_of(tallies[:4_000]))
    begun = time.process_time()
    total = sum_of(unpacked(hour) for _ in range(24))
    say(f"a day of 24 packed hours of 4,000 cases: {1000 * (time.process_time() - begun):.0f} ms to unpack and add")
    parts = [attributes_of(sum_of(tallies[place:1_000:PARTS])) for place in range(PARTS)]
    begun = time.process_time()
    slices_of_parts(DAY, ((f"10#RESTORED#-#{place}", numbers) for place, numbers in enumerate(parts)))
    added = time.process_time() - begun
    say(f"the parts of an hour of 1,000 cases: {1000 * (added + parsed(parts)):.0f} ms to parse and add")
    if total.counts["ended"].number != 24 * 4_000:
        raise AssertionError("cases were lost")


def parsed(parts: list[dict[str, int]]) -> float:
    """Seconds that a client takes to parse a query's response with these items."""
    unsigned = Config(signature_version=UNSIGNED)
    client: Any = reading_fast(boto3.client("dynamodb", region_name="eu-west-3", config=unsigned))
    serializer = TypeSerializer()
    items = [{name: serializer.serialize(value) for name, value in part.items()} for part in parts]
    content = json.dumps({"Items": items, "Count": len(items)}).encode()
    response: Any = AWSResponse("http://localhost", 200, HTTPHeaders(), BytesIO(content))
    response._content = content  # noqa: SLF001 - it is read from no connection
    client.meta.events.register("before-send.dynamodb.Query", lambda **_: response)
    begun = time.process_time()
    found = client.query(TableName="counters")
    sum(int(value["N"]) for item in found["Items"] for value in item.values())
    return time.process_time() - begun


if __name__ == "__main__":
    main()
