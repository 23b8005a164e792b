"""A record of made cases, plausible and the same in each run, for tests and benchmarks of the screens."""

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from record.domain.course import Course
from record.domain.promises import Terms
from record.domain.record import Completeness, RuleMatch, added
from record.use_cases.record_execution import CourseRecorder
from supervision.question import Range
from supervision.rule_tables import in_force, rule_tables
from tests.fakes.courses import ASKED, CLOSE, FOLLOWED, GRANTED, LOOK, ORDERED, RESTORED, ROUND
from tests.unit.supervision.memory import MemoryMeasures, MemoryRecord
from tests.unit.supervision.ten_thousand import HOUR, Case, Kept, lines_of, payments

NOW = datetime(2026, 11, 25, 10, 41, 20, tzinfo=UTC)
VERSIONS = (datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 25, 7, tzinfo=UTC))

_CHECK, _PLACED = (*LOOK, "MayPowerComeBack"), ORDERED[:-1]
_ADVISOR = ("MayWeAsk", "SendQuestion", "WaitForAdvisor")
_BANK = (*_CHECK, "AnnouncePending", "WaitForBank", "TakeCharge", *_PLACED[1:])

WAYS: Sequence[tuple[float, str, Sequence[str]]] = (
    (30, "NOT_LIMITED", ("TakeCharge", "IsItOurs", "NothingToDo")),
    (40, "RESTORED", RESTORED),
    (6, "RESTORED", (*FOLLOWED, "AnnounceDelay", *ROUND, *CLOSE, "Restored")),
    (4, "RESTORED", (*_BANK, *FOLLOWED[len(_PLACED) :], *CLOSE, "Restored")),
    (5, "ALREADY_RESTORED", (*GRANTED, *CLOSE, "AlreadyRestored")),
    (8, "BALANCE_DUE", (*_CHECK, *CLOSE, "BalanceDue")),
    (3, "LEFT_TO_ADVISOR", (*GRANTED, *_ADVISOR, *GRANTED, "MayWeAsk", *CLOSE, "LeftToAdvisor")),
    (1, "REFUSED", (*_CHECK, *_ADVISOR, *_CHECK, *CLOSE, "Refused")),
    (2, "FAILED", ASKED),
    (1, "FAILED", ORDERED[:9]),
)
"""Weight, outcome and states."""

_SECONDS: Mapping[str, float] = {
    "CheckPayment": 0.6,
    "ReadPoint": 1.8,
    "OrderAtEnedis": 2.5,
    "WaitForEnedis": 780,
    "WaitForBank": 90000,
    "WaitForAdvisor": 7200,
}
_RULES: Mapping[str, Sequence[str]] = {
    "dueProtection": ("protection_none", "protection_winter_floor"),
    "certaintyRule": ("certaintyRule_card_captured", "certaintyRule_cheque_open", "certaintyRule_transfer_matched"),
    "ruling": ("coverage_debt_covered", "coverage_plan_active", "coverage_protected"),
    "action": ("action_remote", "action_remote", "action_technician"),
}
_RULING = {
    "BALANCE_DUE": "coverage_not_covered",
    "REFUSED": "coverage_advisor_refuses",
    "LEFT_TO_ADVISOR": "coverage_dispute",
}
PUBLISHED = tuple(in_force(rule_tables(), NOW.date()))
"""The tables of that day, whatever is published for later ones."""
_HOME = {table.owner: file for file in PUBLISHED for table in file.tables}
OUTAGE = Range(datetime(2026, 11, 25, 8, 15, tzinfo=UTC), datetime(2026, 11, 25, 8, 55, tzinfo=UTC))
"""When Enedis was out of reach."""
_MEANS = ("CARD", "CARD", "INSTANT_TRANSFER", "TRANSFER", "ENERGY_VOUCHER")
_PENDING_MEANS = ("CHEQUE", "CHEQUE", "CHEQUE", "DIRECT_DEBIT")
"""Of those who wait for the bank."""


