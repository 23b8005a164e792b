"""One made case, with all that a dossier holds: two executions, an order, a message, a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from record.cases.dossier import Dossier
from record.cases.failures import NothingFound
from record.cases.kept_decisions import KeptDecision
from record.cases.register import Named
from record.domain.course import Course
from record.domain.course_event import End
from restoration.clock import to_text
from tests.fakes.courses import events_of

START = datetime(2026, 11, 25, 9, 58, 3, tzinfo=UTC)
ARN = "arn:aws:states:eu-west-3:123456789012:execution:demo-restoration:"
FIRST, SECOND = "LIM-000001-" + "0" * 24 + "03285715", "LIM-000001-" + "0" * 24 + "77fa01bc"


def at(seconds: float) -> datetime:
    """So many seconds after the first payment."""
    return START + timedelta(seconds=seconds)


def execution(
    name: str, stays: Sequence[tuple[float, str]], trigger: str, ends_at: float | None = None, **end: str
) -> Course:
    """An execution by the second at which it entered each state; it runs where ``ends_at`` is None."""
    moments = [milliseconds(second) for second, _ in stays for _ in range(2)]
    words = " ".join(f"TaskStateEntered:{state} TaskStateExited:{state}" for _, state in stays)
    if "outcome" not in end:
        words = words.rpartition(" ")[0]
    if ends_at is None:
        return Course.of(ARN + name, events_of(f"ExecutionStarted {words}", moments), trigger=trigger)
    status, moments = "SUCCEEDED" if "outcome" in end else "FAILED", [*moments, *[milliseconds(ends_at)] * 2]
    ended = End(0, status, moments[0], moments[-1], **end)
    events = events_of(f"ExecutionStarted {words} Execution{status.title()}", moments)
    return Course.of(ARN + name, events, [ended], trigger)


def milliseconds(second: float) -> int:
    return int(at(second).timestamp() * 1000)


def decided_coverage(version: str, value: Mapping[str, Any], moment: datetime = at(901.5)) -> KeptDecision:  # noqa: B008
    """A coverage that the second execution asked for."""
    matched = [{"id": "r1", "annotations": {"source": "la dette est couverte"}}]
    audit = {"value": value, "warnings": [], "decisions": [{"outputs": value, "matchedRules": matched}]}
    asked_by = f"{SECOND}/DecideCoverage"
    return KeptDecision("LIM-000001", moment, "x", "coverage", asked_by, version, value, [], {}, audit, "", "")


def dossier() -> Dossier:
    """A customer who paid too little, then the rest, and waits for Enedis."""
    first = execution(
        FIRST,
        [
            (0, "TakeCharge"),
            (0.4, "SuspendReminders"),
            (0.5, "CheckPayment"),
            (1.4, "DecidePayment"),
            (1.6, "CloseOrLetGo"),
        ],
        "PaymentReceived|PAY-1",
        1.9,
        outcome="BALANCE_DUE",
    )
    second = execution(
        SECOND,
        [
            (900, "TakeCharge"),
            (900.5, "CheckPayment"),
            (901.5, "DecideCoverage"),
            (902, "ReadPoint"),
            (904, "OrderAtEnedis"),
            (909, "WaitForEnedis"),
        ],
        "PaymentReceived|PAY-2",
    )
    decision = decided_coverage("v1", {"outcome": "RESTORE", "reason": "COVERED"})
    order = {
        "reference": "LIM-000001/R/1",
        "ordinal": Decimal(1),
        "status": "ACCEPTED",
        "caseId": "A0001234",
        "code": "SGT200",
        "label": "OK",
        "lookAt": to_text(at(908)),
    }
    message = {
        "messageId": "LIM-000001#ORDER_PLACED#LIM-000001/R/1",
        "channel": "SMS",
        "claimedAt": to_text(at(910)),
        "sentAt": to_text(at(911)),
    }
    item = {
        "status": "LIMITED",
        "contractId": "CTR-000001",
        "pointId": "30001234567890",
        "customerId": "CUS-000001",
        "debt": Decimal("183.20"),
        "registeredAt": to_text(at(-864000)),
        "claimedAt": to_text(at(900)),
        "generation": Decimal(2),
        "claimMode": "live",
        "holder": ARN + SECOND,
    }
    return Dossier("LIM-000001", item, [first, second], [decision], [order], [message])


def failed_dossier() -> Dossier:
    """The same, whose second execution failed at Enedis."""
    made = dossier()
    stays = [(900, "TakeCharge"), (900.5, "CheckPayment"), (902, "ReadPoint")]
    cause = "Enedis did not respond in 10 s <b>at all</b>"
    stopped = execution(SECOND, stays, "PaymentReceived|PAY-1", 932, error="EnedisUnavailable", cause=cause)
    return replace(made, limitation_id="LIM-000002", executions=[made.executions[0], stopped], orders=[], messages=[])


def long_dossier() -> Dossier:
    """One that was asked about, decided by an advisor and closed, with everything that can be noted of a case."""
    moments = {"registeredAt": 0, "limitedSince": 60, "claimedAt": 120, "floorRaisedAt": 180, "closedAt": 86_400}
    item = {
        "status": "CLOSED",
        "contractId": "CTR-000003",
        **{name: to_text(at(second)) for name, second in moments.items()},
        "decidedQuestion": {"number": Decimal(2), "reason": "DISPUTE", "askedAt": Decimal(milliseconds(200))},
        "advisorWord": {"id": "w", "decision": "RESTORE", "at": to_text(at(300))},
        "noted": {
            mark: {"at": to_text(at(310 + place)), "digest": ""}
            for place, mark in enumerate(
                (
                    *("LimitationRegistered|x", "AdvisorDecided|w", "PaymentReceived|PAY-1:CAPTURED", "Odd|1"),
                    "PaymentDeclared|6f1c2b1e-3d7a-4b53-9a77-0d1f6f0c9a55",
                )
            )
        },
        "settlement": {"outcome": "BALANCE_DUE", "balance": Decimal("40.50")},
    }
    again = 2 * "TaskScheduled TaskFailed:BillingUnavailable "
    words = (
        f"ExecutionStarted TaskStateEntered:CheckPayment {again} TaskScheduled TaskSucceeded"
        " TaskStateExited:CheckPayment TaskStateEntered:ReadPoint TaskScheduled TaskTimedOut ExecutionFailed"
        " ExecutionRedriven TaskScheduled TaskFailed:EnedisUnavailable TaskStateExited:ReadPoint"
        " TaskStateEntered:WaitForEnedis TaskScheduled ExecutionAborted"
    )
    events = events_of(words, map(milliseconds, count(401)))
    ends = [
        End(0, "FAILED", milliseconds(401), milliseconds(413), error="States.Timeout", cause="it took too long"),
        End(1, "ABORTED", milliseconds(401), milliseconds(420), error="StoppedByOperations", cause="journal 1"),
    ]
    told: Sequence[tuple[str, Any, list[Any]]] = (
        ("coverage", {"outcome": "REFUSE", "zero": 0}, [{"decision": "coverage", "rule": "r34", "tested": {}}]),
        ("action", {"action": "REMOTE", "why": "long " * 60}, [{"decision": "other", "rule": "r1"}]),
        ("paymentCertainty", {"pendingUntil": "2026-11-27"}, []),
        ("progress", "WAIT", []),
    )
    decisions = [
        KeptDecision("LIM-000003", at(500 + place), "x", name, SECOND, "v1", value, grounds, None, None, "", "")
        for place, (name, value, grounds) in enumerate(told)
    ]
    steps = [
        {"outputs": {"reason": "COVERED"}, "matchedRules": [{"annotations": {"a": "the reason", "b": ""}}]},
        {"outputs": "RESTORE", "matchedRules": [{"annotations": {"a": "the outcome"}}]},
    ]
    for place, value in enumerate(({"outcome": "RESTORE", "reason": "COVERED"}, {"outcome": "RESTORE"})):
        audit = {"value": value, "warnings": [], "decisions": steps}
        decisions.append(replace(decided_coverage("v2", value, at(510 + place)), audit=audit))
    order: dict[str, Any] = {"intent": "REMOTE", "lookAt": to_text(at(600)), "ordinal": Decimal(1)}
    orders = [
        {**order, "reference": "LIM-000003/R/1", "status": "REFUSED", "code": "SGT4B8", "label": "non"},
        {
            **order,
            "reference": "LIM-000003/T/2",
            "intent": "TECHNICIAN",
            "status": "ACCEPTED",
            "caseId": "A2",
            "tokenEnteredAt": to_text(at(610)),
        },
        {**order, "reference": "LIM-000003/R/3", "status": "UNKNOWN", "code": "SGT500"},
        {"reference": "point/30000000000003", "order": "LIM-000003/R/3"},
    ]
    names = ("BALANCE_DUE#1#120.00", "ORDER_PLACED#LIM-000003/R/1", "VISIT#9.5", "BALANCE_DUE#2", "RESTORED")
    noted = ("sentAt", "failedAt", "unknownAt", "deliveryAt", "claimedAt")
    messages: list[dict[str, Any]] = [
        {"messageId": f"LIM-000003#{name}", moment: to_text(at(700 + place)), "channel": "EMAIL", "error": "Odd"}
        for place, (name, moment) in enumerate(zip(names, noted, strict=True))
    ]
    messages[0] |= {"reportedAt": to_text(at(720)), "delivery": "BOUNCED", "claimedAt": to_text(at(690))}
    del messages[1]["channel"], messages[1]["error"]
    acts = [{"kind": "PaymentDeclared", "at": to_text(at(800)), "role": "ADVISOR", "channel": "DESK"}]
    acts.append({"kind": "Odd", "at": to_text(at(801)), "role": "STRANGER", "channel": "PAGE"})
    execution = Course.of(ARN + FIRST, events, ends, "PaymentReceived|PAY-1")
    return Dossier("LIM-000003", item, [execution], decisions, orders, messages, acts)


@dataclass
class MemoryCases:
    """Cases that a test puts there, by the names that find them."""

    kept: Mapping[str, Sequence[Dossier]] = field(default_factory=dict)
    decided: Sequence[KeptDecision] = ()

    def named(self, key: str) -> tuple[Named, Sequence[Dossier]]:
        if key not in self.kept:
            raise NothingFound(f"No limitation, contract, point or customer {key} is in the register.")
        return Named("limitation", key, [each.limitation_id for each in self.kept[key]]), self.kept[key]

    def decisions(self, limitation_id: str) -> Sequence[KeptDecision]:  # noqa: ARG002
        return self.decided


def cases() -> MemoryCases:
    """One that waits, one that failed, a customer who has both, and a long one."""
    both, new = [dossier(), failed_dossier()], Dossier("LIM-000004", {"status": "LIMITED"}, [], [], [], [])
    single = {each.limitation_id: [each] for each in (*both, long_dossier(), new)}
    return MemoryCases({**single, "CUS-000001": both})
