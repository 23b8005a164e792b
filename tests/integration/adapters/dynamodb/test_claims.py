"""Claims in DynamoDB: a write holds only while what was read is true. The fake of the unit tests does the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Protocol

import pytest

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.claim import AdvisorWord, Claim, DeadHolder, HolderStatus, Settlement
from restoration.domain.limitation import LimitationStatus
from restoration.domain.order import PointOrder, Wanted
from restoration.domain.switch import Mode
from tests.fakes.claims import (
    CANCELLATION,
    LATER,
    ME,
    OTHER,
    REMOTELY,
    TO_FLOOR,
    InMemoryClaims,
    free,
    held,
    order,
    question,
    settled,
)
from tests.fakes.samples import NOON, POINT
from tests.integration.adapters.dynamodb.stored_claims import item_of

WORD = AdvisorWord("LIM-1:first", "REFUSE", NOON, 1)
PAYMENT = "PaymentReceived|PAY-1:CAPTURED"
ANOTHER = "PaymentReceived|PAY-2:CAPTURED"


class Kept(Protocol):
    """Claims, wherever they are kept, and other writers."""

    @property
    def claims(self) -> Any: ...
    def put(self, claim: Claim) -> None: ...
    def on_point(self) -> PointOrder | None: ...
    def point_at(self, on_point: PointOrder) -> None: ...


class InDynamoDB:
    """The real table."""

    def __init__(self, dynamodb: Any) -> None:
        self.claims = ClaimTable(dynamodb, "limitations", "orders")
        self._dynamodb = dynamodb

    def put(self, claim: Claim) -> None:
        self._dynamodb.Table("limitations").put_item(Item=item_of(claim))

    def on_point(self) -> PointOrder | None:
        return OrderTable(self._dynamodb, "orders").on_point(POINT)

    def point_at(self, on_point: PointOrder) -> None:
        item = {"reference": f"point/{POINT}", "limitationId": on_point.limitation_id, "order": on_point.reference}
        self._dynamodb.Table("orders").put_item(Item=item)


class InMemory:
    """The fake of the use cases' tests."""

    def __init__(self) -> None:
        self.claims = InMemoryClaims()

    def put(self, claim: Claim) -> None:
        self.claims.claims[claim.limitation_id] = claim

    def on_point(self) -> PointOrder | None:
        return self.claims.on_point(POINT)

    def point_at(self, on_point: PointOrder) -> None:
        self.claims.points[POINT] = on_point


@pytest.fixture(params=["in DynamoDB", "in memory"])
def kept(request: pytest.FixtureRequest, dynamodb: Any) -> Kept:
    return InDynamoDB(dynamodb) if request.param == "in DynamoDB" else InMemory()


def taken(known: Claim, **changes: Any) -> Claim:
    mine: dict[str, Any] = {
        "holder": ME,
        "generation": known.generation + 1,
        "mode": Mode.ON,
        "claimed_at": LATER,
        "trigger_count": known.trigger_count + 1,
        "triggers": frozenset({PAYMENT}),
        "waiting_token": None,
    }
    return replace(known, **{**mine, **changes})


CONTENDED: dict[str, tuple[Claim, dict[str, Any]]] = {
    "claimed meanwhile": (free(), {"holder": OTHER, "generation": 1}),
    "claimed and let go meanwhile": (free(), {"generation": 1}),
    "claimed and let go since the last claim": (free(generation=4), {"generation": 5}),
    "closed meanwhile": (free(), {"status": LimitationStatus.CLOSED}),
    "cancelled meanwhile": (free(), {"status": LimitationStatus.CANCELLED}),
    "taken over meanwhile": (held(holder=OTHER), {"holder": "arn:execution-3", "generation": 2}),
    "let go meanwhile": (held(holder=OTHER), {"holder": None}),
    "an order opened meanwhile": (held(holder=OTHER), {"open_order": order()}),
    "another order opened meanwhile": (held(holder=OTHER, open_order=order()), {"open_order": order(REMOTELY, 2)}),
}


@pytest.mark.parametrize(("read", "changes"), CONTENDED.values(), ids=CONTENDED.keys())
def test_claim_is_taken_only_as_it_was_read(kept: Kept, read: Claim, changes: dict[str, Any]) -> None:
    now = replace(read, **changes)
    kept.put(now)
    assert kept.claims.take(read, taken(read)) is None
    assert kept.claims.get("LIM-1") == now


@pytest.mark.parametrize("known", [free(), free(generation=3, trigger_count=7), held(holder=OTHER)])
def test_claim_that_is_as_it_was_read_is_taken(kept: Kept, known: Claim) -> None:
    kept.put(known)
    claim = kept.claims.take(known, taken(known))
    assert claim == kept.claims.get("LIM-1") == taken(known)


