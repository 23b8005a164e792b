"""The end of a claim is published: what billing, customers and advisors learn."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from record.cases.standing import situation_of
from restoration.domain.claim import AdvisorWord, Claim
from restoration.domain.ground import COVERED as COVERED_BY
from restoration.domain.ground import Basis, Ground
from restoration.domain.limitation import OPEN_STATUSES, LimitationStatus
from restoration.domain.switch import Mode
from tests.cases import cases
from tests.fakes.claims import OTHER, free, held, item_of, numbered, order, question
from tests.fakes.samples import NOON
from tests.fakes.settlement_world import POWER_IS_BACK, World

# ── What follows ──


@pytest.mark.parametrize("basis", sorted(set(Basis) - COVERED_BY))
def test_dunning_is_held_until_a_date_where_the_debt_is_not_covered(basis: Basis) -> None:
    world = World.of(held())
    world.settle("RESTORED", ground=Ground(basis, Decimal("120.00"), date(2026, 6, 1)), communicating_meter=True)
    assert world.bus.ids == ["LIM-1:1:DunningHoldExtended:", "LIM-1:1:PowerRestored:"]
    held_until = world.published("DunningHoldExtended")
    assert (held_until["basis"], held_until["residual"]) == (basis, Decimal("120.00"))
    assert held_until["review_on"] == world.published("PowerRestored")["review_on"] == date(2026, 6, 1)
    assert world.published("PowerRestored")["communicating_meter"] is True


def test_ground_that_is_not_covered_has_a_date_on_which_billing_may_go_on() -> None:
    """Without one, dunning would stop for ever, or never be held."""
    world = World.of(held())
    with pytest.raises(ValueError, match="GOODWILL"):
        world.settle("RESTORED", ground=Ground(Basis.GOODWILL, Decimal("120.00")))


RELEASED = "DunningHoldReleased"


@cases(
    "outcome, more, types",
    {
        "before a balance is announced": ("BALANCE_DUE", {}, [RELEASED, "BalanceDue"]),
        "before a refusal is announced": ("REFUSED", {}, [RELEASED, "RestorationRefused"]),
        "before advisors get the case, whose question stays": (
            "LEFT_TO_ADVISOR", {"question": question()}, [RELEASED, "RestorationLeftToAdvisor"],
        ),
        "before advisors get what is not ours": ("NO_ORDER", {}, [RELEASED, "RestorationLeftToAdvisor"]),
        "when the contract ended": ("CONTRACT_ENDED", {}, [RELEASED]),
        "when billing cancelled it": ("CANCELLED_BY_BILLING", {}, [RELEASED]),
        "after a raised floor is told": ("FLOOR_RAISED", {"floor_kva": Decimal(3)}, ["PowerFloorRaised", RELEASED]),
        "when Enedis lifted it, without a word": ("ALREADY_RESTORED", {"reason": "LIFTED_BY_ENEDIS"}, [RELEASED]),
        "when an order had to be finished although the debt is open": (
            "RESTORED", {"reason": "ORDER_FINISHED"}, [RELEASED, "PowerRestored"],
        ),
    },
)  # fmt: skip
def test_dunning_is_released(outcome: str, more: dict[str, Any], types: list[str]) -> None:
    status = LimitationStatus.CANCELLED if outcome == "CANCELLED_BY_BILLING" else LimitationStatus.LIMITED
    world = World.of(held(status=status, question=more.get("question")))
    world.settle(outcome, **more)
    assert world.bus.types == types
    assert world.published(RELEASED)["outcome"] == outcome


@pytest.mark.parametrize("outcome", [*POWER_IS_BACK, "CONTRACT_ENDED", "SHADOW", "BALANCE_DUE", "FLOOR_RAISED"])
def test_shadow_publishes_nothing(outcome: str) -> None:
    world = World.of(held(mode=Mode.SHADOW, question=question()))
    world.settle(outcome, floor_kva=Decimal(3))
    assert world.bus.events == []
    assert world.claim.settlement
    assert world.claim.settlement.published, "there is nothing left to publish"


@pytest.mark.parametrize("kept", [True, False], ids=["that was kept", "that only the execution knows"])
def test_open_question_is_withdrawn_when_its_case_is_settled(*, kept: bool) -> None:
    world = World.of(held(question=question(number=2) if kept else None))
    world.settle(question=question(number=2))
    assert world.bus.types[0] == "AdvisorQuestionWithdrawn"
    withdrawn = world.published("AdvisorQuestionWithdrawn")
    assert (withdrawn["question"], withdrawn["reason"], withdrawn["outcome"]) == (2, "NEGATIVE_DEBT", "RESTORED")
    assert world.claim.question is None


@pytest.mark.parametrize(
    ("triggers", "counted", "returned", "said"),
    [
        ({"PaymentReceived|PAY-1:CAPTURED"}, True, False, (True, False)),
        ({"PaymentReceived|PAY-1:REJECTED"}, False, False, (False, False)),
        ({"PaymentCleared|PAY-1@2026-05-04T10:00:00.000Z:PaymentCleared"}, True, False, (False, False)),
        (set(), True, False, (False, False)),
        ({"PaymentRejected|PAY-1@2026-05-04T10:00:00.000Z:PaymentRejected"}, False, True, (False, True)),
        # The bank's rejection was told when it came: told with a new payment, it would be taken for that one's.
        ({"PaymentReceived|PAY-2:CAPTURED"}, True, True, (True, False)),
    ],
)
def test_balance_that_is_due_says_whether_a_payment_came_or_was_returned(
    triggers: set[str], said: tuple[bool, bool], *, counted: bool, returned: bool
) -> None:
    world = World.of(held(facts=numbered(*triggers)))
    world.settle("BALANCE_DUE", balance=Decimal("73.45"), counted=counted, rejected=returned)
    due = world.published("BalanceDue")
    assert (due["balance"], due["paid"], due["rejected"]) == (Decimal("73.45"), *said)
    assert situation_of(item_of(world.claim), (), None).paid is counted, "what came before is no less there"


@pytest.mark.parametrize("before", sorted(OPEN_STATUSES))
def test_customer_whose_power_is_on_in_full_hears_of_no_raised_limit(before: LimitationStatus) -> None:
    """Enedis shows no limit: "raised to 3 kVA" would be false. The limitation is over, whatever is owed."""
    world = World.of(held(status=before))
    assert world.settle("FLOOR_RAISED", reason="POWER_IS_ON", floor_kva=Decimal(3)) == "ALREADY_RESTORED"
    assert world.bus.types == ["DunningHoldReleased"]
    assert world.claim.status is LimitationStatus.CLOSED


def test_refusal_names_the_advisor_s_decision() -> None:
    world = World.of(held(word=AdvisorWord("LIM-1:word", "REFUSE", NOON, 1)))
    world.settle("REFUSED", reason="ADVISOR")
    assert world.published("RestorationRefused")["advisor_word"] == "LIM-1:word"


# ── Two limitations of one point ──


AN_HOUR_LATER = NOON + timedelta(hours=1)


def closed(at: datetime | None) -> Claim:
    return free(limitation_id="LIM-2", status=LimitationStatus.CLOSED, closed_at=at)


@cases(
    "outcome, other, reference, named",
    {
        # So that the customer gets one message: it is sent once for each order.
        "the other's that restored both": ("ALREADY_RESTORED", closed(AN_HOUR_LATER), None, "LIM-2/R/1"),
        "the other's that is not settled yet": (
            "ALREADY_RESTORED",
            held(limitation_id="LIM-2", holder=OTHER, open_order=order(limitation_id="LIM-2")),
            None,
            "LIM-2/R/1",
        ),
        "none that was done before this limitation": (
            "ALREADY_RESTORED",
            closed(NOON - timedelta(days=30)),
            None,
            None,
        ),
        "none of a limitation that is not closed": ("ALREADY_RESTORED", closed(None), None, None),
        "its own, whatever was the last at work": ("RESTORED", closed(AN_HOUR_LATER), "LIM-1/R/1", "LIM-1/R/1"),
    },
)
def test_of_two_limitations_of_a_point_the_restored_one_names_the_order(
    outcome: str, other: Claim, reference: str | None, named: str | None
) -> None:
    world = World.of(held(), other)
    world.claims.point_at("LIM-2", "LIM-2/R/1")
    world.settle(outcome, reference=reference)
    assert world.published("PowerRestored")["reference"] == named
