"""What customers read follows from what the tables decide: nobody is silent, asked too much, or told worse for more."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.contracts.business_event import BusinessEvent
from restoration.contracts.notifications import message_of
from restoration.contracts.published import AdvisorDecisionRequested, DemandDetail, PaymentPending, PowerFloorRaised
from restoration.domain.claim import Settlement
from restoration.domain.ground import MONEY, Asks, Basis, Demand, Ground
from restoration.domain.look import CERTAINTY, COVERAGE
from restoration.domain.message import Channel, CustomerMessage, MessageKind
from restoration.use_cases.settle_limitation import events_of
from tests.fakes.claims import held
from tests.unit.decisions.deciding import look
from tests.unit.decisions.strategies import OURS, words
from tests.unit.decisions.test_look_properties import CENT, GONE, looks, paying, trusted, unprotected, widely
from tests.unit.domain.messages import WORDINGS

pytestmark = pytest.mark.explored
MILDEST_FIRST = ("POWER_RESTORED", "FLOOR_RAISED", "PAYMENT_PENDING", "WITH_ADVISOR", "BALANCE_DUE", "REFUSED")
OUTCOMES = {"RESTORE": "RESTORED", "RESTORE_PROVISIONALLY": "RESTORED", "REFUSE": "REFUSED"}
OF_CLAIM = ("LIM-1", 1, "CTR-0042")
AT_POINT: dict[str, Any] = {"point_id": "01234567890123"}


def ended(answer: Mapping[str, Any], money: Mapping[str, Any]) -> Settlement:
    """The end that follows from a look, as the process gives it to the settlement."""
    residual = Decimal(answer["residual"]).quantize(CENT)
    balance = Decimal(answer["balance"]).quantize(CENT)
    return Settlement(
        "arn:me",
        1,
        OUTCOMES.get(answer["outcome"], answer["outcome"]),
        answer["reason"],
        balance=balance,
        point_id="01234567890123",
        contract_id="CTR-0042",
        paid=any(money[f"{each}Amount"] for each in ("certain", "goodwill", "pending")),
        rejected=bool(money["rejectedAmount"]),
        rejected_means=frozenset(money["rejectedMeans"]),
        unclaimable=Decimal(answer["frozenDebt"]).quantize(CENT),
        ground=Ground(Basis(answer["basis"]), residual, answer["reviewOn"]) if answer["basis"] else None,
        demand=Demand(Asks(answer["asks"]), balance, answer["dueOn"], answer["household"]),
    )


def told(facts: Mapping[str, Any]) -> CustomerMessage | None:
    """The message at the end of a look, by the code and the texts that send it; None where there is none."""
    decided = look(facts)
    answer = decided[COVERAGE]
    at = datetime.combine(facts["businessDate"], datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)
    end = ended(answer, decided[CERTAINTY])
    events: list[BusinessEvent]
    match answer["outcome"]:
        case "AWAIT_CLEARING":
            events = [PaymentPending.of(*OF_CLAIM, until=answer["until"])]
        case "MANUAL":
            asked = {"reason": answer["reason"], "reference": None, "question": 1}
            events = [AdvisorDecisionRequested.of(*OF_CLAIM, **AT_POINT, **asked)]
        case "RAISE_FLOOR":
            floor = {"floor_kva": answer["floorKva"], "raised_at": at, "demand": DemandDetail.of(end.demand)}
            floor |= {"rejected": end.rejected, "unclaimable": end.unclaimable}
            events = [PowerFloorRaised.of(*OF_CLAIM, **AT_POINT, **floor)]
        case _ if answer["reason"] == "CONTRACT_ENDED":
            events = []
        case _:
            events = list(events_of(held(), end))
    messages = [message for event in events if (message := message_of(event, at))]
    assert len(messages) <= 1
    return messages[0] if messages else None


def asked(message: CustomerMessage) -> Decimal:
    """The money that a message asks for now."""
    demand = message.demand
    asks_now = message.kind in {"BALANCE_DUE", "PAYMENT_REJECTED", "FLOOR_RAISED"} and demand and demand.asks in MONEY
    return demand.amount if asks_now and demand else Decimal(0)


def harshness(message: CustomerMessage) -> tuple[int, Decimal]:
    kind = "BALANCE_DUE" if message.kind is MessageKind.PAYMENT_REJECTED else message.kind
    return MILDEST_FIRST.index(kind), asked(message)


living = looks.map(lambda it: it | {"contractStatus": "ACTIVE"})


@widely
@given(living)
def test_nobody_is_silent_whose_contract_lives(facts: dict[str, Any]) -> None:
    assert told(facts) is not None


@widely
@given(st.one_of(living, trusted))
def test_no_message_asks_for_more_than_is_missing_or_for_what_is_disputed_or_frozen(facts: dict[str, Any]) -> None:
    message, decided = told(facts), look(facts)
    assert message is not None
    money, amount = decided[CERTAINTY], asked(message)
    come = money["certainAmount"] + money["goodwillAmount"] + money["pendingAmount"]
    disputed = facts["limitationDebt"] if facts["dispute"] and facts["disputedAmount"] is None else 0
    claimable = facts["limitationDebt"] - decided[COVERAGE]["frozenDebt"]
    assert amount <= max(0, claimable - come - (facts["disputedAmount"] or disputed))
    if message.kind in {MessageKind.BALANCE_DUE, MessageKind.PAYMENT_REJECTED}:
        assert amount > 0
    text = WORDINGS.text_of(message, Channel.EMAIL, "fr").body
    assert ("payer.example" in text) is (amount > 0)


@widely
@given(st.one_of(living, trusted), paying("PAY-4").filter(lambda it: it["status"] not in GONE))
def test_more_money_of_anybody_never_means_a_harsher_message(facts: dict[str, Any], more: dict[str, Any]) -> None:
    more = more | {"amount": (more["amount"] * facts["limitationDebt"]).quantize(CENT)}
    before, after = told(facts), told(facts | {"payments": [*facts["payments"], more]})
    assert before is not None
    assert after is not None
    assert harshness(after) <= harshness(before)


@widely
@given(unprotected.map(lambda it: it | OURS), words("energyVoucher medical dispute overIndebtedness"))
def test_more_protection_never_means_a_harsher_message(facts: dict[str, Any], protection: str) -> None:
    before, after = told(facts), told(facts | {protection: True})
    assert before is not None
    assert after is not None
    assert harshness(after) <= harshness(before)
