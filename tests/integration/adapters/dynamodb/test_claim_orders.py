"""The open order of a claim and of its point: written together, and only while both are as they were read."""

from dataclasses import replace
from typing import Any

import pytest

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.domain.limitation import LimitationStatus
from restoration.domain.order import PointOrder, Wanted
from tests.fakes.claims import CANCELLATION, REMOTELY, TO_FLOOR, held, order
from tests.integration.adapters.dynamodb.kept_claims import LOST_CLAIM, Kept

ANYBODY_S = PointOrder("LIM-2", "LIM-2/R/1")


@pytest.mark.parametrize("wanted", [REMOTELY, TO_FLOOR, CANCELLATION])
@pytest.mark.parametrize("before", [None, ANYBODY_S], ids=["first", "next"])
def test_order_is_opened_for_the_limitation_and_its_point(
    kept: Kept, wanted: Wanted, before: PointOrder | None
) -> None:
    kept.put(held())
    if before:
        kept.point_at(before)
    mine = order(wanted)
    assert kept.claims.open_order(held(), mine, before) is True
    assert kept.now() == held(open_order=mine, order_ordinal=1)
    assert kept.on_point() == PointOrder("LIM-1", str(mine.reference))


NOT_AS_READ: dict[str, dict[str, Any]] = {
    **LOST_CLAIM,
    "another order": {"open_order": order(REMOTELY, 7), "order_ordinal": 7},
    "cancelled": {"status": LimitationStatus.CANCELLED},
    "closed": {"status": LimitationStatus.CLOSED},
}


@pytest.mark.parametrize("changes", NOT_AS_READ.values(), ids=NOT_AS_READ.keys())
def test_order_is_opened_only_for_a_claim_as_it_was_read_or_nothing_is_written(
    kept: Kept, changes: dict[str, Any]
) -> None:
    kept.put(held(**changes))
    assert kept.claims.open_order(held(), order(), None) is False
    assert kept.now() == held(**changes)
    assert kept.on_point() is None


@pytest.mark.parametrize("read", [None, PointOrder("LIM-3", "LIM-3/R/1")], ids=["none was read", "another was read"])
def test_order_is_opened_only_while_the_point_s_order_is_as_it_was_read(kept: Kept, read: PointOrder | None) -> None:
    kept.put(held())
    kept.point_at(ANYBODY_S)
    assert kept.claims.open_order(held(), order(), read) is False
    assert kept.now() == held()
    assert kept.on_point() == ANYBODY_S


@pytest.mark.parametrize(
    "changes", [*LOST_CLAIM.values(), {"open_order": order(REMOTELY, 2)}], ids=[*LOST_CLAIM, "another order"]
)
def test_open_order_is_taken_off_only_as_it_was_read(kept: Kept, changes: dict[str, Any]) -> None:
    known = held(open_order=order())
    kept.put(replace(known, **changes))
    assert kept.claims.end_order(known) is False
    assert kept.now() == replace(known, **changes)


def test_table_that_was_built_to_read_claims_opens_no_order(dynamodb: Any) -> None:
    with pytest.raises(ValueError, match="to read claims"):
        ClaimTable(dynamodb, "limitations").open_order(held(), order(), None)
