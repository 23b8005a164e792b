"""Billing's response becomes facts for the rules, to the cent."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from restoration.contracts.billing import BillingSituation
from tests.fakes.situations import SITUATION, facts

UNKNOWN_UNLESS_STATED = (
    "planProposedOn",
    "planOfferUntil",
    "planAgreedOn",
    "planBrokenOn",
    "firstInstalmentDueOn",
    "energyVoucherUntil",
    "medicalUntil",
    "disputedAmount",
    "overIndebtednessAdmittedOn",
    "overIndebtednessUntil",
    "consumedFrom",
    "consumedTo",
    "limitedSince",
    "returns12m",
    "goodwillUsed12m",
    "principalResidence",
    "communicatingMeter",
)


def test_the_facts_are_flat_and_hold_no_personal_data_but_the_customer_s_id() -> None:
    assert facts() == {
        "customerId": "CUS-1",
        "contractStatus": "ACTIVE",
        "subscribedPowerKva": 6,
        "businessDate": "2026-05-04",
        "limitationDebt": 123.45,
        "otherDueDebt": 0,
        "payments": [
            {
                "paymentId": "PAY-1",
                "means": "CARD",
                "status": "SETTLED",
                "amount": 50,
                "receivedOn": "2026-05-03",
                "settledOn": None,
                "presentedOn": None,
                "payer": None,
                "thirdPartyMeans": None,
            }
        ],
        "paymentHistory": "GOOD",
        "planState": "NONE",
        "firstInstalment": None,
        "housingAidState": "NONE",
        "housingAidFiledOn": None,
        "housingAidAmount": None,
        "housingAidBefore": False,
        "energyVoucher": False,
        "medical": False,
        "dispute": False,
        "overIndebtedness": False,
        "brokenPlans12m": 0,
        "customerSegment": "RESIDENTIAL",
        "energy": "ELECTRICITY",
        "networkOperator": "ENEDIS",
        "territory": "MAINLAND",
        **dict.fromkeys(UNKNOWN_UNLESS_STATED),
    }


def test_facts_that_billing_states_reach_the_rules() -> None:
    stated = facts(
        payments=[
            SITUATION["payments"][0]
            | {"means": "THIRD_PARTY", "settledOn": "2026-05-04", "presentedOn": "2026-05-02", "payer": "CCAS"}
        ],
        plan={
            "state": "AGREED",
            "firstInstalment": "40.10",
            "proposedOn": "2026-04-18",
            "offerUntil": "2026-05-02",
            "agreedOn": "2026-04-20",
            "brokenOn": "2026-03-01",
            "firstInstalmentDueOn": "2026-05-20",
            "brokenPlans12m": 2,
        },
        housingAid={"state": "GRANTED", "filedOn": "2026-04-01", "amount": "80.00"},
        protections={"energyVoucher": True, "medical": True, "dispute": True, "overIndebtedness": True},
        returns12m=1,
        goodwillUsed12m=0,
        communicatingMeter=True,
        principalResidence=False,
        limitedSince="2026-04-02",
        customerSegment="PROFESSIONAL",
        energy="GAS",
        territory="OVERSEAS",
    )
    of_the_payment = {"settledOn": "2026-05-04", "presentedOn": "2026-05-02", "payer": "CCAS"}
    assert stated.pop("payments")[0].items() >= of_the_payment.items()
    of_the_plan = {"planState": "AGREED", "firstInstalment": 40.1, "planProposedOn": "2026-04-18"}
    of_the_plan |= {"planOfferUntil": "2026-05-02", "planAgreedOn": "2026-04-20", "planBrokenOn": "2026-03-01"}
    of_the_plan |= {"firstInstalmentDueOn": "2026-05-20", "brokenPlans12m": 2, "returns12m": 1, "goodwillUsed12m": 0}
    of_the_aid = {"housingAidState": "GRANTED", "housingAidFiledOn": "2026-04-01", "housingAidAmount": 80}
    protections = dict.fromkeys(("energyVoucher", "medical", "dispute", "overIndebtedness"), True)
    of_the_point = {"communicatingMeter": True, "principalResidence": False, "limitedSince": "2026-04-02"}
    scope = {"customerSegment": "PROFESSIONAL", "energy": "GAS", "networkOperator": "ENEDIS", "territory": "OVERSEAS"}
    assert stated.items() >= (of_the_plan | of_the_aid | protections | of_the_point | scope).items()


@pytest.mark.parametrize("field", ["customerSegment", "energy", "networkOperator", "territory"])
def test_a_word_about_the_scope_that_the_rules_do_not_know_is_other(field: str) -> None:
    assert facts(**{field: "MUNICIPAL"})[field] == "OTHER"


def test_a_payer_that_is_no_agreed_body_is_other() -> None:
    payment = SITUATION["payments"][0] | {"payer": "NEIGHBOUR"}
    assert facts(payments=[payment])["payments"][0]["payer"] == "OTHER"


@pytest.mark.parametrize(("stated", "known"), [("TRANSFER", "TRANSFER"), ("HOUSING_AID", None), ("PIGEON", None)])
def test_a_third_party_s_means_reaches_the_rules_where_they_know_it(stated: str, known: str | None) -> None:
    payment = SITUATION["payments"][0] | {"means": "THIRD_PARTY", "payer": "OTHER", "thirdPartyMeans": stated}
    assert facts(payments=[payment])["payments"][0]["thirdPartyMeans"] == known


@given(st.integers(-99_999_999_999_999, 99_999_999_999_999))
def test_every_amount_comes_to_the_rules_to_the_cent(cents: int) -> None:
    amount = Decimal(cents).scaleb(-2)
    stated = facts(limitationDebt=f"{amount:.2f}")["limitationDebt"]
    assert Decimal(repr(stated)) == amount


@pytest.mark.parametrize(
    "amount", [123.45, 123, "123.4", "123,45", "1_23.45", " 123.45", "NaN", "1e2", None, True, "\u0661.00"]
)
def test_an_amount_that_is_not_text_with_two_decimals_is_refused(amount: object) -> None:
    with pytest.raises(ValidationError, match="limitationDebt"):
        facts(limitationDebt=amount)


@pytest.mark.parametrize("name", sorted(SITUATION))
def test_a_situation_that_lacks_a_field_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        BillingSituation.model_validate({key: value for key, value in SITUATION.items() if key != name})


def test_fields_that_billing_adds_later_are_ignored() -> None:
    assert facts(addedLater=[1]) == facts()


def test_more_payments_than_any_limit_of_the_cloud_allows_are_refused_with_their_number() -> None:
    with pytest.raises(ValidationError, match="501 payments for one limitation, at most 500 are taken: billing should"):
        facts(payments=many_payments(501))


def test_as_many_payments_as_are_taken_pass_as_the_result_of_a_state() -> None:
    assert len(json.dumps(facts(payments=many_payments(500)))) < 256 * 1024


def many_payments(number: int) -> list[dict[str, Any]]:
    """The largest payments that the contract allows."""
    return [
        {
            "paymentId": f"{it:0128}",
            "means": "é" * 200,
            "status": '"' * 200,
            "amount": "-123456789012.34",
            "receivedOn": "2026-05-03",
        }
        for it in range(number)
    ]


def listed(*statuses: str, **changed: object) -> list[dict[str, Any]]:
    """One payment, listed once for each status; the last entry with changes."""
    first, *others = ({**SITUATION["payments"][0], "status": status} for status in statuses)
    return [first, *others[:-1], {**others[-1], **changed}]


@pytest.mark.parametrize(
    ("payments", "status"),
    [
        (listed("CAPTURED", "CAPTURED"), "CAPTURED"),
        (listed("CAPTURED", "SETTLED", settledOn="2026-05-04"), "SETTLED"),
        (listed("SETTLED", "CAPTURED"), "SETTLED"),
        (listed("CAPTURED", "REVERSED"), "REVERSED"),
        (listed("RECEIVED", "CAPTURED", "SETTLED"), "SETTLED"),
        (listed("POSTED", "POSTED"), "UNKNOWN"),
    ],
)
def test_a_payment_that_is_listed_twice_covers_the_debt_once(payments: list[dict[str, Any]], status: str) -> None:
    assert [each["status"] for each in facts(payments=payments)["payments"]] == [status]


def test_the_newer_entry_of_a_payment_loses_nothing_that_the_older_one_has() -> None:
    known = {"settledOn": "2026-05-04", "presentedOn": "2026-05-03", "thirdPartyMeans": "TRANSFER"}
    older = {**listed("SETTLED", "SETTLED")[0], **known}
    newer = {**older, **dict.fromkeys(known), "status": "CLEARED"}
    (merged,) = facts(payments=[older, newer])["payments"]
    assert merged.items() >= {**known, "status": "CLEARED"}.items()


@pytest.mark.parametrize(
    "payments",
    [
        listed("CAPTURED", "CAPTURED", amount="1.00"),
        listed("CAPTURED", "SETTLED", means="CHEQUE"),
        listed("CLEARED", "REJECTED"),
        listed("CAPTURED", "POSTED"),
    ],
    ids=["amount", "means", "presented again or returned", "a status that nobody knows"],
)
def test_entries_of_a_payment_that_contradict_each_other_are_refused_by_its_id(payments: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError, match=r"payment PAY-\S+ is listed twice with contradictions, as C[AL]"):
        facts(payments=payments)


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "1999-12-31", "2200-01-01", "9999-12-31"])
@pytest.mark.parametrize("field", ["payments.0.receivedOn", "businessDate"])
def test_an_implausible_date_is_refused_by_name(field: str, day: str) -> None:
    """A cheque received in the year 1 would have cleared long ago."""
    received = {**SITUATION["payments"][0], "receivedOn": day}
    changes = {"businessDate": day} if field == "businessDate" else {"payments": [received]}
    with pytest.raises(ValidationError, match=rf"{field}\n.*between 2000-01-01 and 2199-12-31"):
        facts(**changes)


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "9999-12-31"])
def test_a_null_date_where_a_date_is_optional_is_none(day: str) -> None:
    aid = {"state": "REFUSED", "filedOn": day, "amount": None}
    assert facts(housingAid=aid)["housingAidFiledOn"] is None


@pytest.mark.parametrize("power", [0, -1, 100_000, 1e-30, 1.001, float("inf"), float("nan")])
def test_an_absurd_power_is_refused(power: float) -> None:
    with pytest.raises(ValidationError, match="subscribedPowerKva"):
        facts(subscribedPowerKva=power)


def test_a_power_above_our_segment_is_read_so_that_the_rules_can_leave_it_to_an_advisor() -> None:
    assert facts(subscribedPowerKva=250)["subscribedPowerKva"] == 250


def test_an_unknown_means_or_status_is_among_the_facts_with_billing_s_own_word() -> None:
    known = SITUATION["payments"][0]
    wallet = {"paymentId": "PAY-2", "means": f"WÄLLET{'x' * 40}"}
    on_hold = {"paymentId": "PAY-3", "status": "ON HOLD"}
    stated = facts(payments=[known, known | wallet, known | on_hold])["payments"]
    assert [it["means"] for it in stated] == ["CARD", "UNKNOWN", "CARD"]
    assert [it["status"] for it in stated] == ["SETTLED", "SETTLED", "UNKNOWN"]
    assert "statedMeans" not in stated[0]
    assert (stated[1]["statedMeans"], stated[2]["statedStatus"]) == (f"W?LLET{'x' * 34}", "ON HOLD")


@pytest.mark.parametrize("means", ["", None, 17, "x" * 201])
def test_a_means_that_is_no_word_at_all_is_refused_by_name(means: object) -> None:
    with pytest.raises(ValidationError, match=r"payments\.0\.means"):
        facts(payments=[{**SITUATION["payments"][0], "means": means}])
