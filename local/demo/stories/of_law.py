"""Stories about law and trade: what power comes back on, and what happens when that ground is lost."""

from datetime import UTC, datetime
from decimal import Decimal

from local.demo.stories.steps import (
    BEFORE,
    WINTER,
    ContractChanges,
    Do,
    Ended,
    Entered,
    Heard,
    Limited,
    PauseOrders,
    Put,
    Settled,
    Story,
    Until,
    paid,
)

TRUSTED = ContractChanges({"payment_history": "GOOD"})
"""Billing says that this customer has always paid."""
REJECTED = Put("PaymentRejected", {"reason": "AM04, provision insuffisante"})
UNANSWERED = (Until.WAITING, Do.TIME_PASSES)
"""No advisor decides in time."""
IN_PREPARATION = datetime(2026, 10, 27, 8, 0, tzinfo=UTC)
"""Some days before the winter truce: the floors are being raised."""

STORIES = (
    Story(
        "goodwill-bounced",
        "Has power back on trust in a direct debit, which the bank returns later: billing hears, nothing is limited",
        (Limited(("RESTORED",), ("R/1",)),),
        (
            *BEFORE,
            TRUSTED,
            paid(means="DIRECT_DEBIT", status="RECEIVED"),
            Ended("RESTORED"),
            REJECTED,
            Heard("RestoredPaymentReversed"),
        ),
    ),
    Story(
        "bounced-before-order",
        "The bank returns the direct debit while the order waits for Enedis: it is not sent, the balance is due",
        (Limited(("BALANCE_DUE",)),),
        (
            *BEFORE,
            TRUSTED,
            PauseOrders(),
            paid(means="DIRECT_DEBIT", status="RECEIVED"),
            Entered("OrderAtEnedis"),
            REJECTED,
            Until.RECEIVED,
            PauseOrders(paused=False),
        ),
        alone=True,
    ),
    Story(
        "plan-by-telephone",
        "Agrees by telephone on a plan that begins next month: power is back at once; later the plan is broken",
        (Limited(("RESTORED",), ("R/1",)),),
        (
            *BEFORE,
            Put("PaymentPlanAgreed", {"firstInstalment": 40.0, "firstInstalmentDueOn": "2026-06-05"}),
            Ended("RESTORED"),
            Put("PaymentPlanBroken"),
            Heard("RestoredPlanBroken"),
        ),
    ),
    Story(
        "aid-in-part",
        "The housing fund (FSL) grants a part, and no advisor proposes a plan for the rest: power comes back",
        (Limited(("RESTORED",), ("R/1",)),),
        (*BEFORE, Put("HousingAidGranted", {"amount": 50.0}), *UNANSWERED),
    ),
    Story(
        "aid-refused",
        "The housing fund (FSL) refuses: power, which came back when the aid was asked for, stays",
        (Limited(("RESTORED",), ("R/1",)),),
        (*BEFORE, Put("HousingAidFiled"), Ended("RESTORED"), Put("HousingAidRefused")),
    ),
    Story(
        "undisputed-part",
        "Disputes 50 EUR of the debt of 120, and pays the rest",
        (Limited(("RESTORED",), ("R/1",)),),
        (*BEFORE, ContractChanges({"dispute": True, "disputed_amount": Decimal(50)}), paid(70.0)),
    ),
    Story(
        "voucher-used",
        "Winter: a voucher (chèque énergie) that is used for a part of the debt proves the holder's protection",
        (Limited(("FLOOR_RAISED", "RESTORED"), ("F/1", "R/2")),),
        (*BEFORE, Settled(1), paid(48.0, "ENERGY_VOUCHER", "SETTLED")),
        begins=WINTER,
    ),
    Story(
        "floor-before-winter",
        "In the last days of October the floor is raised, before the winter truce begins",
        (Limited(("FLOOR_RAISED",), ("F/1",)),),
        BEFORE,
        begins=IN_PREPARATION,
    ),
    Story(
        "cut-for-safety",
        "Pays, and the point is cut for safety: nothing is ordered, the advisors have the case",
        (
            Limited(
                ("LEFT_TO_ADVISOR",),
                (),
                {"supply_state": "COUP", "limited_power_kva": None, "cut_reason": "SAFETY"},
            ),
        ),
        (*BEFORE, paid(), *UNANSWERED * 3),
    ),
    Story(
        "not-ours",
        "A professional's contract, which the rules do not cover: the advisors have the case, with the reason",
        (Limited(("LEFT_TO_ADVISOR",)),),
        (ContractChanges({"customer_segment": "PROFESSIONAL"}), *BEFORE, *UNANSWERED * 3),
    ),
)