def synthetic(number: int = 2000, days: int = 3, running: int = 60, seed: int = 1) -> MemoryRecord:
    """A record of cases that ended before :data:`NOW`, counted as the record counts them, and of some that run."""
    dice = random.Random(seed)  # noqa: S311
    cases = [*_ended(dice, number, days), *_open(dice, running)]
    known = {each.execution: each for each in cases}
    released = {each.execution for each in cases[:number]}
    kept = Kept(cases=known, released=released, payments=payments(cases), versions=VERSIONS)
    recorder = CourseRecorder(cast("Any", kept), cast("Any", kept), kept, terms=Terms(remote=HOUR))
    for each in cases:
        recorder.record(Course.of(each.execution, *lines_of(each)))
    stands = [replace(each, redrives=int(not each.runs and dice.random() < 0.2)) for each in kept.open_cases()]
    months = {month: {"LETTER": 2 * len(its), "EMAIL": len(its) // 3} for month, its in kept.slowest.items()}
    whole = Completeness(NOW - timedelta(seconds=40), 3)
    slices, ended = added(kept.slices), kept.ended_cases()
    return MemoryRecord(slices, stands, ended, kept.signatures, VERSIONS, whole, kept.slowest, months)


def measures(days: int = 3) -> MemoryMeasures:
    """Payments received, by the hour; calls to Enedis, by five minutes; an outage of this morning, by the minute."""
    hour = NOW.replace(minute=0, second=0)
    kept: dict[tuple[str, str], list[tuple[datetime, float]]] = defaultdict(list)
    for name, value in (
        ("RemoteEnded", 40.0),
        ("RemoteInTime", 38.0),
        ("TechnicianEnded", 2.0),
        ("TechnicianInTime", 1.0),
    ):
        kept["demo", name] = [(hour - timedelta(hours=each), value) for each in range(24 * days)]
    kept["demo", "MessagesSent"] = [(hour - timedelta(hours=each), 70.0) for each in range(24 * days)]
    kept["demo", "PaymentReceivedEvents"] = [(hour - timedelta(hours=each), 900.0) for each in range(24 * days)]
    for place in range(24 * 12 * days, -1, -1):
        moment = NOW.replace(minute=40, second=0) - timedelta(minutes=5 * place)
        down_for = (moment - OUTAGE.since).total_seconds() if OUTAGE.since <= moment < OUTAGE.until else 0.0
        calls = 0.0 if down_for else round(300 * (1 + math.sin((moment.hour - 8) / 24 * 2 * math.pi)))
        for name, value in (
            ("EnedisCallsReads", calls),
            ("EnedisCallsOrders", calls // 6),
            ("EnedisCallsCancellations", calls // 90),
            ("EnedisCallsWithoutResponse", 5.0 if down_for == 0 and place % 37 == 0 else 0.0),
            ("EnedisQuotaExhausted", float(place % 53 == 0)),
            ("EnedisBreakerOpen", float(down_for == 300)),
            ("EnedisCallDuration", 310.0 + place * 7 % 900),
        ):
            kept["demo", name].append((moment, value))
        kept["AWS/SQS", "ApproximateNumberOfMessagesVisible"].append((moment, down_for / 10 + place % 4))
        kept["AWS/SQS", "ApproximateAgeOfOldestMessage"].append((moment, down_for + 3))
    for place in range(24 * 60 * days, -1, -1):
        moment = NOW.replace(minute=40, second=0) - timedelta(minutes=place)
        down_for = (moment - OUTAGE.since).total_seconds() if OUTAGE.since <= moment < OUTAGE.until else 0.0
        kept["demo", "EnedisUnreachableSeconds"].append((moment, down_for))
    return MemoryMeasures(kept if days else {})


def _ended(dice: random.Random, number: int, days: int) -> Iterator[Case]:
    for place in range(number):
        ended_at = NOW - timedelta(seconds=dice.random() * days * 86400)
        _, outcome, path = dice.choices(WAYS, [way[0] for way in WAYS])[0]
        told = _case(dice, f"LIM-{place:06d}", ended_at, outcome, path)
        means = dice.choice(_PENDING_MEANS if "WaitForBank" in path else _MEANS)
        intent = "TECHNICIAN" if place % 11 == 0 else "REMOTE"
        rules, codes = _rules(dice, outcome) if len(path) > 7 else (), _codes(place) if outcome == "RESTORED" else ()
        yield replace(told, rules=rules, codes=codes, means=frozenset({means}), intent=intent)


def _open(dice: random.Random, number: int) -> Iterator[Case]:
    """Cases that run or failed: one in twenty waits twenty times as long as is usual in its state."""
    running = (*[FOLLOWED[:17]] * 6, _BANK[:10], *[(*GRANTED, *_ADVISOR)] * 2, ORDERED[:14])
    for place in range(number):
        failed = dice.random() < 0.15
        path = dice.choice((ASKED, GRANTED[:9]) if failed else running)
        usual = 14400 if failed else _SECONDS[path[-1]]
        waited = timedelta(seconds=dice.expovariate(1 / usual) * (20 if dice.random() < 0.05 else 1) + 5)
        told = _case(dice, f"LIM-9{place:05d}", NOW - waited, "FAILED" if failed else None, path)
        yield (
            told if failed else replace(told, stays=[*told.stays[:-1], (path[-1], waited // timedelta(milliseconds=1))])
        )


def _case(dice: random.Random, name: str, until: datetime, outcome: str | None, path: Sequence[str]) -> Case:
    """A case that lasted until a moment, or until its last state where it runs."""
    usual = ((state, _SECONDS.get(state, 0.05)) for state in ("Begin", *path))
    stays = [(state, int(1000 * seconds * math.exp(dice.gauss(0, 0.7)))) for state, seconds in usual]
    took = sum(milliseconds for _, milliseconds in (stays if outcome else stays[:-1]))
    return Case(
        f"arn:execution:{name}-{'a' * 32}", "PaymentReceived", round(until.timestamp() * 1000) - took, stays, outcome
    )


def _codes(place: int) -> Sequence[str]:
    """Each order was accepted; before that, some were refused or left without a clear response."""
    before = {0: "SGT4B8", 1: "SGT500", 2: "UNKNOWN", 3: "UNKNOWN"}.get(place % 40)
    return ["SGT200", before] if before else ["SGT200"]


def _rules(dice: random.Random, outcome: str) -> Sequence[tuple[str, RuleMatch]]:
    chosen = {table: dice.choice(names) for table, names in _RULES.items()}
    chosen["ruling"] = _RULING.get(outcome, chosen["ruling"])
    return [(_HOME[name].decision, RuleMatch(name, _HOME[name].version, rule)) for name, rule in chosen.items()]
