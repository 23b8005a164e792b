"""What must hold for whatever billing and Enedis may say, not only for the scenarios."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.decisions.deciding import ask
from tests.unit.decisions.strategies import BEST_FIRST, OURS, cents, coverages, given_to, words

certainties = given_to("paymentCertainty")
actions = given_to(
    "action",
    outcome=words("RESTORE RESTORE_PROVISIONALLY RAISE_FLOOR"),
    subscribedPowerKva=st.sampled_from([None, 6, 36, Decimal("36.1"), 42]),
)
progresses = given_to(
    "progress",
    caseState=st.none() | words("DMTR DMREC INPL CPRE CPNR CNRE INRP ZZZZ"),
    caseStatus=st.none() | words("COURS TERMN ANNUL") | st.just(""),
    ordinal=st.integers(1, 5),
)
notifications = given_to("notification", localHour=st.integers(0, 23))

NOT_OURS = {"PROFESSIONAL", "GAS", "OTHER_NETWORK_OPERATOR", "OVERSEAS", "OUT_OF_SCOPE"}

pytestmark = pytest.mark.explored
quickly = settings(max_examples=150)


@quickly
@given(certainties)
def test_no_cent_is_lost_or_invented(inputs: dict[str, Any]) -> None:
    answer = ask("paymentCertainty", inputs)

    buckets = ("certainAmount", "goodwillAmount", "pendingAmount", "rejectedAmount")
    assert sum(answer[name] for name in buckets) == sum(it["amount"] for it in inputs["payments"])
    assert min(answer[name] for name in buckets) >= 0
    if answer["pendingUntil"] is not None:
        assert answer["pendingUntil"] > inputs["businessDate"], "waiting for the past would wait in circles"


@quickly
@given(certainties)
def test_goodwill_has_conditions(inputs: dict[str, Any]) -> None:
    answer = ask("paymentCertainty", inputs)

    assert (answer["goodwillUntil"] is not None) == (answer["goodwillAmount"] > 0)
    if answer["goodwillAmount"] > 0:
        assert answer["goodwillUntil"] > inputs["businessDate"]
        assert (inputs["paymentHistory"], inputs["returns12m"], inputs["goodwillUsed12m"]) == ("GOOD", 0, 0)
        own = [it for it in inputs["payments"] if it["means"] != "THIRD_PARTY" and it["payer"] in {None, "GUARDIAN"}]
        assert not [it for it in own if it["status"] in {"REJECTED", "REVERSED"}]
        assert answer["goodwillAmount"] <= sum(it["amount"] for it in own), "a neighbour is not the customer"


@quickly
@given(certainties, st.integers(0, 60))
def test_time_alone_never_makes_money_less_certain(inputs: dict[str, Any], days: int) -> None:
    now = ask("paymentCertainty", inputs)
    later = ask("paymentCertainty", inputs | {"businessDate": inputs["businessDate"] + timedelta(days=days)})

    assert later["certainAmount"] >= now["certainAmount"]
    assert later["rejectedAmount"] == now["rejectedAmount"]


@quickly
@given(coverages)
def test_coverage_always_answers(inputs: dict[str, Any]) -> None:
    answer = ask("coverage", inputs)

    assert answer["outcome"] in BEST_FIRST
    assert answer["reason"] != "UNEXPECTED"
    assert answer["balance"] >= 0
    claimable = inputs["limitationDebt"] - inputs["frozenDebt"]
    assert answer["residual"] == max(0, (claimable or inputs["limitationDebt"]) - inputs["certainAmount"])
    assert (answer["until"] is not None) == (answer["outcome"] == "AWAIT_CLEARING")
    assert answer["floorKva"] is None or answer["outcome"] == "RAISE_FLOOR"


@quickly
@given(coverages, cents)
def test_a_covered_debt_restores_whatever_an_advisor_says(inputs: dict[str, Any], extra: Decimal) -> None:
    paid = inputs | OURS | {"certainAmount": inputs["limitationDebt"] + extra}

    assert ask("coverage", paid)["outcome"] == "RESTORE"


@quickly
@given(coverages)
def test_an_advisor_s_silence_claims_nothing_where_the_amounts_or_the_plan_are_in_doubt(
    inputs: dict[str, Any],
) -> None:
    asked = ask("coverage", inputs | {"advisorDecision": "NONE"})
    unanswered = ask("coverage", inputs | {"advisorDecision": "NO_ANSWER"})

    if asked["outcome"] == "MANUAL" and unanswered["outcome"] == "BALANCE_DUE":
        assert asked["reason"] in {"PLAN_AFTER_BROKEN_PLAN", "DISPUTE", *NOT_OURS}, "money is short, and else is clear"
        assert asked["reason"] != "DISPUTE" or 0 < unanswered["balance"] <= inputs["limitationDebt"]
    if unanswered["outcome"] == "MANUAL" and not {asked["reason"], unanswered["reason"]} & {"DISPUTE", *NOT_OURS}:
        assert unanswered["reason"] == asked["reason"], "it stays with the advisors, visibly"


@quickly
@given(coverages, st.sampled_from([{"energy": "GAS"}, {"networkOperator": "OTHER"}, {"territory": "OVERSEAS"}]))
def test_nothing_is_ordered_that_enedis_cannot_carry_out(inputs: dict[str, Any], elsewhere: dict[str, str]) -> None:
    answer = ask("coverage", inputs | OURS | elsewhere)

    assert answer["outcome"] not in {"RESTORE", "RESTORE_PROVISIONALLY", "RAISE_FLOOR"}
    assert answer["basis"] is answer["reviewOn"] is answer["floorKva"] is None


@quickly
@given(actions)
def test_no_order_touches_a_contract_that_is_not_ours_or_a_point_already_supplied(inputs: dict[str, Any]) -> None:
    answer = ask("action", inputs)

    orders = {"REMOTE", "TECHNICIAN", "RAISE_FLOOR"}
    has_full_power = inputs["supplyState"] == "ALIM" and inputs["limitedPowerKva"] is None
    if not inputs["ourContract"] or has_full_power or inputs["restorationRunning"]:
        assert answer["action"] not in orders
    if answer["action"] in {"REMOTE", "RAISE_FLOOR"}:
        assert inputs["remotelyOperable"]
    if (inputs["subscribedPowerKva"] or 0) > 36:
        assert answer["action"] not in orders or inputs["advisorDecision"] == "SEND_TECHNICIAN"
    assert answer["reason"] != "UNEXPECTED"


@quickly
@given(actions)
def test_a_cut_is_only_ordered_back_where_it_is_for_unpaid_bills_or_a_technician_looks(inputs: dict[str, Any]) -> None:
    answer = ask("action", inputs | {"supplyState": "COUP"})

    if answer["action"] in {"REMOTE", "TECHNICIAN", "RAISE_FLOOR"}:
        looked_at = inputs["cutReason"] is None and inputs["advisorDecision"] == "SEND_TECHNICIAN"
        assert inputs["cutReason"] == "UNPAID" or looked_at


@quickly
@given(progresses)
def test_an_order_that_failed_is_not_repeated_at_a_point_cut_for_another_reason(inputs: dict[str, Any]) -> None:
    answer = ask("progress", inputs | {"supplyState": "COUP"})

    assert answer["next"] not in {"RETRY_REMOTE", "SEND_TECHNICIAN"} or inputs["cutReason"] == "UNPAID"


@quickly
@given(progresses)
def test_power_is_only_said_to_be_back_when_enedis_shows_it(inputs: dict[str, Any]) -> None:
    answer = ask("progress", inputs)

    if answer["next"] == "POWER_RESTORED":
        supplied = inputs["supplyState"] == "ALIM" and inputs["limitedPowerKva"] is None
        raised = (
            inputs["aim"] == "FLOOR"
            and inputs["supplyState"] in {"ALIM", "LIMI"}
            and inputs["limitedPowerKva"] is not None
            and inputs["floorKva"] is not None
            and inputs["limitedPowerKva"] >= inputs["floorKva"]
        )
        assert supplied or raised


@quickly
@given(st.from_regex(r"SGT[0-9A-Z]{3}", fullmatch=True), st.integers(1, 20))
def test_every_refusal_has_an_answer_and_none_is_followed_for_ever(code: str, refusals: int) -> None:
    assert ask("refusal", {"code": code, "refusals": refusals})["next"]
    assert ask("refusal", {"code": code, "refusals": 1000})["next"] in {"ASK_ADVISOR", "NO_ORDER"}


@quickly
@given(notifications)
def test_a_message_uses_a_channel_that_exists_and_leaves_nobody_without_news(inputs: dict[str, Any]) -> None:
    answer = ask("notification", inputs)

    assert answer["channel"] != "SMS" or inputs["hasMobile"]
    assert answer["channel"] != "EMAIL" or inputs["hasEmail"]
    if answer["defer"]:
        assert inputs["kind"] != "POWER_RESTORED"
    if inputs["hasMobile"] or inputs["hasEmail"]:
        assert answer["channel"] in {"SMS", "EMAIL"}, "nobody asks again: who can be reached is told, now or later"
    else:
        assert answer["channel"] in {"POST", "CALL"} or inputs["kind"] == "ORDER_PLACED"
        assert not answer["defer"], "a letter disturbs nobody"
