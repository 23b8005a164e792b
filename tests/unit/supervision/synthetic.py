"""A record of made cases, plausible and the same in each run, for tests and benchmarks of the screens."""

import math
import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from record.adapters.dynamodb.record_table import ended_case_of, open_case_of
from record.domain.counting import hour_of, problem_in, tally_of, took_after_paying, version_of
from record.domain.course import Course, Recorded
from record.domain.course_event import End, Event
from record.domain.paid import Paid
from record.domain.promises import promises_of
from record.domain.record import (
    CaseFacts,
    Completeness,
    EndedCase,
    EnedisReturn,
    OpenCase,
    RuleMatch,
    Signature,
    Slice,
    SlowCase,
    Stage,
    added,
)
from record.domain.service_level import CaseKind, Ended
from restoration.clock import PARIS, moment_of
from supervision.question import Range
from supervision.rule_tables import in_force, rule_tables
from tests.unit.supervision.memory import MemoryMeasures, MemoryRecord, item_of

NOW = datetime(2026, 11, 25, 10, 41, 20, tzinfo=UTC)
VERSIONS = (datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 25, 7, tzinfo=UTC))

_CHECK = (
    "TakeCharge",
    "IsItOurs",
    "SuspendReminders",
    "CheckPayment",
    "DecideProtection",
    "DecidePayment",
    "DecideCoverage",
    "MayPowerComeBack",
)
_READ = (*_CHECK, "ReadPoint", "DecideAction", "WhatToOrder")
_ORDER = (*_READ, "PrepareOrder", "IsThereAnOrder", "OrderAtEnedis", "DidEnedisAccept")
_FOLLOW = (*_ORDER, "AnnounceOrder", "WaitForEnedis", "ReadCase", "DecideProgress", "IsPowerBack")
_CLOSE = ("CloseOrLetGo", "HowItEnded")
_ADVISOR = ("MayWeAsk", "SendQuestion", "WaitForAdvisor")
_BANK = (*_CHECK, "AnnouncePending", "WaitForBank", "TakeCharge", *_ORDER[1:])

WAYS: Sequence[tuple[float, str, Sequence[str], Stage]] = (
    (30, "NOT_LIMITED", ("TakeCharge", "IsItOurs", "NothingToDo"), Stage.CONCERNED),
    (40, "RESTORED", (*_FOLLOW, *_CLOSE, "Restored"), Stage.RESTORED),
    (
        6,
        "RESTORED",
        (*_FOLLOW, "AnnounceDelay", "WaitForEnedis", "ReadCase", "DecideProgress", "IsPowerBack", *_CLOSE, "Restored"),
        Stage.RESTORED,
    ),
    (4, "RESTORED", (*_BANK, *_FOLLOW[len(_ORDER) :], *_CLOSE, "Restored"), Stage.RESTORED),
    (5, "ALREADY_RESTORED", (*_READ, *_CLOSE, "AlreadyRestored"), Stage.CERTAIN),
    (8, "BALANCE_DUE", (*_CHECK, *_CLOSE, "BalanceDue"), Stage.CONCERNED),
    (3, "LEFT_TO_ADVISOR", (*_READ, *_ADVISOR, *_READ, "MayWeAsk", *_CLOSE, "LeftToAdvisor"), Stage.CERTAIN),
    (1, "REFUSED", (*_CHECK, *_ADVISOR, *_CHECK, *_CLOSE, "Refused"), Stage.CONCERNED),
    (2, "FAILED", _CHECK[:4], Stage.CONCERNED),
    (1, "FAILED", (*_ORDER[:9],), Stage.CERTAIN),
)
"""Weight, outcome, states, and how far such a case comes."""

