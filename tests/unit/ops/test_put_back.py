"""What is written when a restored table is put back: nobody acts by an old claim, and no order is sent twice."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ops.put_back import Table, came_since, of_the_orders, of_the_register, ordinals_of

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)


def limitation(generation: int = 1, ordinal: int = 0, order: str = "") -> Mapping[str, Mapping[str, Any]]:
    item: dict[str, Mapping[str, Any]] = {
        "limitationId": {"S": "LIM-1"},
        "pointId": {"S": "30000000000001"},
        "generation": {"N": str(generation)},
        "triggerCount": {"N": "4"},
        "orderOrdinal": {"N": str(ordinal)},
    }
    if order:
        where = {"S": "30000000000002"}  # the limitation was moved since
        item["openOrder"] = {"M": {"reference": {"S": order}, "pointId": where, "intent": {"S": "REMOTE"}}}
    return item


def test_every_claim_of_a_restored_limitation_is_an_old_one() -> None:
    restored = {**limitation(), "generation": {"N": "7"}}
    counts = {"generation": {"N": "1007"}, "triggerCount": {"N": "1004"}}
    assert list(of_the_register({"LIM-1": restored}, {}, {})) == [{**restored, **counts}]
    again = {"LIM-1": {"generation": {"N": "1009"}, "triggerCount": {"N": "1006"}}}  # it was put back, and went on
    counts = {"generation": {"N": "2009"}, "triggerCount": {"N": "2006"}}
    assert list(of_the_register({"LIM-1": restored}, again, {})) == [{**restored, **counts}]
    bare = {"limitationId": {"S": "LIM-1"}}
    first = {"generation": {"N": "1000"}, "triggerCount": {"N": "1000"}, "orderOrdinal": {"N": "0"}}
    assert list(of_the_register({"LIM-1": bare}, {}, {})) == [{**bare, **first}]


def test_number_of_the_next_order_never_goes_back() -> None:
    orders = {str(each): {"limitationId": {"S": "LIM-1"}, "ordinal": {"N": str(each)}} for each in (2, 3, 1)}
    assert ordinals_of({**orders, "point/1": {"order": {"S": "x"}}}) == {"LIM-1": 3}
    assert ordinals_of({"0": {"limitationId": {"S": "LIM-2"}, "ordinal": {"N": "0"}}}) == {"LIM-2": 0}
    for live, ordinals, expected in (({}, {"LIM-1": 3}, "3"), ({"LIM-1": limitation(ordinal=2)}, {}, "2")):
        (change,) = of_the_register({"LIM-1": limitation(ordinal=1)}, live, ordinals)
        assert change["orderOrdinal"] == {"N": expected}


def test_what_came_since_is_taken_away_for_the_archive_to_bring_again() -> None:
    found = [came_since(table, {"1": {}}, {"1": {}, "2": {}}) for table in Table]
    assert found == [[{"limitationId": {"S": "2"}}], [{"contractId": {"S": "2"}}], []]


def test_orders_that_are_there_stay_as_they_are() -> None:
    item = {"reference": {"S": "LIM-1/R/1"}, "status": {"S": "ACCEPTED"}}
    lost = {"reference": {"S": "LIM-9/R/1"}, "status": {"S": "ACCEPTED"}}
    restored = {"LIM-1/R/1": {**item, "status": {"S": "SENDING"}}, "LIM-9/R/1": lost}
    assert list(of_the_orders(restored, {"LIM-1/R/1": item}, {}, NOW)) == [lost]


def test_order_that_only_its_limitation_knows_was_perhaps_sent() -> None:
    order = {
        "reference": {"S": "LIM-1/R/2"},
        "limitationId": {"S": "LIM-1"},
        "intent": {"S": "REMOTE"},
        "ordinal": {"N": "2"},
        "status": {"S": "UNKNOWN"},
        "reads": {"N": "0"},
        "lookAt": {"S": "2026-11-26T02:00:00.000Z"},
    }
    point = {"reference": {"S": "point/30000000000002"}, "limitationId": {"S": "LIM-1"}, "order": {"S": "LIM-1/R/2"}}
    known = {"LIM-1": limitation(order="LIM-1/R/2"), "LIM-2": limitation()}
    assert list(of_the_orders({}, {}, known, NOW)) == [order, point]
    locked = {"point/30000000000002": {"reference": {"S": "point/30000000000002"}}}
    assert list(of_the_orders({}, locked, known, NOW)) == [order]


def test_order_of_which_only_the_token_is_left_keeps_it() -> None:
    live = {"LIM-1/R/2": {"reference": {"S": "LIM-1/R/2"}, "token": {"S": "token-1"}}}
    order, _ = of_the_orders({}, live, {"LIM-1": limitation(order="LIM-1/R/2")}, NOW)
    assert (order["token"], order["status"]) == ({"S": "token-1"}, {"S": "UNKNOWN"})
