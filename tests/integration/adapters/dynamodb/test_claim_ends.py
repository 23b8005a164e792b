"""The end of a claim: written only by who holds it, with the news that was read, and published once."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from restoration.domain.claim import Claim, Settlement
from restoration.domain.limitation import LimitationStatus
from restoration.domain.switch import Mode
from tests.fakes.claims import LATER, ME, OTHER, free, held, order, question, settled
from tests.fakes.samples import NOON
from tests.integration.adapters.dynamodb.kept_claims import PAYMENT, Kept, lost_claim


def close(kept: Kept, known: Claim) -> bool:
    return bool(kept.claims.close(known, LimitationStatus.CLOSED, settled(), LATER, take_off_order=True))


def let_go(kept: Kept, known: Claim) -> bool:
    return bool(kept.claims.let_go(known, settled("BALANCE_DUE", balance=Decimal("1.50")), take_off_order=False))


def record_floor(kept: Kept, known: Claim) -> bool:
    return bool(kept.claims.record_floor(known, Decimal(3), LATER))


type End = Callable[[Kept, Claim], bool]
ENDS: list[End] = [close, let_go, record_floor]
MUCH = held(
    waiting_token="old", triggers=frozenset({PAYMENT}), question=question(), open_order=order(), trigger_count=2
)


def test_limitation_is_closed_with_its_whole_settlement(kept: Kept) -> None:
    kept.put(MUCH)
    assert close(kept, MUCH) is True
    assert kept.claims.get("LIM-1") == free(
        status=LimitationStatus.CLOSED,
        generation=1,
        mode=Mode.ON,
        claimed_at=NOON,
        trigger_count=2,
        settled_count=2,
        settlement=settled(),
        last_outcome="RESTORED",
        closed_at=LATER,
    )


def test_order_that_enedis_may_have_stays_with_a_limitation_that_billing_cancelled(kept: Kept) -> None:
    cancelled = replace(MUCH, status=LimitationStatus.CANCELLED)
    kept.put(cancelled)
    ended = settled("CANCELLED_BY_BILLING")
    assert kept.claims.close(cancelled, LimitationStatus.CANCELLED, ended, LATER, take_off_order=False) is True
    assert kept.claims.get("LIM-1").open_order == order()


@pytest.mark.parametrize("taken_off", [True, False])
def test_limitation_is_let_go_and_stays_open(kept: Kept, *, taken_off: bool) -> None:
    kept.put(MUCH)
    assert kept.claims.let_go(MUCH, settled("LEFT_TO_ADVISOR"), take_off_order=taken_off) is True
    found = kept.claims.get("LIM-1")
    assert (found.status, found.holder, found.last_outcome) == (LimitationStatus.LIMITED, None, "LEFT_TO_ADVISOR")
    assert (found.waiting_token, found.triggers, found.question) == (None, frozenset(), None)
    assert found.open_order == (None if taken_off else order())


def test_floor_is_recorded_with_its_power_and_the_limitation_stays_held(kept: Kept) -> None:
    kept.put(MUCH)
    assert record_floor(kept, MUCH) is True
    raised = LimitationStatus.FLOOR_RAISED
    assert kept.claims.get("LIM-1") == replace(MUCH, status=raised, limited_power_kva=Decimal(3), open_order=None)


@lost_claim
@pytest.mark.parametrize("end", ENDS)
def test_execution_that_lost_the_claim_ends_nothing(kept: Kept, end: End, changes: dict[str, Any]) -> None:
    kept.put(held(**changes))
    assert end(kept, held()) is False
    assert kept.claims.get("LIM-1") == held(**changes)


@pytest.mark.parametrize("end", ENDS)
def test_limitation_that_billing_cancelled_meanwhile_is_not_ended_as_if_it_were_open(kept: Kept, end: End) -> None:
    cancelled = held(status=LimitationStatus.CANCELLED)
    kept.put(cancelled)
    assert end(kept, held()) is False
    assert kept.claims.get("LIM-1") == cancelled


@pytest.mark.parametrize(("end", "ended"), [(close, False), (record_floor, True), (let_go, False)])
def test_claim_is_ended_only_with_the_news_that_was_read_and_a_floor_is_recorded_whatever_came(
    kept: Kept, end: End, *, ended: bool
) -> None:
    kept.put(held(trigger_count=3))
    assert end(kept, held(trigger_count=2)) is ended


@pytest.mark.parametrize("end", [close, let_go])
def test_retried_end_finds_that_its_first_attempt_was_written(kept: Kept, end: End) -> None:
    kept.put(held())
    assert end(kept, held()) is True
    assert end(kept, held()) is False
    assert kept.claims.get("LIM-1").settlement.is_of(ME, 1)


def test_floor_is_recorded_again_by_a_retry(kept: Kept) -> None:
    kept.put(held())
    assert record_floor(kept, held()) is record_floor(kept, held()) is True


# ── Publishing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_settlement_is_marked_as_published_once_all_is_out(kept: Kept) -> None:
    kept.put(free(settlement=settled(balance=Decimal("1.50"))))
    for _ in range(2):
        kept.claims.mark_published("LIM-1", settled())
        assert kept.claims.get("LIM-1").settlement == settled(balance=Decimal("1.50"), published=True)


@pytest.mark.parametrize("newer", [settled(execution=OTHER), settled(generation=2)])
def test_settlement_that_replaced_another_is_not_marked(kept: Kept, newer: Settlement) -> None:
    kept.put(free(settlement=newer))
    kept.claims.mark_published("LIM-1", settled())
    assert kept.claims.get("LIM-1").settlement == newer


def test_limitation_that_was_never_settled_is_not_marked(kept: Kept) -> None:
    kept.put(free())
    kept.claims.mark_published("LIM-1", settled())
    assert kept.claims.get("LIM-1") == free()
