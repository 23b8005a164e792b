"""What must hold for the whole look, from billing's facts through protection and certainty to coverage.

Under any figures: those of the tables are the business's, and a publication changes them.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.decision_tools.scenarios.books import OF_THE_CLAIM
from restoration.domain.look import CERTAINTY, COVERAGE, FACTS, LOOK, PROTECTION
from restoration.domain.payment import Payer, PaymentMeans, PaymentStatus, PlanState
from tests.unit.decisions import deciding
from tests.unit.decisions.deciding import ask, look
from tests.unit.decisions.strategies import BEST_FIRST, OURS, fields, properties_of, words

pytestmark = pytest.mark.explored
TODAY = date(2026, 5, 13)
CENT = Decimal("0.01")
GONE = {"REJECTED", "REVERSED"}
OPEN = {"RECEIVED", "AUTHORISED", "CAPTURED"}
AT_ONCE = {"CARD", "INSTANT_TRANSFER", "TRANSFER", "CASH", "MANDAT_COMPTE", "ENERGY_VOUCHER", "HOUSING_AID"}
BODIES = {"CCAS", "CAF", "MSA", "PENSION_FUND", "GUARDIAN"}

shares = st.sampled_from([Decimal(it) for it in ("0", "0.1", "0.25", "0.5", "0.75", "0.995", "1", "1.2")])
"""Amounts are given as parts of the debt, so that sums often cover it, and a plan's first instalment."""
perhaps_share = st.one_of(st.none(), shares)
near = st.integers(-40, 20).map(lambda it: TODAY + timedelta(days=it))


OFTEN: dict[str, st.SearchStrategy[Any]] = {
    "businessDate": st.sampled_from([TODAY, date(2026, 4, 3), date(2026, 1, 2), date(2026, 12, 28)]),
    "means": words(f"DIRECT_DEBIT CHEQUE {' '.join(PaymentMeans)} DIRECT_DEBIT CHEQUE UNKNOWN CHEQUE CARD CARD"),
    "status": words(f"RECEIVED SETTLED {' '.join(PaymentStatus)} RECEIVED SETTLED UNKNOWN CAPTURED"),
    "payer": st.none() | words(f"OTHER OTHER {' '.join(Payer)}"),
    "amount": shares,
    "housingAidState": words("NONE NONE NONE GRANTED GRANTED REFUSED FILED"),
    "planState": words(f"NONE PROPOSED BROKEN {' '.join(PlanState)}"),
    "paymentHistory": words("GOOD GOOD GOOD AVERAGE POOR"),
    **dict.fromkeys(("returns12m", "goodwillUsed12m"), st.sampled_from([0, 0, 0, 1, None])),
    **dict.fromkeys(("housingAidAmount", "disputedAmount", "firstInstalment"), perhaps_share),
    "limitationDebt": st.sampled_from([Decimal(it) for it in ("100", "123.45", "480", "2000", "20", "0")]),
    "subscribedPowerKva": st.sampled_from([3, 6, 9, 42]),
    "limitedPowerKva": st.sampled_from([None, 1, 2, 3]),
    "brokenPlans12m": st.integers(0, 1),
    "contractStatus": words("ACTIVE ACTIVE ACTIVE ENDED"),
    "customerSegment": words("RESIDENTIAL RESIDENTIAL RESIDENTIAL PROFESSIONAL OTHER"),
    "energy": words("ELECTRICITY ELECTRICITY ELECTRICITY GAS"),
    "networkOperator": words("ENEDIS ENEDIS ENEDIS OTHER"),
    "territory": words("MAINLAND MAINLAND MAINLAND OVERSEAS"),
    "advisorDecision": words("NONE NONE NONE NO_ANSWER NO_ANSWER REFUSE RESTORE SEND_TECHNICIAN"),
}
ASKED = properties_of(*LOOK)
PAYMENT: Any = ASKED["payments"]["items"]["properties"]