_SECONDS: Mapping[str, float] = {
    "CheckPayment": 0.6,
    "ReadPoint": 1.8,
    "OrderAtEnedis": 2.5,
    "WaitForEnedis": 780,
    "WaitForBank": 90000,
    "WaitForAdvisor": 7200,
}
_CAUSES = {
    "CheckPayment": ("BillingUnavailable", "billing does not answer: HTTP 503"),
    "ReadPoint": ("EnedisUnavailable", "Enedis did not respond in 10 s"),
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
    slices, ended, signatures = list[Slice](), list[EndedCase](), dict[str, Signature]()
    slowest: dict[str, list[SlowCase]] = defaultdict(list)
    weights = [way[0] for way in WAYS]
    for place in range(number):
        ended_at = NOW - timedelta(seconds=dice.random() * days * 86400)
        _, outcome, after, stage = dice.choices(WAYS, weights)[0]
        course = _course(dice, f"LIM-{place:06d}", ended_at, outcome, ("Begin", *after))
        version, states = version_of(course, VERSIONS), {each.state for each in course.visits}
        rules = _rules(dice, outcome) if len(course.visits) > 8 else frozenset()
        codes = _codes(place) if stage is Stage.RESTORED else frozenset()
        facts = _facts(course, place, rules, codes)
        slices.append(Slice(hour_of(course), timedelta(hours=1), outcome, version, tally_of(course, facts)))
        problem, limitation = problem_in(course), f"LIM-{place:06d}"
        if problem:
            known = signatures.get(problem.id, problem)
            signatures[problem.id] = replace(
                max(known, problem, key=lambda each: each.last_seen),
                first_seen=min(known.first_seen, problem.first_seen),
                versions=known.versions | {version},
            )
        if facts.paid:
            slow = SlowCase(limitation, ended_at, took_after_paying(course, facts.paid))
            slowest[f"{ended_at.astimezone(PARIS):%Y-%m}"].append(slow)
        if outcome != "NOT_LIMITED":
            means = {dice.choice(_PENDING_MEANS if "WaitForBank" in states else _MEANS)}
            told = {"version": version, "means": means, "codes": codes or None, "rules": rules or None}
            ended.append(ended_case_of(item_of(Recorded(course, ended_at, frozenset({0})), **told)))
    months = {month: {"LETTER": 2 * len(its), "EMAIL": len(its) // 3} for month, its in slowest.items()}
    whole = Completeness(NOW - timedelta(seconds=40), 3)
    return MemoryRecord(added(slices), list(_open(dice, running)), ended, signatures, VERSIONS, whole, slowest, months)


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


def _course(
    dice: random.Random,
    limitation: str,
    until: datetime,
    outcome: str,
    states: Sequence[str],
    waited: timedelta | None = None,
) -> Course:
    """What Step Functions says of a case until a moment: some attempts failed, and a wait for Enedis ends by its time.

    Parameters
    ----------
    outcome
        Empty where it runs.
    waited
        For how long it was in its last state; as long as is usual without it.
    """
    took = [(state, int(1000 * _SECONDS.get(state, 0.05) * math.exp(dice.gauss(0, 0.7)))) for state in states]
    if waited is not None:
        took[-1] = states[-1], waited // timedelta(milliseconds=1)
    end = round(until.timestamp() * 1000)
    began = now = end - sum(milliseconds for _, milliseconds in took)
    error, cause = _CAUSES[states[-1]] if outcome == "FAILED" else ("", "")
    status = "FAILED" if error else "SUCCEEDED"
    said = [("ExecutionStarted", "", now)]
    for state, milliseconds in took:
        said += [("TaskStateEntered", state, now), ("TaskScheduled", "", now)]
        said += [("TaskFailed", "", now), ("TaskScheduled", "", now)] if milliseconds % 29 == 0 else []
        now += milliseconds
        said += [("TaskTimedOut", "", now)] if state == "WaitForEnedis" else []
        said.append(("TaskStateExited", state, now))
    # A case failed in its last state, or is there: it did not leave it.
    said[-1 if error or not outcome else len(said) :] = [(f"Execution{status.title()}", "", now)] if outcome else []
    events = [Event.of(number, kind, at, state) for number, (kind, state, at) in enumerate(said, 1)]
    trigger, name = "PaymentReceived|PAY-1", f"arn:execution:{limitation}-{'a' * 32}"
    told = End(0, status, began, end, "" if error else outcome, error=error, cause=cause, trigger=trigger)
    return Course.of(name, events, [told] if outcome else [], trigger)


def _facts(course: Course, place: int, rules: Collection[str], codes: Collection[str]) -> CaseFacts:
    """What our tables say of a case; billing reported a payment some half an hour after the customer paid."""
    matches = [RuleMatch(table, _HOME[table].version, name) for table, name in (each.split("#") for each in rules)]
    homes = [(_HOME[each.decision].decision, each.rule) for each in matches]
    intent, told = "TECHNICIAN" if place % 11 == 0 else "REMOTE", moment_of(course.started_at)
    lag = math.exp(random.Random(place).gauss(0, 1.2))  # noqa: S311
    paid = Paid(told - timedelta(seconds=1800 * lag), told)
    return CaseFacts(
        rules=matches,
        decisions=[decision for decision, _ in homes],
        manual=[decision for decision, rule in homes if rule == _RULING["LEFT_TO_ADVISOR"]],
        returns=[EnedisReturn(intent, code, is_accepted=code == "SGT200") for code in codes],
        promises=[*promises_of(course.visits)],
        paid=paid if course.end.outcome == "RESTORED" else None,
        service=Ended(CaseKind.REMOTE, in_time=place % 14 > 0),
    )


def _codes(place: int) -> frozenset[str]:
    """Each order was accepted; before that, some were refused or left without a clear response."""
    before = {0: "SGT4B8", 1: "SGT500", 2: "UNKNOWN", 3: "UNKNOWN"}.get(place % 40)
    return frozenset({"SGT200", before} if before else {"SGT200"})


def _rules(dice: random.Random, outcome: str) -> frozenset[str]:
    chosen = {table: dice.choice(names) for table, names in _RULES.items()}
    chosen["ruling"] = _RULING.get(outcome, chosen["ruling"])
    return frozenset(f"{table}#{name}" for table, name in chosen.items())


def _open(dice: random.Random, number: int) -> Iterator[OpenCase]:
    """Cases that run or failed: one in twenty waits twenty times as long as is usual in its state."""
    running = (*[_FOLLOW[:17]] * 6, _BANK[:10], *[(*_READ, *_ADVISOR)] * 2, _ORDER[:14])
    for place in range(number):
        failed = dice.random() < 0.15
        path = dice.choice((_CHECK[:4], _READ[:9]) if failed else running)
        usual = 14400 if failed else _SECONDS[path[-1]]
        waited = timedelta(seconds=dice.expovariate(1 / usual) * (20 if dice.random() < 0.05 else 1) + 5)
        until, stayed = (NOW - waited, None) if failed else (NOW, waited)
        course = _course(dice, f"LIM-9{place:05d}", until, "FAILED" if failed else "", ("Begin", *path), stayed)
        counted, firsts = frozenset({0} if failed else ()), {each.value: True for each in Stage}
        promised = () if failed else [*promises_of(course.visits)]
        recorded = Recorded(course, NOW, counted, firsts=firsts, promises=promised, paid_at=course.started_at)
        case = open_case_of(item_of(recorded))
        assert case
        yield replace(case, redrives=int(failed and dice.random() < 0.2))
