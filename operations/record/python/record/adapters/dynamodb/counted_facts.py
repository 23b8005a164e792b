"""What the tables of decisions and orders say of a part of an execution, to be counted with it.

Two reads as a rule: the decisions of the limitation within that time, and its orders where one was placed.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key
from botocore.exceptions import BotoCoreError, ClientError

from record.domain.course import Course
from record.domain.paid import PAYMENT, PAYMENTS, Paid, payment_before
from record.domain.promises import end_of_banks_day
from record.domain.reach import BROUGHT_BACK, reach_of
from record.domain.record import ACCEPTANCE, CaseFacts, EnedisReturn, RuleMatch
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
MILLISECOND = timedelta(milliseconds=1)
SLACK = timedelta(seconds=1)
"""Between the entry into a state as its event has it, and as the state itself has it."""
_LETTERS = tuple(intent.letter for intent in Intent)


@dataclass(frozen=True, slots=True)
class CountedFacts:
    """Reads the tables ``decisions``, ``orders`` and ``limitations``.

    Parameters
    ----------
    missed
        Is told where they could not be read: a count does not wait for its facts.
    """

    dynamodb: "DynamoDBServiceResource"
    decisions: str
    orders: str
    limitations: str
    missed: Callable[[str], None]

    def of(self, course: Course) -> CaseFacts:
        """The facts of an execution from its last redrive, or its start, to its end."""
        before = course.at(course.redrives - 1).ended_at if course.redrives else None
        began, ended = moment_of(before or course.started_at), moment_of(course.ended_at or 0)
        since = to_text(began + MILLISECOND if course.redrives else began)
        found = self._decided(course, since, f"{to_text(ended)}~")
        kept = [item for item in found if str(item["askedBy"]).partition("/")[0] == course.name]
        grounds = [json.loads(unpacked(bytes(item["grounds"]))) for item in kept]
        rules = [
            RuleMatch(decision, str(item["version"]), rule)
            for item, found in zip(kept, grounds, strict=True)
            for decision, rule in dict.fromkeys((each["decision"], each["rule"]) for each in found)
        ]
        return CaseFacts(
            rules=rules,
            decisions=[str(item["decision"]) for item in kept],
            manual=[str(item["decision"]) for item in kept if sends_to_an_advisor(_value(item))],
            returns=list(self._returned(course, began, ended)),
            means=frozenset(means for found in grounds for ground in found for means in _means(ground["tested"])),
            paid=self._paid(course),
        )

    def coverage(self, course: Course) -> str:
        """The outcome of the coverage that was decided last for an execution's limitation; empty where none is kept."""
        last = last_value(lambda order: self._item(course, self.decisions, decidedAt=order), COVERAGE)
        return str(last.get("outcome", ""))

    def banks_times(self, course: Course) -> Sequence[tuple[datetime, datetime]]:
        """When the rules said of a limitation until when the bank takes, and until when, in their order."""
        kept = (item for item in self._decided(course, "0", "9~") if item["decision"] == CERTAINTY)
        said = [(item["decidedAt"], _value(item).get("pendingUntil")) for item in kept]
        return [(from_text(at.partition("#")[0]), end_of_banks_day(until)) for at, until in said if until]

    def origin(self, course: Course) -> str:
        """What started an execution, ``type|id``, by the facts that its limitation knows; empty where none did."""
        limitation = limitation_of(course.execution)
        found = triggers_of(limitation, self._limitation(course))
        return next((each for each in found if execution_name(limitation, each) == course.name), "")

    def paid_at(self, course: Course) -> datetime | None:
        """When the first payment was noted since an execution's limitation was last let go; None where none was."""
        item = self._limitation(course)
        news = (each for each, number in item.get("facts", {}).items() if number > item.get("seen", 0))
        return min((from_text(item["noted"][each]["at"]) for each in news if each.startswith(PAYMENTS)), default=None)

    def is_by_technician(self, course: Course) -> bool:
        """Whether the newest order that Enedis accepted for an execution's limitation is for a technician."""
        accepted = [each for each in self._orders_of(course) if each.get("status") == OrderStatus.ACCEPTED]
        newest = max(accepted, key=lambda each: int(each.get("ordinal", 0)), default={})
        return newest.get("intent") == Intent.RESTORE_BY_TECHNICIAN

    def names(self, course: Course) -> Collection[str]:
        """By what a customer may name the limitation of an execution: its payments, and its cases at Enedis."""
        cases = {str(each["caseId"]) for each in self._orders_of(course) if "caseId" in each}
        marks = (mark for mark in self._limitation(course).get("facts", {}) if mark.startswith(PAYMENT))
        payments = (mark.partition("|")[2] for mark in marks)
        return cases | {each.rpartition(":")[0] or each for each in payments}

    def _paid(self, course: Course) -> Paid | None:
        """The payment on which power came back by an order."""
        certain_at = reach_of(course.visits, course.end).certain_at
        if course.end.outcome != BROUGHT_BACK or certain_at is None:
            return None
        return payment_before(self._limitation(course).get("noted", {}), moment_of(certain_at))

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
        for item in self._orders_of(course):
            if "tokenEnteredAt" not in item or "status" not in item:
                continue
            asked_at = from_text(item["tokenEnteredAt"])
            if any(first <= asked_at <= last for first, last in waits):
                is_accepted = item["status"] == OrderStatus.ACCEPTED
                code = ACCEPTANCE if is_accepted else item.get("code") or item["status"]
                yield EnedisReturn(str(item["intent"]), str(code), is_accepted)

    # ── Reads: without what a table does not say, it goes on, and tells that it is missed ──

    @contextmanager
    def _or_missed(self, course: Course) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError, RegisterBusy) as error:
            self.missed(f"{course.execution}: {error}")

    def _item(self, course: Course, table: str, **more: str) -> Mapping[str, Any]:
        """An item of an execution's limitation; empty where there is none."""
        key = {"limitationId": limitation_of(course.execution), **more}
        with self._or_missed(course):
            return self.dynamodb.meta.client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
        return {}

    def _limitation(self, course: Course) -> Mapping[str, Any]:
        return self._item(course, self.limitations)

    def _decided(self, course: Course, since: str, until: str) -> Sequence[Mapping[str, Any]]:
        """The records of a limitation's decisions from one moment until another."""
        asked = Key("limitationId").eq(limitation_of(course.execution)) & Key("decidedAt").between(since, until)
        with self._or_missed(course):
            return list(
                items_found(
                    self.dynamodb.meta.client.query,
                    TableName=self.decisions,
                    KeyConditionExpression=asked,
                    ProjectionExpression="decidedAt, askedBy, decision, version, grounds, #value",
                    ExpressionAttributeNames={"#value": "value"},
                )
            )
        return []

    def _orders_of(self, course: Course) -> Sequence[Mapping[str, Any]]:
        """All orders of a limitation: one for each number and kind."""
        ordered = {"orderOrdinal": self._limitation(course).get("orderOrdinal", 0)}
        references = references_of(limitation_of(course.execution), ordered)
        with self._or_missed(course):
            return list(items_of(self.dynamodb.meta.client, self.orders, ({"reference": each} for each in references)))
        return []


def _value(item: Mapping[str, Any]) -> Any:
    return json.loads(unpacked(bytes(item["value"])))


def last_value(item_of: Callable[[str], Mapping[str, Any]], decision: str) -> Mapping[str, Any]:
    """What was decided last of a kind; empty where nothing was. ``item_of`` reads a decision's item by its sort key."""
    last = item_of(f"{LAST}{decision}")
    kept = item_of(last["lastDecidedAt"]) if last else {}
    return dict(_value(kept)) if kept else {}


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
