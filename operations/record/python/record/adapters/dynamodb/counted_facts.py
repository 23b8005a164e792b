"""What the tables of decisions and orders say of a part of an execution, to be counted with it.

Two reads as a rule: the decisions of the limitation within that time, and its orders where one was placed.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from record.domain.course import Course
from record.domain.paid import PAYMENT, PAYMENTS, Paid, payment_before
from record.domain.promises import end_of_banks_day
from record.domain.reach import BROUGHT_BACK, reach_of
from record.domain.record import NO_FACTS, CaseFacts, EnedisReturn, RuleMatch
from restoration.adapters.dynamodb.batch_reads import RegisterBusy, items_of
from restoration.adapters.dynamodb.decision_log import LAST, unpacked
from restoration.adapters.dynamodb.pages import items_found
from restoration.clock import from_text, moment_of, to_text
from restoration.domain.decision import sends_to_an_advisor
from restoration.domain.limitation import execution_name, limitation_of
from restoration.domain.look import CERTAINTY, COVERAGE
from restoration.domain.order import Intent, OrderStatus

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

ORDERING = "OrderAtEnedis"
ACCEPTANCE = "SGT200"
"""Enedis' code of an order that it accepted; one that was found accepted later bears none."""
MILLISECOND = timedelta(milliseconds=1)
SLACK = timedelta(seconds=1)
"""Between the entry into a state as its event has it, and as the state itself has it."""
_LETTERS = tuple(intent.letter for intent in Intent)


