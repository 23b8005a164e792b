"""A record of made cases, plausible and the same in each run, for tests and benchmarks of the screens."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from record.domain.course_event import End
from record.domain.customers import ALONE, ending_of
from record.domain.failure import signature_of
from record.domain.paid import Paid, split_of
from record.domain.promises import promises_of
from record.domain.record import STAGES, Completeness, EndedCase, OpenCase, Signature, Slice, SlowCase, Stage
from record.domain.states import waits_for
from record.domain.steps import stays_in_steps, ways_of
from record.domain.tally import Count, Tally
from record.domain.visit import Visit
from record.domain.waits import waited
from restoration.clock import PARIS
from supervision.question import Range
from supervision.rule_tables import in_force, rule_tables
from tests.unit.supervision.memory import MemoryMeasures, MemoryRecord

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


type Growing = dict[str, tuple[Counter[Any], Counter[Any], Counter[Any]]]
"""Numbers, buckets and sums by key, while cases are added one by one: a hundred thousand take seconds."""


def synthetic(number: int = 2000, days: int = 3, running: int = 60, seed: int = 1) -> MemoryRecord:
    """A record of cases that ended before :data:`NOW`, and of some that run."""
    dice = random.Random(seed)  # noqa: S311
    tallies: dict[tuple[datetime, str, str], Growing] = defaultdict(dict)
    ended: list[EndedCase] = []
    signatures: dict[str, Signature] = {}
    slowest: dict[str, list[SlowCase]] = defaultdict(list)
    weights = [way[0] for way in WAYS]
    for place in range(number):
        ended_at = NOW - timedelta(seconds=dice.random() * days * 86400)
        _, outcome, after, stage = dice.choices(WAYS, weights)[0]
        states = ("Begin", *after)
        visits = [(state, _took(dice, state)) for state in states]
        version = _version(ended_at)
        start = ended_at.replace(minute=0, second=0, microsecond=0)
        counts = tallies[start, outcome, version]
        took = sum(milliseconds for _, milliseconds in visits)
        rules = _rules(dice, outcome) if len(states) > 8 else frozenset()
        error, signature = "", ""
        if outcome == "FAILED":
            error, words = _CAUSES[states[-1]]
            signature = f"{states[-1][:4]}{error[:4]}"
            known = signatures.get(signature)
            first = min(known.first_seen, ended_at) if known else ended_at
            last = max(known.last_seen, ended_at) if known else ended_at
            signatures[signature] = Signature(
                id=signature,
                state=states[-1],
                error=error,
                words=signature_of(words),
                first_seen=first,
                last_seen=last,
                versions=(known.versions if known else frozenset()) | {version},
                execution=f"arn:execution:LIM-{place:06d}-a",
            )
        if outcome != "NOT_LIMITED":
            _count_way(counts, visits, rules, signature)
            codes = _codes(place) if stage is Stage.RESTORED and "OrderAtEnedis" in states else frozenset()
            for code in codes:
                intent = "TECHNICIAN" if place % 11 == 0 else "REMOTE"
                _add(counts, f"enedis#{intent}", Count.once(**{code: 1, "accepted": int(code == "SGT200")}))
            ended.append(
                EndedCase(
                    execution=f"arn:execution:LIM-{place:06d}-a",
                    limitation_id=f"LIM-{place:06d}",
                    status="FAILED" if error else "SUCCEEDED",
                    outcome=outcome,
                    state=states[-1],
                    started_at=ended_at - timedelta(milliseconds=took),
                    ended_at=ended_at,
                    redrives=0,
                    version=version,
                    error=error,
                    signature=signature,
                    means=frozenset({dice.choice(_PENDING_MEANS if "WaitForBank" in states else _MEANS)}),
                    codes=codes,
                    rules=rules,
                    ways=ways_of(_stays(visits)),
                    certain_at=ended_at - timedelta(seconds=900) if stage is not Stage.CONCERNED else None,
                )
            )
        reached = {
            each.value: 1
            for each in Stage
            if outcome != "NOT_LIMITED" and tuple(Stage).index(each) <= tuple(Stage).index(stage)
        }
        if reached and not error and "WaitForAdvisor" not in states:
            reached[ALONE] = 1
        reached["in_time"] = int(place % 14 > 0)
        ending = ending_of(End(0, "FAILED" if outcome == "FAILED" else "SUCCEEDED", 0, 0, outcome))
        _add(counts, "ended", Count.once(took, **reached, **({ending.value: 1} if ending else {})))
        if outcome == "RESTORED":
            _add(counts, "restored", Count.once(sum(took for _, took in visits[states.index("ReadPoint") :])))
            slow = _after_paying(ended[-1], visits, random.Random(place))  # noqa: S311
            for part, milliseconds in slow.took.items():
                _add(counts, f"paid#{part}", Count.once(milliseconds, ms=milliseconds))
            _add(counts, "paid", Count.once(sum(slow.took.values()), ms=sum(slow.took.values())))
            slowest[f"{ended_at.astimezone(PARIS):%Y-%m}"].append(slow)
    months = {month: {"LETTER": 2 * len(its), "EMAIL": len(its) // 3} for month, its in slowest.items()}
    slices = [
        Slice(start, timedelta(hours=1), outcome, version, grown(counts))
        for (start, outcome, version), counts in tallies.items()
    ]
    return MemoryRecord(
        slices,
        _open(dice, running),
        ended,
        signatures,
        VERSIONS,
        Completeness(NOW - timedelta(seconds=40), 3),
        slowest,
        months,
    )


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


def _count_way(counts: Growing, visits: Sequence[tuple[str, int]], rules: frozenset[str], signature: str) -> None:
    # A state counts where it was left: not the one in which a case failed.
    left = visits[:-1] if signature else visits
    for state in dict.fromkeys(state for state, _ in left):
        took = [milliseconds for other, milliseconds in left if other == state]
        retries = sum(each % 29 == 0 for each in took)
        failures = retries + len(took) * (state == "WaitForEnedis")
        _add(
            counts,
            f"state#{state}",
            replace(Count.once(sum(took), retries=retries, failures=failures), number=len(took)),
        )
    for party, took_in_all in waited(_stays(left)).items():
        _add(counts, f"wait#{party.value}", Count.once(took_in_all))
    stays = list(_stays(visits))
    if signature:
        stays[-1] = replace(stays[-1], left_at=None)
    for each in promises_of(stays):
        _add(counts, f"promise#{each.what}", Count.once(**{each.result(): 1}))
    for step, in_step in stays_in_steps(stays, 0).items():
        _add(counts, f"step#{step}", replace(Count.once(sum(in_step)), number=len(in_step)))
    for (before, _), (after, _) in pairwise(visits):
        _add(counts, "transitions", Count.once(**{f"{before}>{after}": 1}))
    for rule in rules:
        table, name = rule.split("#")
        home = _HOME[table]
        _add(counts, f"decision#{home.decision}", Count.once(manual=int(name == _RULING["LEFT_TO_ADVISOR"])))
        _add(counts, f"rule#{table}", Count.once(**{f"{home.version}#{name}": 1}))
    if signature:
        _add(counts, f"failure#{signature}", Count.once(first=1))


def _after_paying(case: EndedCase, visits: Sequence[tuple[str, int]], dice: random.Random) -> SlowCase:
    """How the time of a customer went: billing told us some half an hour after they paid."""
    told = case.started_at
    paid = Paid(told - timedelta(seconds=1800 * math.exp(dice.gauss(0, 1.2))), told)
    began = round(told.timestamp() * 1000)
    stays = [
        replace(each, entered_at=each.entered_at + began, left_at=began + (each.left_at or 0))
        for each in _stays(visits)
    ]
    return SlowCase(case.limitation_id, case.ended_at, split_of(stays, paid, case.ended_at))


def _stays(visits: Sequence[tuple[str, int]]) -> Iterator[Visit]:
    now = 0
    for state, took in visits:
        yield Visit(state, now, now + took, 1, 0, (), 0, 0)
        now += took


def _codes(place: int) -> frozenset[str]:
    """Each order was accepted; before that, some were refused or left without a clear response."""
    before = {0: "SGT4B8", 1: "SGT500", 2: "UNKNOWN", 3: "UNKNOWN"}.get(place % 40)
    return frozenset({"SGT200", before} if before else {"SGT200"})


def _rules(dice: random.Random, outcome: str) -> frozenset[str]:
    chosen = {table: dice.choice(names) for table, names in _RULES.items()}
    chosen["ruling"] = _RULING.get(outcome, chosen["ruling"])
    return frozenset(f"{table}#{name}" for table, name in chosen.items())


def _add(counts: Growing, key: str, count: Count) -> None:
    grows = counts.setdefault(key, (Counter(), Counter(), Counter()))
    told: tuple[Mapping[Any, int], ...] = ({"": count.number}, count.buckets, count.sums)
    for values, more in zip(grows, told, strict=True):
        for name, value in more.items():
            values[name] += value


def grown(counts: Growing) -> Tally:
    """The tally that grew."""
    return Tally({key: Count(number[""], dict(buckets), dict(sums)) for key, (number, buckets, sums) in counts.items()})


def _took(dice: random.Random, state: str) -> int:
    return int(1000 * _SECONDS.get(state, 0.05) * math.exp(dice.gauss(0, 0.7)))


def _version(moment: datetime) -> str:
    return max((each for each in VERSIONS if each <= moment), default=VERSIONS[0]).isoformat()


def _open(dice: random.Random, number: int) -> Sequence[OpenCase]:
    """Cases that run or failed: one in twenty waits twenty times as long as is usual in its state."""
    states = ("WaitForEnedis",) * 6 + ("WaitForBank", "WaitForAdvisor", "WaitForAdvisor", "OrderAtEnedis")
    failures = ("CheckPayment", "ReadPoint")
    stages = {"WaitForEnedis": Stage.ORDERED, "OrderAtEnedis": Stage.CERTAIN, "ReadPoint": Stage.CERTAIN}
    found = []
    for place in range(number):
        failed = dice.random() < 0.15
        state = dice.choice(failures if failed else states)
        error = _CAUSES[state][0] if failed else ""
        status = "FAILED" if failed else "RUNNING"
        usual = 14400 if failed else _SECONDS[state]
        waited = dice.expovariate(1 / usual) * (20 if dice.random() < 0.05 else 1)
        since = NOW - timedelta(seconds=waited + 5)
        entered = round(since.timestamp() * 1000)
        stage = stages.get(state, Stage.CONCERNED)
        found.append(
            OpenCase(
                execution=f"arn:execution:LIM-9{place:05d}-a",
                limitation_id=f"LIM-9{place:05d}",
                status=status,
                state=state,
                since=since,
                started_at=since - timedelta(seconds=4),
                waits_for=waits_for(status, state),
                redrives=int(failed and dice.random() < 0.2),
                stage=stage,
                certain_at=since - timedelta(seconds=3) if stage is not Stage.CONCERNED else None,
                error=error,
                signature=f"{state[:4]}{error[:4]}" if failed else "",
                newly=frozenset() if failed else frozenset(STAGES[: STAGES.index(stage) + 1]),
                paid_at=since - timedelta(seconds=4),
                promises=() if failed else [*promises_of([Visit(state, entered, None, 1, 0, (), 0, None)])],
            )
        )
    return found