def test_retried_take_finds_that_its_first_attempt_was_written(kept: Kept) -> None:
    """The use case reads again, and recognises its own."""
    kept.put(free())
    kept.claims.take(free(), taken(free()))
    assert kept.claims.take(free(), taken(free())) is None
    assert kept.claims.get("LIM-1") == taken(free())


def test_fresh_claim_forgets_the_triggers_of_the_last_one(kept: Kept) -> None:
    old = free(generation=1, triggers=frozenset({ANOTHER}), waiting_token="old")
    kept.put(old)
    assert kept.claims.take(old, taken(old, triggers=frozenset())).triggers == frozenset()
    assert kept.claims.get("LIM-1").waiting_token is None


def test_take_over_keeps_triggers_that_joined_the_dead_holder_since_it_was_read(kept: Kept) -> None:
    dead = held(holder=OTHER, triggers=frozenset({ANOTHER}))
    kept.put(replace(dead, triggers=frozenset({ANOTHER, "PaymentReceived|PAY-3:CAPTURED"}), trigger_count=1))
    claim = kept.claims.take(dead, taken(dead, triggers=frozenset({ANOTHER, PAYMENT})))
    assert claim.triggers == {PAYMENT, ANOTHER, "PaymentReceived|PAY-3:CAPTURED"}
    assert claim.trigger_count == 2


def test_take_over_names_the_dead_holder(kept: Kept) -> None:
    dead = held(holder=OTHER, mode=Mode.SHADOW)
    kept.put(dead)
    claim = taken(dead, taken_over_from=DeadHolder(OTHER, HolderStatus.ENDED, Mode.SHADOW))
    assert kept.claims.take(dead, claim) == kept.claims.get("LIM-1") == claim


def test_take_over_by_a_trigger_without_a_name_keeps_the_dead_holder_s_triggers(kept: Kept) -> None:
    dead = held(holder=OTHER)
    kept.put(replace(dead, triggers=frozenset({ANOTHER})))
    assert kept.claims.take(dead, taken(dead, triggers=frozenset())).triggers == {ANOTHER}


# ── Joining ──


def test_join_raises_the_count_and_keeps_the_trigger(kept: Kept) -> None:
    kept.put(held(trigger_count=2, triggers=frozenset({PAYMENT}), waiting_token="token-1"))
    claim = kept.claims.join(held(), ANOTHER, flow=False)
    assert (claim.trigger_count, claim.triggers, claim.flow_count) == (3, {PAYMENT, ANOTHER}, 0)
    assert claim.waiting_token == "token-1"  # noqa: S105 - a task token of this test


def test_join_of_the_daily_flow_notes_the_count_that_it_came_with(kept: Kept) -> None:
    kept.put(held(trigger_count=2))
    claim = kept.claims.join(held(), None, flow=True)
    assert (claim.trigger_count, claim.flow_count, claim.triggers) == (3, 3, frozenset())


def test_join_of_a_decision_s_own_execution_makes_the_decision_no_older(kept: Kept) -> None:
    word = AdvisorWord("the word", "REFUSE", NOON, 2)
    kept.put(held(trigger_count=2, word=word))
    claim = kept.claims.join(held(word=word), "AdvisorDecided|the word", flow=False)
    assert (claim.trigger_count, claim.word.count) == (3, 3)


def test_decision_that_another_replaced_is_not_joined_as_the_newest(kept: Kept) -> None:
    kept.put(held(trigger_count=3, word=AdvisorWord("another", "RESTORE", NOON, 3)))
    known = held(word=AdvisorWord("the word", "REFUSE", NOON, 2))
    assert kept.claims.join(known, "AdvisorDecided|the word", flow=False) is None


LOST_CLAIM: dict[str, dict[str, Any]] = {
    "let go": {"holder": None},
    "taken over": {"holder": OTHER, "generation": 2},
    "another generation": {"generation": 2},
    "another holder": {"holder": OTHER},
}
lost_claim = pytest.mark.parametrize("changes", LOST_CLAIM.values(), ids=LOST_CLAIM.keys())


@lost_claim
def test_holder_is_joined_only_as_it_was_read(kept: Kept, changes: dict[str, Any]) -> None:
    kept.put(held(**changes))
    assert kept.claims.join(held(), PAYMENT, flow=True) is None
    assert kept.claims.get("LIM-1") == held(**changes)


# ── Results and decisions ──


@pytest.mark.parametrize("claim", [free(), held(waiting_token="token-1"), free(status=LimitationStatus.CLOSED)])
def test_bank_s_result_leaves_its_mark_with_any_holder(kept: Kept, claim: Claim) -> None:
    kept.put(claim)
    noted = kept.claims.note_trigger("LIM-1", PAYMENT)
    assert noted == kept.claims.get("LIM-1") == replace(claim, trigger_count=1, triggers=frozenset({PAYMENT}))


