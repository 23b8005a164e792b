"""No message says more than its event shows, in any variant, language and form."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from restoration.clock import paris_date
from restoration.contracts.business_event import BusinessEvent
from restoration.contracts.notifications import message_of
from restoration.contracts.published import (
    AdvisorDecisionRequested,
    BalanceDue,
    DemandDetail,
    DunningHoldRequested,
    PaymentPending,
    PowerFloorRaised,
    PowerRestored,
    RestorationDelayed,
    RestorationOrdered,
    RestorationRefused,
    TriggerReference,
    VisitPlanned,
)
from restoration.domain.ground import MONEY, Asks, Basis, Demand
from restoration.domain.message import Channel, CustomerMessage, MessageKind
from restoration.domain.order import Intent
from restoration.domain.payment import PaymentMeans
from restoration.domain.wording import FACTS, LANGUAGES
from scripts.messages import ASKED
from tests.unit.domain.messages import ALL, BOTH, WORDINGS, message

CLAIMS: Mapping[str, str] = {
    "the debt is paid": r"dette[^.]*\b(payée|soldée|réglée)\b|debt[^.]*\b(is paid|settled|cleared)\b",
    "there is no debt": r"aucune dette|no debt",
    "a payment came": r"merci|bien reçu|enregistré|thank you|have received|registered",
    "nothing is to be done": r"rien à faire|need do nothing",
    "power is back": r"votre puissance est rétablie \(|entièrement rétablie|power is restored \(|fully restored",
    "the truce is the reason": r"hiver|winter",
    "the meter has a + key": r"touche \+|\+ key",
    "the bank rejected a payment": r"banque a rejeté|bank rejected",
    "a voucher failed": r"chèque énergie n'a|voucher[^.]*could not",
    "a reminder waits": r"relance|reminder",
    "the law wants it": r"\bloi\b|\blaw\b",
    "money is asked": r"payer\.example",
    "the debt is asked": r"il reste [^.]* à payer[ \[](avant|:)|remains to be paid( before|:)",
    "an instalment is asked": r"première échéance|first instalment",
    "the undisputed part is asked": r"non contestée|ne contestez pas|undisputed|do not dispute",
    "a plan is to be agreed": r"convenez (avec nous )?d'un échéancier|agree (with us )?on a (payment )?plan for",
    "no payment is asked": r"aucun paiement|any payment",
    "nobody pays twice": r"deux fois|repayez|seconde fois|twice|pay again",
    "the housing fund helps": r"\(FSL\)[^.]* : demandez|FSL\): ask",
    "the customer may turn to the ombudsman": r"vous pouvez saisir|you can turn to",
    "a visit restores power": r"pour rétablir votre puissance \(contrat|to restore your power \(contract",
    "a visit raises the limit": r"pour relever la limite|to raise the limit",
    "Enedis is late": r"en retard|is late",
    "we are late": r"de notre fait|vient de nous|delay is ours",
    "nothing more is to be done": r"rien de plus à|nothing more for you",
    "it replaces another message": r"nouvelle date|remplace|de nouveau à|première dem|new date|replaces|once more",
}  # fmt: skip


def permitted(told: CustomerMessage) -> set[str]:
    """The claims that the facts of a message bear out."""
    kind, variant, facts = told.kind, told.variant, told.facts
    asks = told.demand.asks if told.demand else None
    household = told.demand is None or told.demand.household
    of_power = kind in {MessageKind.POWER_RESTORED, MessageKind.LIMITATION_CANCELLED}
    of_demand = kind in {MessageKind.BALANCE_DUE, MessageKind.PAYMENT_REJECTED, MessageKind.FLOOR_RAISED}
    pending, visit = kind is MessageKind.PAYMENT_PENDING, kind is MessageKind.TECHNICIAN_VISIT
    free = kind is MessageKind.LIMITATION_CANCELLED and variant in {Basis.DEBT_COVERED, Basis.NO_DEBT}
    rest_of_aid = kind is MessageKind.POWER_RESTORED and variant == Basis.HOUSING_AID and asks is Asks.PLAN
    borne_out = {
        "the debt is paid": of_power and variant == Basis.DEBT_COVERED,
        "there is no debt": of_power and variant == Basis.NO_DEBT,
        "a payment came": kind is MessageKind.ORDER_PLACED or pending or "paid" in facts,
        "nothing is to be done": kind is MessageKind.ORDER_PLACED or pending or free,
        "power is back": kind is MessageKind.POWER_RESTORED,
        "the truce is the reason": "truce" in facts,
        "the meter has a + key": bool(told.communicating_meter),
        "the bank rejected a payment": kind is MessageKind.PAYMENT_REJECTED and variant == "BANK",
        "a voucher failed": kind is MessageKind.PAYMENT_REJECTED and variant == "ENERGY_VOUCHER",
        "a reminder waits": told.review_on is not None,
        "the law wants it": False,
        "money is asked": of_demand and asks in MONEY,
        "the debt is asked": of_demand and asks is Asks.DEBT,
        "an instalment is asked": of_demand and asks is Asks.INSTALMENT,
        "the undisputed part is asked": of_demand and asks is Asks.UNDISPUTED,
        "a plan is to be agreed": asks is Asks.PLAN and (of_demand or rest_of_aid),
        "no payment is asked": asks is Asks.NOTHING,
        "nobody pays twice": "perhaps_paid" in facts,
        "the housing fund helps": household and asks is not Asks.NOTHING,
        "the customer may turn to the ombudsman": kind is MessageKind.REFUSED and household,
        "a visit restores power": visit and variant == "FULL",
        "a visit raises the limit": visit and variant == "FLOOR",
        "Enedis is late": kind is MessageKind.RESTORATION_DELAYED,
        "we are late": kind is MessageKind.CASE_DELAYED,
        "nothing more is to be done": kind is MessageKind.RESTORATION_DELAYED,
        "it replaces another message": "again" in facts,
    }
    return {claim for claim, true in borne_out.items() if true}


amounts = st.decimals("0.01", "9999.99", places=2)
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
flags = st.booleans()


demands = st.none() | st.builds(
    DemandDetail, asks=st.sampled_from(Asks), amount=amounts, due_on=st.none() | days, household=flags
)
COMMON: dict[str, Any] = {"id": "LIM-1:2:x:", "limitation_id": "LIM-1", "contract_id": "CTR-0042", "generation": 2}
AT_POINT: dict[str, Any] = COMMON | {"point_id": "01234567890123", "reference": "LIM-1/F/1", "case_id": "A1"}


def event(kind: type[BusinessEvent], /, **facts: Any) -> st.SearchStrategy[BusinessEvent]:
    """Events of a kind; a fact that is no strategy is the same in all."""
    known = {name: value for name, value in AT_POINT.items() if name in kind.model_fields}
    drawn = {name: fact if isinstance(fact, st.SearchStrategy) else st.just(fact) for name, fact in facts.items()}
    return st.fixed_dictionaries(drawn).map(lambda found: kind(**(known | found)))


events = st.one_of(
    event(
        PowerRestored,
        reference=None,
        outcome=st.sampled_from(["RESTORED", "ALREADY_RESTORED", "LIMITATION_CANCELLED"]),
        basis=st.none() | st.sampled_from(Basis),
        residual=st.none() | amounts,
        unclaimable=st.just(Decimal(0)) | amounts,
        review_on=st.none() | days,
        communicating_meter=st.none() | flags,
        demand=demands,
    ),
    event(
        BalanceDue,
        balance=st.just(Decimal(0)) | amounts,
        paid=flags,
        rejected=flags,
        unclaimable=amounts,
        rejected_means=st.sets(st.sampled_from(PaymentMeans)).map(tuple),
        demand=demands,
    ),
    event(
        PowerFloorRaised,
        raised_at=datetime(2026, 5, 4, tzinfo=UTC),
        floor_kva=st.sampled_from([1, 2, 3]),
        unclaimable=amounts,
        rejected=flags,
        demand=demands,
    ),
    event(PaymentPending, until=st.none() | days),
    event(
        RestorationRefused,
        advisor_word=None,
        reason=st.sampled_from(["ADVISOR_REFUSED", "SOMETHING_NEW"]),
        demand=demands,
    ),
    event(RestorationOrdered, aim="FULL", intent=Intent.RESTORE_REMOTELY, due_at=None, paid=flags),
    event(
        VisitPlanned,
        number=1,
        on=days,
        slot=st.sampled_from(["", "8h-12h"]),
        aim=st.sampled_from(["FULL", "FLOOR"]),
    ),
    event(DunningHoldRequested, trigger=TriggerReference(type="PaymentReceived", id="PAY-1")),
    event(RestorationDelayed, due_at=st.none() | moments),
    event(AdvisorDecisionRequested, reason=st.sampled_from(["DISPUTE", "PROFESSIONAL"]), reference=None, question=1),
)


def claimed_in(text: str) -> set[str]:
    return {claim for claim, words in CLAIMS.items() if re.search(words, text, re.IGNORECASE)}


@settings(max_examples=600)
@given(
    event=events,
    at=moments,
    again=flags,
    channel=st.sampled_from([*BOTH, Channel.POST]),
    language=st.sampled_from(LANGUAGES),
)
def test_no_message_claims_what_its_event_does_not_show(
    event: BusinessEvent, at: datetime, channel: Channel, language: str, *, again: bool
) -> None:
    told = message_of(event, at)
    if told is None:
        return
    if isinstance(event, PowerRestored) and event.unclaimable > 0:
        assert told.variant != Basis.DEBT_COVERED, "a part of the debt is frozen, and not paid"
    if again:
        told = replace(told, facts=told.facts | {"again"})
    text = WORDINGS.text_of(told, channel, language)
    claimed = claimed_in(f"{text.subject}\n{text.body}")
    assert claimed <= permitted(told), text
    if getattr(event, "rejected", False) or told.asks_nothing:
        assert "nobody pays twice" not in claimed, "who was rejected has to pay once more"
    assert not re.search(r"[A-Z]+_[A-Z]+|[\[\]{}]|\n\n\n|None", text.body), text.body
    if told.kind in ASKED and told.demand is not None and told.demand.asks in MONEY:
        assert text_of_amount(told.demand.amount, language) in text.body.replace("\N{NO-BREAK SPACE}", " ")


def text_of_amount(amount: Decimal, language: str) -> str:
    english = f"{amount:,.2f}"
    return english.replace(",", " ").replace(".", ",") + " €" if language == "fr" else f"€{english}"


@settings(max_examples=200)
@given(asks=st.sampled_from(sorted(MONEY)), due_on=st.none() | days, at=moments)
def test_an_instalment_is_asked_for_by_its_own_day_and_never_by_one_that_is_past(
    asks: Asks, due_on: date | None, at: datetime
) -> None:
    event = BalanceDue(
        **COMMON,
        balance=Decimal(30),
        paid=False,
        rejected=False,
        unclaimable=Decimal(0),
        demand=DemandDetail(asks=asks, amount=Decimal(30), due_on=due_on),
    )
    told = message_of(event, at)
    assert told is not None
    body = WORDINGS.text_of(told, Channel.SMS, "fr").body
    named = [date(int(year), int(month), int(day)) for day, month, year in re.findall(r"(\d\d)/(\d\d)/(\d{4})", body)]
    if asks is Asks.INSTALMENT:
        assert named == ([due_on] if due_on and due_on >= paris_date(at) else [])
    else:
        assert all(day > paris_date(at) for day in named)
        assert named


def test_the_claims_are_recognised_where_they_are_made() -> None:
    """Without this, a claim that is written otherwise would pass unseen."""
    facts: dict[str, Any] = {"communicating_meter": True, "review_on": date(2026, 9, 30)}
    seen = {
        claim
        for (kind, variant), asks, language, channel in product(ALL, Asks, LANGUAGES, BOTH)
        if asks in ASKED.get(kind, tuple(Asks))
        for claim in claimed_in(
            WORDINGS.text_of(
                message(
                    kind,
                    variant=variant,
                    demand=Demand(asks, Decimal(30)),
                    facts=FACTS.get(kind, frozenset()) | {"again"},
                    **facts,
                ),
                channel,
                language,
            ).body
        )
    }
    assert seen == set(CLAIMS) - {"the law wants it"}