def paying(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return fields(PAYMENT, OFTEN | {"paymentId": st.just(name)}, near)


def in_euros(facts: dict[str, Any], *names: str) -> dict[str, Any]:
    """Turn parts of the debt into euro."""
    debt = facts["limitationDebt"]
    known = {name: None if facts[name] is None else (facts[name] * debt).quantize(CENT) for name in names}
    paid = [it | {"amount": (it["amount"] * debt).quantize(CENT)} for it in facts["payments"]]
    return facts | known | {"payments": paid}


payments = st.tuples(*map(paying, ("PAY-1", "PAY-2", "PAY-3"))).flatmap(
    lambda three: st.integers(0, 3).map(lambda count: list(three[:count]))
)
parts = fields(
    {name: ASKED[name] for name in chain(OF_THE_CLAIM, *(FACTS[it] for it in LOOK))},
    OFTEN | {"payments": payments},
    near,
)
looks = parts.map(lambda it: in_euros(it, "housingAidAmount", "disputedAmount", "firstInstalment"))
PROTECTIONS = "energyVoucher medical dispute overIndebtedness housingAidBefore"
unprotected = looks.map(lambda it: it | dict.fromkeys(PROTECTIONS.split(), False) | OURS)
SEGMENTS = "RESIDENTIAL PROFESSIONAL OTHER"
NO_PLAN = {"planState": "NONE"} | dict.fromkeys(
    ("planProposedOn", "planOfferUntil", "planAgreedOn", "planBrokenOn", "firstInstalmentDueOn")
)
CLEAN: dict[str, Any] = {
    "businessDate": TODAY,
    "housingAidState": "NONE",
    "planState": "NONE",
    "paymentHistory": "GOOD",
    "returns12m": 0,
    "goodwillUsed12m": 0,
    "disputedAmount": None,
    "advisorDecision": "NONE",
}


def recently(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a customer in good standing, whose payments have just come and may be returned."""
    fresh = {"means": "CHEQUE", "status": "RECEIVED", "receivedOn": TODAY - timedelta(days=1)}
    return facts | CLEAN | {"payments": [it | fresh for it in facts["payments"]]}


trusted = unprotected.map(recently)
widely = settings(max_examples=200)


def rank(facts: Mapping[str, Any]) -> int:
    return BEST_FIRST.index(look(facts)[COVERAGE]["outcome"])


def may_still_come_back(payment: Mapping[str, Any]) -> bool:
    """Whether money is not certain, whatever how many days the tables wait for a return."""
    means = payment["means"]
    if means == "THIRD_PARTY" and payment["payer"] not in BODIES:
        means = payment["thirdPartyMeans"]
    match means, payment["status"]:
        case _, "CLEARED":
            return False
        case _, "REJECTED" | "REVERSED" | "UNKNOWN":
            return True
        case "DIRECT_DEBIT" | "TIP_SEPA" | "CHEQUE", status:
            return status in OPEN
        case means, _:
            return means not in AT_ONCE | {"THIRD_PARTY"}


@widely
@given(looks)
def test_nothing_is_certain_that_can_still_be_returned(facts: dict[str, Any]) -> None:
    money = look(facts)[CERTAINTY]

    safe = [it for it in facts["payments"] if not may_still_come_back(it)]
    assert money["certainAmount"] <= sum(it["amount"] for it in safe)
    if money["goodwillAmount"] == 0:
        assert set(money["countedPayments"]) <= {it["paymentId"] for it in safe}


@widely
@given(st.one_of(looks, trusted), paying("PAY-4").filter(lambda it: it["status"] not in GONE))
def test_more_money_never_makes_it_worse(facts: dict[str, Any], more: dict[str, Any]) -> None:
    more = more | {"amount": (more["amount"] * facts["limitationDebt"]).quantize(CENT)}
    richer = facts | {"payments": [*facts["payments"], more]}

    before, after = look(facts)[COVERAGE], look(richer)[COVERAGE]

    assert BEST_FIRST.index(after["outcome"]) <= BEST_FIRST.index(before["outcome"])
    assert after["residual"] <= before["residual"]
    if after["reason"] == before["reason"] and after["asks"] != "NOTHING":
        assert after["balance"] <= before["balance"]


@widely
@given(unprotected, words(PROTECTIONS), words(SEGMENTS), st.sampled_from([6, 42]))
def test_a_protection_never_makes_it_worse(facts: dict[str, Any], protection: str, segment: str, kva: int) -> None:
    of_them = facts | {"customerSegment": segment, "subscribedPowerKva": kva}
    assert rank(of_them | {protection: True}) <= rank(of_them)


@widely
@given(looks)
def test_no_frozen_debt_is_asked_for(facts: dict[str, Any]) -> None:
    decided = look(facts | OURS | {"overIndebtedness": True})
    frozen, answer = decided[PROTECTION]["frozenDebt"], decided[COVERAGE]

    assert 0 <= frozen == answer["frozenDebt"] <= max(0, facts["limitationDebt"])
    assert answer["balance"] <= facts["limitationDebt"] - frozen
    nothing_to_claim = frozen == facts["limitationDebt"] > 0 or answer["frozenPaid"]
    if nothing_to_claim and facts["advisorDecision"] != "REFUSE":
        assert answer["outcome"] not in {"BALANCE_DUE", "REFUSE"}


@widely
@given(st.one_of(unprotected, trusted).map(lambda it: it | {"disputedAmount": None}))
def test_balance_and_all_that_counts_make_the_debt_where_money_is_short(facts: dict[str, Any]) -> None:
    decided = look(facts)
    money, answer = decided[CERTAINTY], decided[COVERAGE]

    assert answer["balance"] >= 0
    granted = facts["housingAidAmount"] or 0 if facts["housingAidState"] == "GRANTED" else 0
    to_come = max(0, granted - money["housingAidPaid"])
    owed = facts["limitationDebt"] - answer["frozenDebt"]
    settles = owed - (money["certainAmount"] + money["goodwillAmount"] + money["pendingAmount"] + to_come)
    if answer["reason"] in {"DEBT_NOT_COVERED", "NO_ANSWER", "PLAN_BROKEN", "HOUSING_AID_PROPOSE_PLAN"}:
        assert answer["balance"] == settles
    if answer["reason"] == "FIRST_INSTALMENT_DUE":
        counted = sum(money[f"instalment{kind}"] for kind in ("Certain", "Goodwill", "Pending"))
        assert answer["balance"] == min(facts["firstInstalment"] - counted, settles)


@widely
@given(st.one_of(looks, trusted))
def test_what_is_restored_has_a_ground_and_what_is_not_collected_a_review(facts: dict[str, Any]) -> None:
    decided = look(facts)
    answer, protected_until = decided[COVERAGE], decided[PROTECTION]["until"]

    restored = answer["outcome"] in {"RESTORE", "RESTORE_PROVISIONALLY"}
    assert (answer["basis"] is not None) == restored
    if answer["basis"] == "PROTECTED" and protected_until is not None:
        assert answer["reviewOn"] > protected_until, "no reminder on a protected day"
    owing = restored and answer["basis"] not in {"DEBT_COVERED", "NO_DEBT"}
    assert (answer["reviewOn"] is not None) == owing
    if owing:
        assert answer["reviewOn"] > facts["businessDate"]
    if answer["outcome"] == "RESTORE_PROVISIONALLY":
        assert answer["basis"] == "GOODWILL"
    if answer["until"] is not None:
        assert answer["until"] > facts["businessDate"]


@pytest.mark.parametrize(
    ("means", "payer", "told"),
    [("CHEQUE", None, "CHEQUE"), ("CHEQUE", "OTHER", "THIRD_PARTY"), ("TRANSFER", "CAF", "THIRD_PARTY")],
)
def test_returned_money_of_somebody_else_is_not_said_to_be_the_customer_s_bank_s(
    means: str, payer: str | None, told: str
) -> None:
    customer = {"businessDate": date(2026, 5, 13), "paymentHistory": "GOOD", "returns12m": 0, "goodwillUsed12m": 0}
    money = ask(
        "paymentCertainty", customer | NO_PLAN | {"payments": [deciding.payment(means, "REJECTED", payer=payer)]}
    )
    assert money["rejectedMeans"] == [told]
