"""The edge cases of docs/trade.md that rules decide, asked in the order in which the process asks them."""

from datetime import date
from typing import Any

import pytest

from restoration.domain.look import CERTAINTY, COVERAGE, LOOK, inputs_of
from tests.unit.decisions.deciding import decide
from tests.unit.decisions.scenarios import action, coverage, payment, progress, protection

OTHER_FACTS: dict[str, Any] = dict.fromkeys(
    (
        "principalResidence",
        "communicatingMeter",
        "limitedSince",
        "debtDueOn",
        "energyVoucherUntil",
        "medicalUntil",
        "overIndebtednessAdmittedOn",
    )
)


def cover(
    payments: list[dict[str, Any]], today: date = payment.RECEIVED_ON, history: str = "AVERAGE", **known: Any
) -> dict[str, Any]:
    """Ask protection, certainty and coverage, as the process does."""
    facts: dict[str, Any] = protection.USUAL | payment.USUAL | coverage.USUAL | OTHER_FACTS | known
    facts |= {"payments": payments, "businessDate": today, "paymentHistory": history}
    decided: dict[str, dict[str, Any]] = {}
    for decision in LOOK:
        limited = {} if decision == CERTAINTY else {"limitedPowerKva": facts["limitedPowerKva"]}
        advised = {"advisorDecision": facts["advisorDecision"]} if decision == COVERAGE else {}
        value = decide(decision, inputs_of(decision, facts, decided, limited | advised)).value
        decided[decision] = value
    return decided[COVERAGE]


def test_two_part_payments_of_which_only_both_cover_the_debt() -> None:
    first, second = payment.payment("CARD", "CAPTURED", 60), payment.payment("CARD", "CAPTURED", 40, name="PAY-2")

    assert cover([first])["outcome"] == "BALANCE_DUE"
    assert cover([second])["outcome"] == "BALANCE_DUE"
    assert cover([first, second])["outcome"] == "RESTORE"


def test_a_direct_debit_is_certain_after_its_settlement_and_not_before() -> None:
    waiting = cover([payment.payment("DIRECT_DEBIT", "RECEIVED", 100)])
    assert (waiting["outcome"], waiting["until"], waiting["balance"]) == ("AWAIT_CLEARING", date(2026, 5, 11), 0)
    assert cover([payment.payment("DIRECT_DEBIT", "RECEIVED", 100)], today=date(2026, 5, 11))["outcome"] == "MANUAL"

    settled = [payment.payment("DIRECT_DEBIT", "SETTLED", 100, settledOn=date(2026, 5, 6))]
    waiting = cover(settled, today=date(2026, 5, 6))
    assert (waiting["outcome"], waiting["until"]) == ("AWAIT_CLEARING", date(2026, 5, 14))
    assert cover(settled, today=date(2026, 5, 14))["outcome"] == "RESTORE"
    assert cover(settled, today=date(2026, 5, 6), history="GOOD")["outcome"] == "RESTORE_PROVISIONALLY"


def test_a_cheque_that_bounces_after_restoring_makes_the_debt_due_and_limits_nobody() -> None:
    assert cover([payment.payment("CHEQUE", "RECEIVED", 100)], history="GOOD")["outcome"] == "RESTORE_PROVISIONALLY"

    bounced = cover([payment.payment("CHEQUE", "REJECTED", 100)], history="GOOD")

    assert (bounced["outcome"], bounced["balance"]) == ("BALANCE_DUE", 100)


def test_a_second_cheque_after_a_bounce_is_waited_for() -> None:
    bounced = payment.payment("CHEQUE", "REJECTED", 100)
    second = payment.payment("CHEQUE", "RECEIVED", 100, name="PAY-2")

    assert cover([bounced, second], history="GOOD")["outcome"] == "AWAIT_CLEARING"


def test_a_large_cheque_is_waited_for_though_the_history_is_good() -> None:
    cheque = payment.payment("CHEQUE", "RECEIVED", 3000)

    waiting = cover([cheque], history="GOOD", limitationDebt=3000)

    assert (waiting["outcome"], waiting["until"]) == ("AWAIT_CLEARING", date(2026, 5, 11))


def test_a_pending_cheque_of_90_on_a_debt_of_100_leaves_10_to_pay() -> None:
    answer = cover([payment.payment("CHEQUE", "RECEIVED", 90)])

    assert (answer["outcome"], answer["balance"], answer["residual"]) == ("BALANCE_DUE", 10, 100)


def test_housing_aid_granted_and_booked_counts_once() -> None:
    booked = payment.payment("HOUSING_AID", "RECEIVED", 60)

    answer = cover([booked], housingAidState="GRANTED", housingAidAmount=60)

    assert (answer["outcome"], answer["reason"]) == ("MANUAL", "HOUSING_AID_PROPOSE_PLAN")
    assert (answer["balance"], answer["residual"]) == (40, 40)


def test_a_payment_from_before_the_plan_is_not_its_instalment() -> None:
    plan: dict[str, Any] = {"planState": "AGREED", "firstInstalment": 40, "planAgreedOn": date(2026, 5, 4)}
    earlier = payment.payment("CARD", "CAPTURED", 40, on=date(2026, 5, 3))
    instalment = payment.payment("CARD", "CAPTURED", 40, name="PAY-2")

    assert cover([earlier], **plan)["reason"] == "FIRST_INSTALMENT_DUE"
    assert cover([earlier, instalment], **plan)["reason"] == "PLAN_ACTIVE"


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
    assert cover([strange], advisorDecision="NO_ANSWER")["outcome"] == "MANUAL", "it stays with the advisors"
    assert cover([payment.payment(*unknown, 10)])["outcome"] == "BALANCE_DUE"
