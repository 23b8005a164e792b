"""What is written when a restored table is put back: nobody acts by an old claim, and no order is sent twice."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ops.put_back import JUMP, Change, of_the_contracts, of_the_orders, of_the_register, ordinals_of

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
    (change,) = of_the_register({"LIM-1": limitation()}, {}, {})
    assert change.put is not None
    assert (change.put["generation"], change.put["triggerCount"]) == ({"N": str(1 + JUMP)}, {"N": str(4 + JUMP)})


def test_number_of_the_next_order_never_goes_back() -> None:
    orders = {"LIM-1/R/3": {"limitationId": {"S": "LIM-1"}, "ordinal": {"N": "3"}}, "point/1": {"order": {"S": "x"}}}
    assert ordinals_of(orders) == {"LIM-1": 3}
    for live, ordinals, expected in (({}, {"LIM-1": 3}, "3"), ({"LIM-1": limitation(ordinal=2)}, {}, "2")):
        (change,) = of_the_register({"LIM-1": limitation(ordinal=1)}, live, ordinals)
        assert change.put is not None
        assert change.put["orderOrdinal"] == {"N": expected}


def test_what_came_since_is_taken_away_for_the_archive_to_bring_again() -> None:
    assert list(of_the_register({}, {"LIM-2": limitation()}, {})) == [Change(delete={"limitationId": {"S": "LIM-2"}})]
    assert list(of_the_contracts({}, {"CTR-2": {}})) == [Change(delete={"contractId": {"S": "CTR-2"}})]


def test_orders_that_are_there_stay_as_they_are() -> None:
    item = {"reference": {"S": "LIM-1/R/1"}, "status": {"S": "ACCEPTED"}}
    lost = {"reference": {"S": "LIM-9/R/1"}, "status": {"S": "ACCEPTED"}}
    restored = {"LIM-1/R/1": {**item, "status": {"S": "SENDING"}}, "LIM-9/R/1": lost}
    assert list(of_the_orders(restored, {"LIM-1/R/1": item}, {}, NOW)) == [Change(put=lost)]


def test_order_that_only_its_limitation_knows_was_perhaps_sent() -> None:
    changes = list(of_the_orders({}, {}, {"LIM-1": limitation(order="LIM-1/R/2")}, NOW))
    order, lock = (change.put or {} for change in changes)
    assert (order["status"], order["ordinal"], order["lookAt"]) == (
        {"S": "UNKNOWN"},
        {"N": "2"},
        {"S": "2026-11-26T02:00:00.000Z"},
    )
    assert (lock["reference"], lock["order"]) == ({"S": "point/30000000000002"}, {"S": "LIM-1/R/2"})


def test_order_of_which_only_the_token_is_left_keeps_it() -> None:
    live = {"LIM-1/R/2": {"reference": {"S": "LIM-1/R/2"}, "token": {"S": "token-1"}}}
    order, _ = of_the_orders({}, live, {"LIM-1": limitation(order="LIM-1/R/2")}, NOW)
    assert order.put is not None
    assert (order.put["token"], order.put["status"]) == ({"S": "token-1"}, {"S": "UNKNOWN"})
