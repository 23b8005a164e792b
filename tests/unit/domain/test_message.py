"""No message says more than Enedis or billing showed, in any variant, language and form."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from restoration.contracts.business_event import BusinessEvent
from restoration.contracts.notifications import message_of
from restoration.contracts.published import (
    BalanceDue,
    PaymentPending,
    PowerFloorRaised,
    PowerRestored,
    RestorationOrdered,
    RestorationRefused,
)
from restoration.domain.ground import Basis
from restoration.domain.message import Channel, CustomerMessage, MessageKind
from restoration.domain.order import Intent
from restoration.domain.wording import LANGUAGES
from tests.unit.domain.messages import ALL, BOTH, WORDINGS, written

WITH_ALL: dict[str, Any] = {"communicating_meter": True, "review_on": date(2026, 9, 30)}
CLAIMS: Mapping[str, str] = {
    "the debt is paid": r"dette[^.]*\b(payée|soldée|réglée)\b|debt[^.]*\b(is paid|settled|cleared)\b",
    "there is no debt": r"aucune dette|no debt",
    "a payment came": r"merci|bien reçu|enregistré|thank you|have received|registered",
    "nothing is to be done": r"rien à faire|need do nothing",
    "power is back": r"votre puissance est rétablie \(|entièrement rétablie|power is restored \(|fully restored",
    "the truce is the reason": r"hiver|winter",
    "the meter has a + key": r"touche \+|\+ key",
    "the bank rejected a payment": r"banque a rejeté|bank rejected",
    "a reminder waits": r"relance|reminder",
}


def permitted(told: CustomerMessage) -> set[str]:
    """The claims that the facts of a message bear out."""
    kind, variant = told.kind, told.variant
    of_power = kind in {MessageKind.POWER_RESTORED, MessageKind.LIMITATION_CANCELLED}
    rejected, pending = kind is MessageKind.PAYMENT_REJECTED, kind is MessageKind.PAYMENT_PENDING
    paid = kind in {MessageKind.ORDER_PLACED, MessageKind.PAYMENT_PENDING} or variant == "PAID"
    covered = of_power and variant == Basis.DEBT_COVERED
    free = kind is MessageKind.LIMITATION_CANCELLED and variant in {Basis.DEBT_COVERED, Basis.NO_DEBT}
    borne_out = {
        "the debt is paid": covered,
        "there is no debt": of_power and variant == Basis.NO_DEBT,
        "a payment came": paid and not rejected,
        "nothing is to be done": kind is MessageKind.ORDER_PLACED or pending or free,
        "power is back": kind is MessageKind.POWER_RESTORED,
        "the truce is the reason": variant == "WINTER",
        "the meter has a + key": bool(told.communicating_meter),
        "the bank rejected a payment": rejected,
        "a reminder waits": told.review_on is not None,
    }
    return {claim for claim, true in borne_out.items() if true}


amounts = st.decimals("0.01", "9999.99", places=2)
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
flags = st.booleans()
COMMON: dict[str, Any] = {"id": "LIM-1:2:x:", "limitation_id": "LIM-1", "contract_id": "CTR-0042", "generation": 2}
AT_POINT: dict[str, Any] = COMMON | {"point_id": "01234567890123"}
events = st.one_of(
    st.builds(
        lambda **facts: PowerRestored(**AT_POINT, reference=None, **facts),
        outcome=st.sampled_from(["RESTORED", "ALREADY_RESTORED", "LIMITATION_CANCELLED"]),
        basis=st.none() | st.sampled_from(Basis),
        residual=st.none() | amounts,
        review_on=st.none() | days,
        communicating_meter=st.none() | flags,
        unclaimable=amounts,
    ),
    st.builds(
        lambda **facts: BalanceDue(**COMMON, **facts),
        balance=st.just(Decimal(0)) | amounts,
        paid=flags,
        rejected=flags,
        unclaimable=amounts,
    ),
    st.builds(
        lambda **facts: PowerFloorRaised(**AT_POINT, raised_at=datetime(2026, 5, 4, tzinfo=UTC), **facts),
        floor_kva=st.sampled_from([1, 2, 3]),
        unclaimable=amounts,
    ),
    st.builds(lambda day: PaymentPending(**COMMON, until=day), st.none() | days),
    st.builds(
        lambda reason: RestorationRefused(**COMMON, reason=reason, advisor_word=None),
        st.sampled_from(["ADVISOR_REFUSED", "SOMETHING_NEW"]),
    ),
    st.builds(
        lambda paid: RestorationOrdered(
            **AT_POINT,
            reference="LIM-1/R/1",
            case_id="A1",
            aim="FULL",
            intent=Intent.RESTORE_REMOTELY,
            due_at=None,
            paid=paid,
        ),
        flags,
    ),
)


@settings(max_examples=400)
@given(event=events, at=moments, channel=st.sampled_from([*BOTH, Channel.POST]), language=st.sampled_from(LANGUAGES))
def test_no_message_claims_what_its_event_does_not_show(
    event: BusinessEvent, at: datetime, channel: Channel, language: str
) -> None:
    told = message_of(event, at)
    if told is None:
        return
    text = WORDINGS.text_of(told, channel, language)
    claimed = {
        claim for claim, words in CLAIMS.items() if re.search(words, f"{text.subject}\n{text.body}", re.IGNORECASE)
    }
    assert claimed <= permitted(told), text
    assert not re.search(r"[A-Z]+_[A-Z]+", text.body), "no code of ours"
    if told.balance is not None:
        assert text_of_amount(told.balance, language) in text.body.replace("\N{NO-BREAK SPACE}", " ")


def text_of_amount(amount: Decimal, language: str) -> str:
    english = f"{amount:,.2f}"
    return english.replace(",", " ").replace(".", ",") + " €" if language == "fr" else f"€{english}"


def test_the_claims_are_recognised_where_they_are_made() -> None:
    """Without this, a claim that is written otherwise would pass unseen."""
    seen = {
        claim
        for kind, variant in ALL
        for language in LANGUAGES
        for claim, words in CLAIMS.items()
        if re.search(words, written(kind, Channel.EMAIL, language, variant=variant, **WITH_ALL).body, re.IGNORECASE)
    }
    assert seen == set(CLAIMS)