def test_bank_s_result_that_is_kept_already_is_not_counted_again(kept: Kept) -> None:
    """Billing's event came twice: an advisor's refusal would lapse although nothing new has come."""
    kept.put(held())
    once = kept.claims.note_trigger("LIM-1", PAYMENT)
    assert kept.claims.note_trigger("LIM-1", PAYMENT) == once
    assert kept.claims.get("LIM-1").trigger_count == 1


def test_payment_that_came_back_notes_the_count_that_it_came_with_once(kept: Kept) -> None:
    kept.put(held(trigger_count=4))
    for _ in range(2):
        noted = kept.claims.note_trigger("LIM-1", PAYMENT, reversal=True)
        assert (noted.trigger_count, noted.reversal_count) == (5, 5)
    later = kept.claims.note_trigger("LIM-1", ANOTHER)
    assert (later.trigger_count, later.reversal_count) == (6, 5)


def test_bank_s_result_about_an_unknown_limitation_leaves_nothing_behind(dynamodb: Any) -> None:
    claims = ClaimTable(dynamodb, "limitations")
    assert claims.note_trigger("LIM-1", PAYMENT) is None
    assert claims.note_word("LIM-1", "LIM-1:first", "RESTORE", NOON) is None
    assert "Item" not in dynamodb.Table("limitations").get_item(Key={"limitationId": "LIM-1"})


def test_advisor_s_decision_is_kept_with_the_count_that_it_came_with_and_answers_the_question(kept: Kept) -> None:
    kept.put(held(trigger_count=4, question=question()))
    noted = kept.claims.note_word("LIM-1", "LIM-1:first", "REFUSE", NOON)
    assert noted == held(trigger_count=5, word=replace(WORD, count=5))


def test_of_two_decisions_the_later_one_counts_whichever_comes_last(kept: Kept) -> None:
    kept.put(held())
    later = replace(WORD, id="LIM-1:second", decision="RESTORE", at=NOON + timedelta(minutes=5))
    kept.claims.note_word("LIM-1", later.id, later.decision, later.at)
    assert kept.claims.note_word("LIM-1", WORD.id, WORD.decision, WORD.at) is None
    assert kept.claims.get("LIM-1") == held(trigger_count=1, word=later)
    third = NOON + timedelta(minutes=10)
    assert kept.claims.note_word("LIM-1", "LIM-1:third", "REFUSE", third).word.count == 2


def test_decision_that_comes_twice_is_counted_once_and_wakes_again(kept: Kept) -> None:
    """Else a repeated refusal would hold beyond the payment that came after it."""
    kept.put(held(waiting_token="token-1"))
    kept.claims.note_word("LIM-1", WORD.id, WORD.decision, WORD.at)
    kept.claims.join(held(), PAYMENT, flow=False)
    again = kept.claims.note_word("LIM-1", WORD.id, WORD.decision, WORD.at)
    assert (again.word.count, again.trigger_count) == (1, 2)
    assert again.waiting_token == "token-1"  # noqa: S105 - a task token of this test


# ── Orders ──


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
    assert kept.claims.get("LIM-1") == held(open_order=mine, order_ordinal=1)
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
    assert kept.claims.get("LIM-1") == held(**changes)
    assert kept.on_point() is None


@pytest.mark.parametrize("read", [None, PointOrder("LIM-3", "LIM-3/R/1")], ids=["none was read", "another was read"])
def test_order_is_opened_only_while_the_point_s_order_is_as_it_was_read(kept: Kept, read: PointOrder | None) -> None:
    kept.put(held())
    kept.point_at(ANYBODY_S)
    assert kept.claims.open_order(held(), order(), read) is False
    assert kept.claims.get("LIM-1") == held()
    assert kept.on_point() == ANYBODY_S


def test_retried_opening_finds_that_its_first_attempt_was_written(kept: Kept) -> None:
    kept.put(held())
    assert kept.claims.open_order(held(), order(), None) is True
    assert kept.claims.open_order(held(), order(), None) is False
    assert kept.claims.get("LIM-1").open_order == order()


def test_open_order_is_taken_off(kept: Kept) -> None:
    known = held(open_order=order(), order_ordinal=1)
    kept.put(known)
    assert kept.claims.take_off_order(known) is True
    assert kept.claims.get("LIM-1") == held(order_ordinal=1)


@pytest.mark.parametrize(
    "changes", [*LOST_CLAIM.values(), {"open_order": order(REMOTELY, 2)}], ids=[*LOST_CLAIM, "another order"]
)
def test_open_order_is_taken_off_only_as_it_was_read(kept: Kept, changes: dict[str, Any]) -> None:
    known = held(open_order=order())
    kept.put(replace(known, **changes))
    assert kept.claims.take_off_order(known) is False
    assert kept.claims.get("LIM-1") == replace(known, **changes)


def test_table_that_was_built_to_read_claims_opens_no_order(dynamodb: Any) -> None:
    with pytest.raises(ValueError, match="to read claims"):
        ClaimTable(dynamodb, "limitations").open_order(held(), order(), None)


# ── Ends ──


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


# ── Publishing ──


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
