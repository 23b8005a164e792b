"""The end of a claim: written only by who holds it, with the news that was read, and published once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from restoration.domain.claim import Claim, Settlement
from restoration.domain.limitation import LimitationStatus
from restoration.domain.switch import Mode
from tests.fakes.claims import LATER, OTHER, free, held, numbered, order, question, settled
from tests.fakes.samples import NOON
from tests.integration.adapters.dynamodb.kept_claims import PAYMENT, Kept, lost_claim


def close(kept: Kept, known: Claim) -> bool:
    return bool(kept.claims.settle(known, settled(), take_off_order=True, closes=(LimitationStatus.CLOSED, LATER)))


def let_go(kept: Kept, known: Claim) -> bool:
    return bool(kept.claims.settle(known, settled("BALANCE_DUE", balance=Decimal("1.50")), take_off_order=False))


def record_floor(kept: Kept, known: Claim) -> bool:
    return bool(kept.claims.end_order(known, Decimal(3), LATER))


type End = Callable[[Kept, Claim], bool]
ENDS: list[End] = [close, let_go, record_floor]
MUCH = held(waiting_token="old", facts=numbered(PAYMENT), question=question(), open_order=order(), trigger_count=2)


def test_limitation_is_closed_with_its_whole_settlement(kept: Kept) -> None:
    kept.put(MUCH)
    assert close(kept, MUCH) is True
    assert kept.now() == free(
        status=LimitationStatus.CLOSED,
        generation=1,
        mode=Mode.ON,
        claimed_at=NOON,
        trigger_count=2,
        seen=2,
        facts=MUCH.facts,
        settlement=settled(),
        last_outcome="RESTORED",
        closed_at=LATER,
    )


@lost_claim
@pytest.mark.parametrize("end", ENDS)
def test_execution_that_lost_the_claim_ends_nothing(kept: Kept, end: End, changes: dict[str, Any]) -> None:
    kept.put(held(**changes))
    assert end(kept, held()) is False
    assert kept.now() == held(**changes)


@pytest.mark.parametrize("end", ENDS)
def test_limitation_that_billing_cancelled_meanwhile_is_not_ended_as_if_it_were_open(kept: Kept, end: End) -> None:
    cancelled = held(status=LimitationStatus.CANCELLED)
    kept.put(cancelled)
    assert end(kept, held()) is False
    assert kept.now() == cancelled


@pytest.mark.parametrize(("end", "ended"), [(close, False), (record_floor, True), (let_go, False)])
def test_claim_is_ended_only_with_the_news_that_was_read_and_a_floor_is_recorded_whatever_came(
    kept: Kept, end: End, *, ended: bool
) -> None:
    kept.put(held(trigger_count=3))
    assert end(kept, held(trigger_count=2)) is ended


def test_what_was_looked_at_in_shadow_counts_once_the_switch_is_on(kept: Kept) -> None:
    shadow = held(trigger_count=2, facts=numbered(PAYMENT), mode=Mode.SHADOW)
    kept.put(shadow)
    assert kept.claims.settle(shadow, settled("SHADOW", mode=Mode.SHADOW), take_off_order=False)
    assert (kept.now().seen, kept.now().triggers) == (0, [PAYMENT])


# ── Publishing ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("newer", [settled(execution=OTHER), settled(generation=2)])
def test_settlement_that_replaced_another_is_not_marked(kept: Kept, newer: Settlement) -> None:
    kept.put(free(settlement=newer))
    kept.claims.mark_published("LIM-1", settled())
    assert kept.now().settlement == newer