class CountedFacts:
    """Reads the tables ``decisions``, ``orders`` and ``limitations``.

    Parameters
    ----------
    missed
        Is told where they could not be read: a count does not wait for its facts.
    """

    def __init__(
        self,
        dynamodb: "DynamoDBServiceResource",
        decisions_table: str,
        orders_table: str,
        limitations_table: str,
        missed: Callable[[str], None],
    ) -> None:
        self._client = dynamodb.meta.client
        self._decisions = decisions_table
        self._orders = orders_table
        self._limitations = limitations_table
        self._missed = missed

    def of(self, course: Course) -> CaseFacts:
        """The facts of an execution from its last redrive, or its start, to its end."""
        with self._or_missed(course):
            return self._read(course)
        return NO_FACTS

    def coverage(self, course: Course) -> str:
        """The outcome of the coverage that was decided last for an execution's limitation; empty where none is kept."""
        limitation, kept = limitation_of(course.execution), dict[str, Any]()
        with self._or_missed(course):
            last = self._decision(limitation, f"{LAST}{COVERAGE}", "lastDecidedAt")
            kept |= self._decision(limitation, str(last["lastDecidedAt"]), "value") if last else {}
        return str(json.loads(unpacked(bytes(kept["value"]))).get("outcome", "")) if kept else ""

    def banks_times(self, course: Course) -> Sequence[tuple[datetime, datetime]]:
        """When the rules said of a limitation until when the bank takes, and until when, in their order."""
        values = {":limitation": limitation_of(course.execution), ":since": "0", ":until": "9~"}
        kept: list[Mapping[str, Any]] = []
        with self._or_missed(course):
            kept = [item for item in self._kept(values) if item["decision"] == CERTAINTY]
        said = [(item["decidedAt"], json.loads(unpacked(bytes(item["value"]))).get("pendingUntil")) for item in kept]
        return [(from_text(at.partition("#")[0]), end_of_banks_day(until)) for at, until in said if until]

    def origin(self, course: Course) -> str:
        """What started an execution, ``type|id``, by the facts that its limitation knows; empty where none did."""
        limitation, name = limitation_of(course.execution), course.name
        found: Sequence[str] = ()
        with self._or_missed(course):
            found = triggers_of(limitation, self._limitation(limitation, "facts, registeredAt"))
        return next((each for each in found if execution_name(limitation, each) == name), "")

    def paid_at(self, course: Course) -> datetime | None:
        """When the first payment was noted since an execution's limitation was last let go; None where none was."""
        item: Mapping[str, Any] = {}
        with self._or_missed(course):
            item = self._limitation(limitation_of(course.execution), "facts, noted, seen")
        news = (each for each, number in item.get("facts", {}).items() if number > item.get("seen", 0))
        return min((from_text(item["noted"][each]["at"]) for each in news if each.startswith(PAYMENTS)), default=None)

    def is_by_technician(self, course: Course) -> bool:
        """Whether the newest order that Enedis accepted for an execution's limitation is for a technician."""
        orders: Sequence[Mapping[str, Any]] = ()
        with self._or_missed(course):
            orders = self._orders_of(limitation_of(course.execution))
        accepted = [each for each in orders if each.get("status") == OrderStatus.ACCEPTED]
        newest = max(accepted, key=lambda each: int(each.get("ordinal", 0)), default={})
        return newest.get("intent") == Intent.RESTORE_BY_TECHNICIAN

    def names(self, course: Course) -> Collection[str]:
        """By what a customer may name the limitation of an execution: its payments, and its cases at Enedis."""
        limitation = limitation_of(course.execution)
        with self._or_missed(course):
            facts = self._limitation(limitation, "facts").get("facts", {})
            cases = {str(each["caseId"]) for each in self._orders_of(limitation) if "caseId" in each}
            payments = (mark.partition("|")[2] for mark in facts if mark.startswith(PAYMENT))
            return cases | {each.rpartition(":")[0] or each for each in payments}
        return ()

    @contextmanager
    def _or_missed(self, course: Course) -> Iterator[None]:
        """Go on without what a table did not say, and tell that it is missed."""
        try:
            yield
        except (BotoCoreError, ClientError, RegisterBusy) as error:
            self._missed(f"{course.execution}: {error}")

    def _limitation(self, limitation_id: str, names: str) -> Mapping[str, Any]:
        response: Any = self._client.get_item(
            TableName=self._limitations, Key={"limitationId": limitation_id}, ProjectionExpression=names
        )
        found: Mapping[str, Any] = response.get("Item", {})
        return found

    def _decision(self, limitation_id: str, key: str, name: str) -> Mapping[str, Any]:
        response: Any = self._client.get_item(
            TableName=self._decisions,
            Key={"limitationId": limitation_id, "decidedAt": key},
            ProjectionExpression="#name",
            ExpressionAttributeNames={"#name": name},
            ConsistentRead=True,
        )
        found: Mapping[str, Any] = response.get("Item") or {}
        return found

    def _read(self, course: Course) -> CaseFacts:
        before = course.at(course.redrives - 1).ended_at if course.redrives else None
        began, ended = moment_of(before or course.started_at), moment_of(course.ended_at or 0)
        kept = list(self._decided(course, began + MILLISECOND if course.redrives else began, ended))
        grounds = [json.loads(unpacked(bytes(item["grounds"]))) for item in kept]
        rules = [
            RuleMatch(decision, str(item["version"]), rule)
            for item, found in zip(kept, grounds, strict=True)
            for decision, rule in dict.fromkeys((each["decision"], each["rule"]) for each in found)
        ]
        return CaseFacts(
            rules=rules,
            decisions=[str(item["decision"]) for item in kept],
            manual=[
                str(item["decision"])
                for item in kept
                if sends_to_an_advisor(json.loads(unpacked(bytes(item["value"]))))
            ],
            returns=list(self._returned(course, began, ended)),
            means=frozenset(means for found in grounds for ground in found for means in _means(ground["tested"])),
            paid=self._paid(course),
        )

    def _paid(self, course: Course) -> Paid | None:
        """The payment on which power came back by an order."""
        certain_at = reach_of(course.visits, course.end).certain_at
        if course.end.outcome != BROUGHT_BACK or certain_at is None:
            return None
        noted = self._limitation(limitation_of(course.execution), "noted").get("noted", {})
        return payment_before(noted, moment_of(certain_at))

    def _decided(self, course: Course, since: datetime, until: datetime) -> Iterator[Mapping[str, Any]]:
        """The records of decisions that an execution asked for within a time, both ends included."""
        name = course.name
        span = {":since": to_text(since), ":until": f"{to_text(until)}~"}
        found = self._kept({":limitation": limitation_of(course.execution), **span})
        return (item for item in found if str(item["askedBy"]).partition("/")[0] == name)

    def _kept(self, values: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """The records of a limitation's decisions from one moment until another."""
        return items_found(
            self._client.query,
            TableName=self._decisions,
            KeyConditionExpression="limitationId = :limitation AND decidedAt BETWEEN :since AND :until",
            ExpressionAttributeValues=values,
            ProjectionExpression="decidedAt, askedBy, decision, version, grounds, #value",
            ExpressionAttributeNames={"#value": "value"},
        )

    def _returned(self, course: Course, since: datetime, until: datetime) -> Iterator[EnedisReturn]:
        """What Enedis returned to the orders for which an execution waited within a time."""
        waits = [
            (
                max(since, moment_of(visit.entered_at) - SLACK),
                until if visit.left_at is None else min(until, moment_of(visit.left_at)),
            )
            for visit in course.visits
            if visit.state == ORDERING
        ]
        if not any(first <= last for first, last in waits):
            return
        for item in self._orders_of(limitation_of(course.execution)):
            if "tokenEnteredAt" not in item or "status" not in item:
                continue
            asked_at = from_text(item["tokenEnteredAt"])
            if any(first <= asked_at <= last for first, last in waits):
                is_accepted = item["status"] == OrderStatus.ACCEPTED
                code = ACCEPTANCE if is_accepted else item.get("code") or item["status"]
                yield EnedisReturn(str(item["intent"]), str(code), is_accepted)

    def _orders_of(self, limitation_id: str) -> Sequence[Mapping[str, Any]]:
        """All orders of a limitation: one for each number and kind."""
        item = self._limitation(limitation_id, "orderOrdinal")
        return list(
            items_of(
                self._client,
                self._orders,
                ({"reference": each} for each in references_of(limitation_id, item)),
                ProjectionExpression="intent, code, #status, tokenEnteredAt, ordinal, caseId",
                ExpressionAttributeNames={"#status": "status"},
            )
        )


def references_of(limitation_id: str, item: Mapping[str, Any]) -> Sequence[str]:
    """The references that orders of a limitation may have: one for each number and kind."""
    numbers = range(1, int(item.get("orderOrdinal", 0)) + 1)
    references = [f"{limitation_id}/{letter}/{number}" for number in numbers for letter in _LETTERS]
    return [*references, f"point/{item['pointId']}"] if item.get("pointId") else references


def triggers_of(limitation_id: str, item: Mapping[str, Any]) -> Sequence[str]:
    """The triggers of a limitation that its item knows, ``type|id``: each names the execution that it started."""
    registered_at = item.get("registeredAt")
    registered = [f"LimitationRegistered|{limitation_id}:{registered_at}"] if registered_at else []
    return [*item.get("facts", ()), *registered]


def _means(tested: Mapping[str, Any]) -> Iterator[str]:
    for path, value in tested.items():
        if path.rpartition(".")[2] == "means" and isinstance(value, str):
            yield value
