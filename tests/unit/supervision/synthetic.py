"""A record of made cases, plausible and the same in each run, for tests and benchmarks of the screens."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from restoration.domain.failure import signature_of
from restoration.domain.record import Completeness, EndedCase, OpenCase, Signature, Slice, Stage
from restoration.domain.tally import Count, Tally
from restoration.domain.waiting import WAITS_FOR, Party, waits_for
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
    (5, "ALREADY_RESTORED", (*_READ, *_CLOSE, "AlreadyRestored"), Stage.RESTORED),
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
_RULES = {"protection": ("1", "2"), "payment": ("1", "2", "3"), "coverage": ("1", "2", "4"), "action": ("1", "3", "6")}
_MEANS = ("CARD", "SEPA_DIRECT_DEBIT", "CHEQUE", "TRANSFER")


type Growing = dict[str, tuple[Counter[Any], Counter[Any], Counter[Any]]]
"""Numbers, buckets and sums by key, while cases are added one by one: a hundred thousand take seconds."""


def synthetic(number: int = 2000, days: int = 3, running: int = 60, seed: int = 1) -> MemoryRecord:
    """A record of cases that ended before :data:`NOW`, and of some that run."""
    dice = random.Random(seed)  # noqa: S311
    tallies: dict[tuple[datetime, str, str], Growing] = defaultdict(dict)
    ended: list[EndedCase] = []
    signatures: dict[str, Signature] = {}
    weights = [way[0] for way in WAYS]
    for place in range(number):
        ended_at = NOW - timedelta(seconds=dice.random() * days * 86400)
        _, outcome, states, stage = dice.choices(WAYS, weights)[0]
        visits = [(state, _took(dice, state)) for state in states]
        version = _version(ended_at)
        start = ended_at.replace(minute=0, second=0, microsecond=0)
        counts = tallies[start, outcome, version]
        took = sum(milliseconds for _, milliseconds in visits)
        rules = (
            frozenset(f"{table}#{dice.choice(names)}" for table, names in _RULES.items())
            if len(states) > 8
            else frozenset()
        )
        error, signature = "", ""
        if outcome == "FAILED":
            error, words = _CAUSES[states[-1]]
            signature = f"{states[-1][:4]}{error[:4]}"
            known = signatures.get(signature)
            first = min(known.first_seen, ended_at) if known else ended_at
            last = max(known.last_seen, ended_at) if known else ended_at
            signatures[signature] = Signature(
                signature,
                states[-1],
                error,
                signature_of(words),
                first,
                last,
                frozenset({version}),
                f"arn:execution:LIM-{place:06d}-a",
            )
        if outcome != "NOT_LIMITED":
            _count_way(counts, visits, rules, signature)
            codes = frozenset({"SGT200"}) if stage is Stage.RESTORED and "OrderAtEnedis" in states else frozenset()
            if codes:
                _add(counts, "enedis#REMOTE", Count.once(SGT200=1, accepted=1))
                _add(counts, "message", Count.once(**{"ORDER_PLACED#SMS": 1}))
            ended.append(
                EndedCase(
                    f"arn:execution:LIM-{place:06d}-a",
                    f"LIM-{place:06d}",
                    "FAILED" if error else "SUCCEEDED",
                    outcome,
                    "",
                    states[-1],
                    ended_at - timedelta(milliseconds=took),
                    ended_at,
                    0,
                    version,
                    error,
                    signature,
                    frozenset({dice.choice(_MEANS)}),
                    codes,
                    rules,
                )
            )
        reached = {
            each.value: 1
            for each in Stage
            if outcome != "NOT_LIMITED" and tuple(Stage).index(each) <= tuple(Stage).index(stage)
        }
        _add(counts, "ended", Count.once(took, **reached))
        if stage is Stage.RESTORED:
            _add(counts, "restored", Count.once(took))
    slices = [
        Slice(start, timedelta(hours=1), outcome, version, grown(counts))
        for (start, outcome, version), counts in tallies.items()
    ]
    return MemoryRecord(
        slices, _open(dice, running), ended, signatures, VERSIONS, Completeness(NOW - timedelta(seconds=40), 3)
    )


def measures(days: int = 3) -> MemoryMeasures:
    """Payments received, by the hour."""
    hour = NOW.replace(minute=0, second=0)
    return MemoryMeasures(
        {("AWS/SQS", "NumberOfMessagesSent"): [(hour - timedelta(hours=each), 900.0) for each in range(24 * days)]}
    )


def _count_way(counts: Growing, visits: Sequence[tuple[str, int]], rules: frozenset[str], signature: str) -> None:
    # A state counts where it was left: not the one in which a case failed.
    for state, milliseconds in visits[:-1] if signature else visits:
        retries = int(milliseconds % 29 == 0)
        failures = retries + (state == "WaitForEnedis")
        _add(counts, f"state#{state}", Count.once(milliseconds, retries=retries, failures=failures))
        _add(counts, f"wait#{WAITS_FOR.get(state, Party.US).value}", Count.once(milliseconds))
    for (before, _), (after, _) in pairwise(visits):
        _add(counts, "transitions", Count.once(**{f"{before}>{after}": 1}))
    for rule in rules:
        table, name = rule.split("#")
        _add(counts, f"decision#{table}", Count.once())
        _add(counts, f"rule#{table}", Count.once(**{f"1.0.0#{name}": 1}))
    if signature:
        _add(counts, f"failure#{signature}", Count.once(first=1))


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
        stage = stages.get(state, Stage.CONCERNED)
        found.append(
            OpenCase(
                f"arn:execution:LIM-9{place:05d}-a",
                f"LIM-9{place:05d}",
                status,
                state,
                since,
                since - timedelta(seconds=4),
                waits_for(status, state),
                int(failed and dice.random() < 0.2),
                stage,
                since - timedelta(seconds=3) if stage is not Stage.CONCERNED else None,
                error,
                f"{state[:4]}{error[:4]}" if failed else "",
            )
        )
    return found
