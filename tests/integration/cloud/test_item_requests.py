"""Requests for items get from the short way into moto what they get from moto's own."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.backends import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud import EmbeddedCloud

KEY = {"p": {"S": "a"}, "s": {"N": "1"}}
ITEMS: list[dict[str, Any]] = [
    {"p": {"S": place}, "s": {"N": str(number)}, "kind": {"S": "odd" if number % 2 else "even"}, "n": {"N": "0"}}
    for place in ("b", "a")
    for number in (2, 10, 1)
]


def query(condition: str, values: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
    return "query", {"KeyConditionExpression": condition, "ExpressionAttributeValues": values, **more}


def update(expression: str, value: dict[str, str]) -> tuple[str, dict[str, Any]]:
    return "update_item", {"Key": KEY, "UpdateExpression": expression, "ExpressionAttributeValues": {":n": value}}


REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("get_item", {"Key": KEY}),
    ("get_item", {"Key": KEY, "ProjectionExpression": "#n", "ExpressionAttributeNames": {"#n": "n"}}),
    ("get_item", {"Key": {"p": {"S": "nobody"}, "s": {"N": "1"}}}),
    ("get_item", {"Key": {"p": {"S": "a"}}}),
    query("p = :p", {":p": {"S": "a"}}),
    query("p = :p", {":p": {"S": "a"}}, Limit=2),
    query("p = :p AND s > :s", {":p": {"S": "a"}, ":s": {"N": "1"}}, ScanIndexForward=False),
    query("p = :p", {":p": {"S": "nobody"}}),
    query("kind = :k", {":k": {"S": "even"}}, IndexName="by-kind"),
    query("k = :k", {":k": {"S": "x"}}, IndexName="none"),
    ("put_item", {"Item": ITEMS[0], "ConditionExpression": "attribute_not_exists(p)"}),
    update("ADD n :n", {"N": "2"}),
    update("ADD n :n", {"S": "2"}),
    ("delete_item", {"Key": KEY, "ReturnValues": "ALL_OLD"}),
    ("scan", {}),
    ("put_item", {"Item": {**KEY, **{f"a{place}": {"S": "x" * 1000} for place in range(410)}}}),
]


@pytest.fixture
def dynamodb(cloud: EmbeddedCloud) -> Any:
    return cloud.client("dynamodb")


def responses(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    """The responses to all requests, one after the other, of a table that is made for them."""
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind} for name, kind in {"p": "S", "s": "N", "kind": "S"}.items()
        ],
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-kind",
                "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    for item in ITEMS:
        dynamodb.put_item(TableName=table, Item=item)
    return [response(dynamodb, name, {"TableName": table, **asked}) for name, asked in REQUESTS]


def response(dynamodb: Any, name: str, asked: dict[str, Any]) -> dict[str, Any]:
    """A response without what tells one call from another: its metadata, and its table."""
    try:
        found = getattr(dynamodb, name)(**asked)
    except ClientError as error:
        said = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"status": status, "code": said["Code"], "message": said["Message"].replace(asked["TableName"], "table")}
    return {part: value for part, value in found.items() if part not in {"ResponseMetadata", "ConsumedCapacity"}}


def test_short_way_gives_what_moto_s_own_way_gives_and_queries_their_partition_in_its_order(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = responses(dynamodb, "short")
    monkeypatch.setattr(tables, "BYTES", re.compile(b""))  # which now finds some in each request
    long = responses(dynamodb, "long")
    for (name, asked), one, other in zip(REQUESTS, short, long, strict=True):
        assert one == other, (name, asked)
    queries = [found.get("Items", []) for (name, _), found in zip(REQUESTS, short, strict=True) if name == "query"]
    assert [[(item["p"]["S"], item["s"]["N"]) for item in items] for items in queries[:5]] == [
        [("a", "1"), ("a", "2"), ("a", "10")],
        [("a", "1"), ("a", "2")],
        [("a", "10"), ("a", "2")],
        [],
        [("a", "2"), ("b", "2"), ("a", "10"), ("b", "10")],
    ]
    assert short[-1]["message"] == "Item size has exceeded the maximum allowed size", "its attributes are small ones"


def test_cancelled_transaction_says_which_part_failed_and_changes_nothing(dynamodb: Any) -> None:
    responses(dynamodb, "transacted")
    before = dynamodb.scan(TableName="transacted")["Items"]
    update = {
        "TableName": "transacted",
        "Key": {"p": {"S": "b"}, "s": {"N": "1"}},
        "UpdateExpression": "ADD n :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    }
    refused = {"TableName": "transacted", "Item": ITEMS[0], "ConditionExpression": "attribute_not_exists(p)"}
    with pytest.raises(ClientError) as caught:
        dynamodb.transact_write_items(TransactItems=[{"Update": update}, {"Put": refused}])
    assert [each["Code"] for each in caught.value.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    assert dynamodb.scan(TableName="transacted")["Items"] == before


@dataclass
class Items:
    """Items of a table, of which each write raises a number by one."""

    dynamodb: Any

    def write(self, item: str) -> None:
        self.dynamodb.update_item(**self._update(item))

    def transact(self, *items: str) -> None:
        self.dynamodb.transact_write_items(TransactItems=[{"Update": self._update(item)} for item in items])

    def number(self, item: str) -> int:
        found = self.dynamodb.get_item(TableName="sample-items", Key={"id": {"S": item}}, ConsistentRead=True)
        return int(found.get("Item", {}).get("n", {}).get("N", 0))

    @staticmethod
    def _update(item: str) -> dict[str, Any]:
        change = {"UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
        return {"TableName": "sample-items", "Key": {"id": {"S": item}}, **change}

    def refusal(self, call: Callable[[], None]) -> tuple[str, list[str]]:
        """The code of the error, and those of its reasons."""
        with pytest.raises(ClientError) as caught:
            call()
        response: Any = caught.value.response
        return response["Error"]["Code"], [each["Code"] for each in response.get("CancellationReasons", [])]


def test_write_that_meets_a_transaction_is_refused_and_says_so(cloud: EmbeddedCloud, dynamodb: Any) -> None:
    items = Items(dynamodb)
    with cloud.item_in_transaction("Table", {"id": "held"}):
        assert items.refusal(lambda: items.write("held")) == ("TransactionConflictException", [])
        conflict = items.refusal(lambda: items.transact("free", "held"))
        assert conflict == ("TransactionCanceledException", ["None", "TransactionConflict"])
        items.write("other")
    items.transact("held", "free")
    assert [items.number(each) for each in ("held", "free", "other")] == [1, 1, 1]


def test_requests_that_come_at_the_same_time_meet_each_other(cloud: EmbeddedCloud, dynamodb: Any) -> None:
    items, done = Items(dynamodb), threading.Event()

    def transact() -> None:
        items.transact("first", "second")
        done.set()

    with cloud.dispatcher.lock:  # so that the transaction lasts
        threading.Thread(target=transact, daemon=True).start()
        cloud.wait_until(lambda: _is_refused(items, "first"), 10, "a transaction that is under way")
        assert items.refusal(lambda: items.transact("second"))[1] == ["TransactionConflict"]
        assert items.number("second") == 0
    assert done.wait(10)
    items.transact("second")
    assert items.number("second") == 2


def _is_refused(items: Items, item: str) -> bool:
    try:
        items.write(item)
    except items.dynamodb.exceptions.TransactionConflictException:
        return True
    return False


def test_query_of_a_late_index_misses_the_last_writes_and_no_others(cloud: EmbeddedCloud, dynamodb: Any) -> None:
    responses(dynamodb, "late")

    def numbers(**index: str) -> list[str]:
        condition = {"KeyConditionExpression": "#k = :k", "ExpressionAttributeValues": {":k": {"S": "new"}}}
        names = {"ExpressionAttributeNames": {"#k": "kind" if index else "p"}}
        return [item["s"]["N"] for item in dynamodb.query(TableName="late", **condition, **names, **index)["Items"]]

    def change(number: int) -> dict[str, Any]:
        return {"TableName": "late", "Key": {"p": {"S": "new"}, "s": {"N": str(number)}}}

    def put(number: int) -> dict[str, Any]:
        return {"TableName": "late", "Item": {**change(number)["Key"], "kind": {"S": "new"}}}

    dynamodb.put_item(**put(1))
    with cloud.late_indexes(timedelta(hours=1)):
        dynamodb.put_item(**put(2))
        dynamodb.transact_write_items(TransactItems=[{"Put": put(3)}, {"Delete": change(1)}])
        assert (numbers(), numbers(IndexName="by-kind")) == (["2", "3"], ["1"])
        cloud.clock.move(timedelta(hours=1))
        dynamodb.delete_item(**change(2))
        assert (numbers(), numbers(IndexName="by-kind")) == (["3"], ["2", "3"])
    assert numbers(IndexName="by-kind") == ["3"]
