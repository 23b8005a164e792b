"""What must hold for whatever billing and Enedis may say, not only for the scenarios."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.decisions.deciding import decide

MEANS = (
    "CARD INSTANT_TRANSFER TRANSFER DIRECT_DEBIT TIP_SEPA CHEQUE CASH MANDAT_COMPTE "
    "ENERGY_VOUCHER HOUSING_AID THIRD_PARTY UNKNOWN"
)
STATUSES = "RECEIVED AUTHORISED CAPTURED SETTLED MATCHED CLEARED REJECTED REVERSED UNKNOWN"
BEST_FIRST = ["RESTORE", "RESTORE_PROVISIONALLY", "RAISE_FLOOR", "AWAIT_CLEARING", "MANUAL", "BALANCE_DUE", "REFUSE"]


def words(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from(text.split())


def cents(lowest: int = 0, highest: int = 100_000) -> st.SearchStrategy[Decimal]:
    return st.integers(lowest, highest).map(lambda it: Decimal(it) / 100)


dates = st.dates(date(2024, 1, 1), date(2030, 12, 31))
flags = st.booleans()
powers = st.one_of(st.none(), st.integers(1, 36))

protections = st.fixed_dictionaries(
    {
        "businessDate": dates,
        "energyVoucher": flags,
        "medical": flags,
        "dispute": flags,
        "overIndebtedness": flags,
        "housingAidState": words("NONE FILED GRANTED REFUSED"),
        "housingAidFiledOn": st.one_of(st.none(), dates),
        "limitedPowerKva": powers,
        "subscribedPowerKva": st.integers(1, 36),
    }
)
coverages = st.fixed_dictionaries(
    {
        "protection": words("NONE RESTORE RAISE_FLOOR"),
        "protectionFloorKva": powers,
        "protectionReason": words("NO_PROTECTION DISPUTE MEDICAL WINTER_FLOOR"),
        "certainAmount": cents(),
        "goodwillAmount": cents(),
        "pendingAmount": cents(),
        "pendingUntil": st.one_of(st.none(), dates),
        "limitationDebt": cents(),
        "planState": words("NONE PROPOSED AGREED ACTIVE KEPT BROKEN CANCELLED"),
        "firstInstalment": st.one_of(st.none(), cents()),
        "housingAidState": words("NONE FILED GRANTED REFUSED"),
        "housingAidAmount": st.one_of(st.none(), cents()),
        "contractStatus": words("ACTIVE ENDED"),
        "advisorDecision": words("NONE RESTORE REFUSE SEND_TECHNICIAN NO_ANSWER"),
        "limitedPowerKva": powers,
    }
)
payments = st.lists(
    st.fixed_dictionaries(
        {
            "paymentId": st.just("PAY"),
            "means": words(MEANS),
            "status": words(STATUSES),
            "amount": cents(),
            "receivedOn": dates,
        }
    ),
    max_size=4,
)
actions = st.fixed_dictionaries(
    {
        "outcome": words("RESTORE RESTORE_PROVISIONALLY RAISE_FLOOR"),
        "supplyState": words("ALIM COUP LIMI NRAC NALI"),
        "remotelyOperable": flags,
        "contractState": words("SERVC RESIL ECRES ECRAC IMPRO INACCE"),
        "ourContract": flags,
        "limitationPending": flags,
        "restorationRunning": flags,
        "limitedPowerKva": powers,
        "floorKva": powers,
        "advisorDecision": words("NONE RESTORE REFUSE SEND_TECHNICIAN NO_ANSWER"),
    }
)
progresses = st.fixed_dictionaries(
    {
        "aim": words("FULL FLOOR"),
        "supplyState": words("ALIM COUP LIMI NRAC NALI"),
        "limitedPowerKva": powers,
        "floorKva": powers,
        "caseState": st.one_of(st.none(), words("DMTR DMREC INPL CPRE CPNR CNRE INRP ZZZZ")),
        "caseStatus": st.one_of(st.none(), st.just(""), words("COURS TERMN ANNUL")),
        "intent": words("REMOTE TECHNICIAN RAISE_FLOOR CANCEL_LIMITATION"),
        "ordinal": st.integers(1, 5),
        "late": flags,
        "escalated": flags,
    }
)
notifications = st.fixed_dictionaries(
    {
        "kind": words(
            "ORDER_PLACED TECHNICIAN_VISIT POWER_RESTORED LIMITATION_CANCELLED FLOOR_RAISED BALANCE_DUE PAYMENT_PENDING"
            " REFUSED"
        ),
        "hasMobile": flags,
        "hasEmail": flags,
        "optedOut": flags,
        "localHour": st.integers(0, 23),
        "dayOff": flags,
    }
)

pytestmark = pytest.mark.explored
quickly = settings(max_examples=150)


def ask(decision: str, inputs: dict[str, Any]) -> dict[str, Any]:
    decided = decide(decision, inputs)
    assert decided.warnings == (), "a rule met a value it was not written for"
    answer: dict[str, Any] = decided.value
    return answer


@quickly
@given(protections)
def test_protection_always_answers_and_a_floor_is_a_raise(inputs: dict[str, Any]) -> None:
    answer = ask("protection", inputs)

    if answer["measure"] == "RAISE_FLOOR":
        assert inputs["limitedPowerKva"] < answer["floorKva"] <= max(inputs["subscribedPowerKva"], 2)
    else:
        assert answer["floorKva"] is None


@quickly
@given(protections, dates)
def test_nobody_stays_below_the_floor_in_winter(inputs: dict[str, Any], day: date) -> None:
    winter = day.replace(month=(11, 12, 1, 2, 3)[day.day % 5], day=min(day.day, 28))
    answer = ask("protection", inputs | {"businessDate": winter})

    limited = inputs["limitedPowerKva"]
    assert (
        answer["measure"] != "NONE"
        or limited >= min(3, inputs["subscribedPowerKva"])
        or (inputs["subscribedPowerKva"] == 3 and limited >= 2)
    )


@quickly
@given(payments, words("GOOD AVERAGE POOR"), dates)
def test_no_cent_is_lost_or_invented(paid: list[dict[str, Any]], history: str, today: date) -> None:
    answer = ask("paymentCertainty", {"payments": paid, "paymentHistory": history, "businessDate": today})

    buckets = ("certainAmount", "goodwillAmount", "pendingAmount", "rejectedAmount")
    assert sum(answer[name] for name in buckets) == sum(it["amount"] for it in paid)
    if answer["pendingUntil"] is not None:
        assert answer["pendingAmount"] >= 0
        assert answer["pendingUntil"] > today, "waiting for the past would wait in circles"


@quickly
@given(payments, words("GOOD AVERAGE POOR"), dates, st.integers(0, 60))
def test_time_alone_never_makes_money_less_certain(
    paid: list[dict[str, Any]], history: str, today: date, days: int
) -> None:
    now = ask("paymentCertainty", {"payments": paid, "paymentHistory": history, "businessDate": today})
    later = ask(
        "paymentCertainty",
        {"payments": paid, "paymentHistory": history, "businessDate": today + timedelta(days=days)},
    )

    assert later["certainAmount"] >= now["certainAmount"]
    assert later["rejectedAmount"] == now["rejectedAmount"]


@quickly
@given(coverages)
def test_coverage_always_answers(inputs: dict[str, Any]) -> None:
    answer = ask("coverage", inputs)

    assert answer["outcome"] in BEST_FIRST
    assert answer["reason"] != "UNEXPECTED"
    assert answer["balance"] >= 0
    assert (answer["until"] is not None) == (answer["outcome"] == "AWAIT_CLEARING")
    assert answer["floorKva"] is None or answer["outcome"] == "RAISE_FLOOR"


@quickly
@given(coverages, cents())
def test_a_covered_debt_of_a_living_contract_restores_unless_an_advisor_refuses(
    inputs: dict[str, Any], extra: Decimal
) -> None:
    paid = inputs | {"contractStatus": "ACTIVE", "certainAmount": inputs["limitationDebt"] + extra}

    expected = "REFUSE" if inputs["advisorDecision"] == "REFUSE" else "RESTORE"
    assert ask("coverage", paid)["outcome"] == expected


@quickly
@given(coverages, cents())
def test_more_certain_money_never_worsens_the_outcome(inputs: dict[str, Any], more: Decimal) -> None:
    before = ask("coverage", inputs)
    after = ask("coverage", inputs | {"certainAmount": inputs["certainAmount"] + more})

    assert BEST_FIRST.index(after["outcome"]) <= BEST_FIRST.index(before["outcome"])
    if after["outcome"] == before["outcome"]:
        assert after["balance"] <= before["balance"] or after["reason"] != before["reason"]


@quickly
@given(coverages)
def test_an_advisor_who_does_not_answer_leaves_nobody_stuck(inputs: dict[str, Any]) -> None:
    answer = ask("coverage", inputs | {"advisorDecision": "NO_ANSWER"})

    assert answer["outcome"] != "MANUAL"


@quickly
@given(coverages)
def test_a_protected_customer_of_a_living_contract_has_power_unless_an_advisor_refuses(inputs: dict[str, Any]) -> None:
    answer = ask("coverage", inputs | {"contractStatus": "ACTIVE", "protection": "RESTORE"})

    assert answer["outcome"] == ("REFUSE" if inputs["advisorDecision"] == "REFUSE" else "RESTORE")


@quickly
@given(actions)
def test_no_order_touches_a_contract_that_is_not_ours_or_a_point_already_supplied(inputs: dict[str, Any]) -> None:
    answer = ask("action", inputs)

    orders = {"REMOTE", "TECHNICIAN", "RAISE_FLOOR"}
    if not inputs["ourContract"] or inputs["supplyState"] == "ALIM" or inputs["restorationRunning"]:
        assert answer["action"] not in orders
    if answer["action"] in {"REMOTE", "RAISE_FLOOR"}:
        assert inputs["remotelyOperable"]
    assert answer["reason"] != "UNEXPECTED"


@quickly
@given(progresses)
def test_power_is_only_said_to_be_back_when_enedis_shows_it(inputs: dict[str, Any]) -> None:
    answer = ask("progress", inputs)

    if answer["next"] == "POWER_RESTORED":
        supplied = inputs["supplyState"] == "ALIM" and inputs["limitedPowerKva"] is None
        raised = (
            inputs["aim"] == "FLOOR"
            and inputs["supplyState"] == "LIMI"
            and inputs["limitedPowerKva"] is not None
            and inputs["floorKva"] is not None
            and inputs["limitedPowerKva"] >= inputs["floorKva"]
        )
        assert supplied or raised


@quickly
@given(progresses)
def test_a_delay_is_escalated_once(inputs: dict[str, Any]) -> None:
    assert ask("progress", inputs | {"escalated": True})["next"] != "ESCALATE"
    assert ask("progress", inputs | {"late": False})["next"] != "ESCALATE"


@quickly
@given(st.from_regex(r"SGT[0-9A-Z]{3}", fullmatch=True), st.integers(1, 20))
def test_every_refusal_has_an_answer_and_none_is_followed_for_ever(code: str, refusals: int) -> None:
    assert ask("refusal", {"code": code, "refusals": refusals})["next"]
    assert ask("refusal", {"code": code, "refusals": 7})["next"] in {"ASK_ADVISOR", "NO_ORDER"}


@quickly
@given(notifications)
def test_a_message_uses_a_channel_that_exists_and_respects_refusal(inputs: dict[str, Any]) -> None:
    answer = ask("notification", inputs)

    if inputs["optedOut"]:
        assert answer["channel"] == "NONE"
    assert answer["channel"] != "SMS" or inputs["hasMobile"]
    assert answer["channel"] != "EMAIL" or inputs["hasEmail"]
    night = inputs["localHour"] >= 21 or inputs["localHour"] < 8
    if answer["defer"]:
        assert inputs["kind"] != "POWER_RESTORED"
        assert night or inputs["dayOff"]
    if not inputs["optedOut"] and (inputs["hasMobile"] or inputs["hasEmail"]):
        assert answer["channel"] != "NONE", "nobody asks again: who can be reached is told, now or in the morning"
    if night and answer["channel"] == "SMS" and not answer["defer"]:
        assert inputs["kind"] == "POWER_RESTORED"
        assert not inputs["hasEmail"]
