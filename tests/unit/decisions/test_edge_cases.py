"""The edge cases of docs/trade.md that rules decide, asked in the order in which the process asks them."""

from datetime import date
from typing import Any

import pytest

from tests.unit.decisions.deciding import decide
from tests.unit.decisions.scenarios import action, coverage, payment, progress, protection


def cover(
    payments: list[dict[str, Any]], today: date = payment.RECEIVED_ON, history: str = "AVERAGE", **facts: Any
) -> dict[str, Any]:
    """Ask protection, certainty and coverage, as the process does; ``facts`` go to whichever decision knows them."""
    common = facts | {"businessDate": today}
    shield = decide("protection", {name: common.get(name, usual) for name, usual in protection.USUAL.items()}).value
    money = decide("paymentCertainty", {"payments": payments, "paymentHistory": history, "businessDate": today}).value
    inputs = {name: common.get(name, usual) for name, usual in coverage.USUAL.items()}
    known = {
        "protection": shield["measure"],
        "protectionFloorKva": shield["floorKva"],
        "protectionReason": shield["reason"],
        "certainAmount": money["certainAmount"],
        "goodwillAmount": money["goodwillAmount"],
        "pendingAmount": money["pendingAmount"],
        "pendingUntil": money["pendingUntil"],
    }
    answer: dict[str, Any] = decide("coverage", inputs | known).value
    return answer


def test_two_part_payments_of_which_only_both_cover_the_debt() -> None:
    first, second = payment.payment("CARD", "CAPTURED", 60), payment.payment("CARD", "CAPTURED", 40, name="PAY-2")

    assert cover([first])["outcome"] == "BALANCE_DUE"
    assert cover([second])["outcome"] == "BALANCE_DUE"
    assert cover([first, second])["outcome"] == "RESTORE"


def test_a_direct_debit_is_waited_for_and_then_restores() -> None:
    debit = [payment.payment("DIRECT_DEBIT", "RECEIVED", 100)]

    waiting = cover(debit)
    assert (waiting["outcome"], waiting["until"]) == ("AWAIT_CLEARING", date(2026, 5, 11))
    assert cover(debit, today=waiting["until"])["outcome"] == "RESTORE"
    assert cover(debit, history="GOOD")["outcome"] == "RESTORE_PROVISIONALLY"


def test_a_cheque_that_bounces_after_restoring_makes_the_debt_due_and_limits_nobody() -> None:
    assert cover([payment.payment("CHEQUE", "RECEIVED", 100)], history="GOOD")["outcome"] == "RESTORE_PROVISIONALLY"

    bounced = cover([payment.payment("CHEQUE", "REJECTED", 100)], history="GOOD")

    assert (bounced["outcome"], bounced["balance"]) == ("BALANCE_DUE", 100)


def test_filing_for_housing_aid_restores_without_payment_until_two_months_have_passed() -> None:
    filed: dict[str, Any] = {"housingAidState": "FILED", "housingAidFiledOn": date(2026, 5, 4)}

    assert cover([], **filed)["outcome"] == "RESTORE"
    assert cover([], today=date(2026, 7, 5), **filed)["outcome"] == "BALANCE_DUE"


def test_the_truce_raises_the_floor_and_its_end_takes_nothing_back() -> None:
    assert cover([], today=date(2026, 11, 1))["outcome"] == "RAISE_FLOOR"
    assert cover([], today=date(2026, 11, 1), limitedPowerKva=3)["outcome"] == "BALANCE_DUE"
    assert cover([], today=date(2027, 4, 1))["outcome"] == "BALANCE_DUE"


def test_a_voucher_holder_has_full_power_in_the_truce_without_paying() -> None:
    assert cover([], today=date(2026, 12, 1), energyVoucher=True)["outcome"] == "RESTORE"
    assert cover([], today=date(2026, 6, 1), energyVoucher=True)["outcome"] == "BALANCE_DUE"


def test_an_energy_voucher_pays_rarely_everything() -> None:
    voucher = payment.payment("ENERGY_VOUCHER", "AUTHORISED", 48)

    assert (cover([voucher])["outcome"], cover([voucher])["balance"]) == ("BALANCE_DUE", 52)


def test_a_plan_restores_with_its_first_instalment_and_keeps_the_rest_of_the_debt() -> None:
    plan: dict[str, Any] = {"planState": "AGREED", "firstInstalment": 40}
    restored = cover([payment.payment("CARD", "CAPTURED", 40)], **plan)

    assert (restored["outcome"], restored["balance"]) == ("RESTORE", 60)


def test_a_contract_that_ended_is_not_restored_though_paid_and_protected() -> None:
    paid = [payment.payment("CARD", "CAPTURED", 100)]

    assert cover(paid, contractStatus="ENDED", medical=True)["outcome"] == "REFUSE"


def test_a_payment_that_crosses_the_limitation_cancels_it_or_if_too_late_restores() -> None:
    queued = action.USUAL | action.SUPPLIED | {"limitationPending": True}
    assert decide("action", queued).value["action"] == "CANCEL_LIMITATION"

    too_late = progress.USUAL | progress.CANCEL | progress.INADMISSIBLE
    assert decide("progress", too_late).value["next"] == "RETRY_REMOTE"


def test_acceptance_is_never_taken_for_power() -> None:
    for state in ("DMTR", "DMREC", "INPL", "CPRE"):
        assert decide("progress", progress.USUAL | {"caseState": state}).value["next"] == "WAIT"


@pytest.mark.parametrize("unknown", [("UNKNOWN", "CAPTURED"), ("CARD", "UNKNOWN")])
def test_a_payment_that_no_rule_knows_goes_to_an_advisor_only_where_nothing_else_covers(
    unknown: tuple[str, str],
) -> None:
    strange = payment.payment(*unknown, 100)
    paid = payment.payment("CARD", "CAPTURED", 100, name="PAY-2")

    assert cover([strange, paid])["outcome"] == "RESTORE"
    alone = cover([strange])
    assert (alone["outcome"], alone["reason"]) == ("MANUAL", "PENDING_WITHOUT_DATE")
    assert cover([strange], advisorDecision="NO_ANSWER")["outcome"] == "BALANCE_DUE"
    assert cover([payment.payment(*unknown, 10)])["outcome"] == "BALANCE_DUE"
