"""Stories about money: what was paid, when it is certain, and executions that share or lose a limitation."""

from dataclasses import replace

from local.demo.stories.steps import (
    BEFORE,
    Billing,
    CaseChanges,
    Do,
    Ended,
    Entered,
    Hold,
    Limited,
    Night,
    PointChanges,
    Put,
    Settled,
    Story,
    Switch,
    Until,
    cheque,
    limited,
    paid,
)
from local.partners.billing import FaultKind as BillingFaultKind
from local.partners.enedis import Ending

COVERAGE = Hold("EvaluateDecisionFunction", "decision", "coverage")
ACTION = Hold("EvaluateDecisionFunction", "decision", "action")
CLEARED, REJECTED = Put("PaymentCleared"), Put("PaymentRejected", {"reason": "Sans provision"})

STORIES = (
    Story(
        "card",
        "Pays the whole debt by card",
        (Limited(("RESTORED",), ("R/1",)),),
        (*BEFORE, paid()),
    ),
    Story(
        "short-and-twice",
        "Pays in cash, 0.40 EUR short; billing reports it twice",
        (Limited(("RESTORED",), ("R/1",)),),
        (
            *BEFORE,
            COVERAGE,
            paid(119.60, "CASH", "RECEIVED"),
            Until.HELD,
            replace(paid(119.60, "CASH", "RECEIVED"), repeats=True),
            Until.RECEIVED,
            Do.LET_GO,
        ),
    ),
    Story(
        "before-limitation",
        "The payment comes before the limitation is known",
        (Limited(("RESTORED",), ("R/1",)),),
        (paid(), Until.QUIET, *BEFORE),
    ),
    Story(
        "two-payments",
        "Two payments, of which only both cover the debt; the second comes while the first is being decided",
        (Limited(("RESTORED",), ("R/1",)),),
        (*BEFORE, COVERAGE, paid(70.0), Until.HELD, paid(50.0, key="-2"), Until.RECEIVED, Do.LET_GO),
    ),
    Story(
        "two-points",
        "One payment for two points: one gets its power back between our look and our order (SGT570), one was cut",
        (
            Limited(("ALREADY_RESTORED",)),
            Limited(("RESTORED",), ("R/1",), {"supply_state": "COUP", "limited_power_kva": None}),
        ),
        (
            limited(0),
            limited(1),
            Until.RECEIVED,
            Do.SWEEP,
            ACTION,
            replace(paid(), customers=(0, 1)),
            Until.HELD,
            PointChanges({"supply_state": "ALIM", "limited_power_kva": None}),
            Do.LET_GO,
        ),
    ),
    Story(
        "one-point",
        "Two limitations of one point, both paid for: one order, which the other limitation follows",
        (
            Limited(("RESTORED",), (), {"endings": (Ending.NEVER,)}),
            Limited(("RESTORED",), ("R/1",)),
        ),
        (
            limited(0),
            limited(1),
            Until.RECEIVED,
            Do.SWEEP,
            ACTION,
            paid(240.0),
            Until.HELD,
            Entered("WaitForEnedis"),
            Do.LET_GO,
            Entered("WaitForEnedis", executions=2),
            PointChanges({"supply_state": "ALIM", "limited_power_kva": None}),
        ),
        one_point=True,
    ),
    Story(
        "cheque-cleared",
        "Pays by cheque; power waits until it has cleared",
        (Limited(("RESTORED",), ("R/1",)),),
        (*BEFORE, cheque(), Until.WAITING, CLEARED),
    ),
    Story(
        "cheque-bounced",
        "The cheque bounces; later the housing fund (FSL) grants the whole debt",
        (Limited(("BALANCE_DUE", "RESTORED"), ("R/1",)),),
        (*BEFORE, cheque(), Until.WAITING, REJECTED, Settled(1), Put("HousingAidGranted", {"amount": 120.0})),
    ),
    Story(
        "cheque-then-card",
        "No news of the cheque in time, so it waits again; then the customer pays by card",
        (Limited(("RESTORED",), ("R/1",)),),
        (*BEFORE, cheque(), Until.WAITING, Do.TIME_PASSES, Until.WAITING, paid(key="-2")),
    ),
    Story(
        "no-contact",
        "The cheque clears before anybody could wait for it; billing has no address: a technician comes, untold",
        (
            Limited(
                ("RESTORED",),
                ("T/1",),
                {"remotely_operable": False, "endings": (Ending.NEVER,)},
            ),
        ),
        (
            *BEFORE,
            Billing(BillingFaultKind.NOT_FOUND, contact=True, times=1000),
            COVERAGE,
            cheque(),
            Until.HELD,
            CLEARED,
            Until.RECEIVED,
            Do.LET_GO,
            Entered("AnnounceVisit"),
            Entered("WaitForEnedis", 2),
            CaseChanges(Ending.DONE),
        ),
    ),
    Story(
        "part-payment",
        "Pays a part; the rest comes while operations have switched us off, and the nightly check finds it",
        (Limited(("BALANCE_DUE", "OFF", "RESTORED"), ("R/1",)),),
        (*BEFORE, paid(50.0), Settled(1), Switch("off"), paid(70.0, key="-2"), Settled(2), Switch("on"), Night(1)),
        alone=True,
    ),
    Story(
        "plan",
        "Pays the first instalment of a plan, which is agreed afterwards",
        (Limited(("BALANCE_DUE", "RESTORED"), ("R/1",)),),
        (*BEFORE, paid(40.0), Settled(1), Put("PaymentPlanAgreed", {"firstInstalment": 40.0})),
    ),
    Story(
        "aborted",
        "Somebody aborts the execution that waits for the cheque; a card payment takes over, the first is redriven",
        (Limited(("SUPERSEDED", "RESTORED"), ("R/1",)),),
        (
            *BEFORE,
            cheque(),
            Until.WAITING,
            Do.ABORT_HOLDER,
            Ended("ABORTED"),
            paid(key="-2"),
            Ended("RESTORED"),
            Do.REDRIVE,
        ),
    ),
    Story(
        "unknown-contract",
        "Billing does not know the contract: the execution fails, the payment that comes again waits for its redrive",
        (Limited(("RESTORED",), ("R/1",)),),
        (
            *BEFORE,
            Billing(BillingFaultKind.NOT_FOUND),
            paid(),
            Ended("FAILED"),
            replace(paid(), repeats=True),
            Until.RECEIVED,
            Do.REDRIVE,
        ),
    ),
    Story(
        "lost-claim",
        "An execution loses its claim while it decides and orders nothing; the next payment finds the new holder gone",
        (Limited(("SUPERSEDED", "RESTORED"), ("R/1",)),),
        (*BEFORE, ACTION, paid(), Until.HELD, Do.LOSE_CLAIM, Do.LET_GO, Settled(1), paid(1.0, key="-2")),
    ),
    Story(
        "shadow",
        "Outside the rollout percentage; pays a part, then the rest: decided and recorded, nothing ordered",
        (Limited(("SHADOW", "SHADOW")),),
        (*BEFORE, paid(50.0), Settled(1), paid(70.0, key="-2")),
        in_shadow=True,
    ),
)
