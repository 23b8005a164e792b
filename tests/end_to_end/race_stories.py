"""Stories that nobody in business could tell: two things at once, a lost claim, an operator at the wrong moment.

They are played and judged as the stories of ``stories/*.feature`` are. Their steps hold what goes on at a chosen place.
"""

from dataclasses import replace
from decimal import Decimal

from local.customers import Put
from local.partners.billing import FaultKind as BillingFaultKind
from local.partners.enedis import Ending, Fault, FaultKind, Operation
from local.stories.model import (
    BEFORE,
    PAID,
    SUMMER,
    Billing,
    ContractChanges,
    Do,
    Ended,
    Entered,
    Hold,
    Limited,
    Outage,
    PauseOrders,
    PointChanges,
    Story,
    Until,
    advised,
    cheque,
    limited,
    paid,
    protected,
)
from restoration.domain.point import SupplyState

WINTER = SUMMER.replace(month=12, day=1)
COVERAGE = Hold("EvaluateDecisionFunction", "decision", "coverage")
ACTION = Hold("EvaluateDecisionFunction", "decision", "action")
BEFORE_ORDER = (*BEFORE, ACTION, paid(), Until.HELD)
BOTH_BEFORE = (limited(0), limited(1), Until.RECEIVED, Do.SWEEP)
ONE_AFTER_THE_OTHER = (Until.HELD, Entered("WaitForEnedis"), Do.LET_GO, Entered("WaitForEnedis", executions=2))
POWER_IS_ON = {"supply_state": SupplyState.SUPPLIED, "limited_power_kva": None}
ALREADY = Limited(
    ("ALREADY_RESTORED",),
    messages=("POWER_RESTORED",),
    dunning=("Requested", "Stopped"),
    events=("PowerRestored", "LimitationBeingLifted"),
)
FOLLOWED = replace(PAID, orders=(), messages=("POWER_RESTORED",))
"""Power came back by somebody else's order."""
FLOOR = Limited(
    ("FLOOR_RAISED",), orders=("F/1",), messages=("FLOOR_RAISED",), dunning=("Requested", "Released"), power_kva=3
)
TAKEN_OVER = replace(
    PAID,
    outcomes=("SUPERSEDED", "RESTORED"),
    dunning=("Requested", "Requested", "Stopped"),
    events=("RestorationTakenOver",),
)

RACES = (
    Story(
        "second-payment-while-deciding",
        "Two payments, of which only both cover the debt; the second comes while the first is being decided",
        (PAID,),
        (*BEFORE, COVERAGE, paid(70.0), Until.HELD, paid(50.0, key="-2"), Until.RECEIVED, Do.LET_GO),
    ),
    Story(
        "repeated-while-deciding",
        "Billing reports a payment again while it is being decided on",
        (PAID,),
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
        "two-points",
        "One payment for two points: one gets its power back between our look and our order (SGT570), one was cut",
        (ALREADY, replace(PAID, point={"supply_state": SupplyState.CUT, "limited_power_kva": None})),
        (
            *BOTH_BEFORE,
            ACTION,
            replace(paid(), customers=(0, 1)),
            Until.HELD,
            PointChanges(POWER_IS_ON),
            Do.LET_GO,
        ),
    ),
    Story(
        "one-point",
        "Two limitations of one point, both paid for: one order, which the other limitation follows",
        (replace(PAID, orders=(), messages=(), point={"endings": (Ending.NEVER,)}), PAID),
        (
            *BOTH_BEFORE,
            ACTION,
            paid(240.0),
            *ONE_AFTER_THE_OTHER,
            PointChanges(POWER_IS_ON),
        ),
        one_point=True,
    ),
    Story(
        "one-point-in-winter",
        "Winter: two limitations of one point; one floor is ordered, which the other limitation follows",
        (replace(FLOOR, orders=(), point={"endings": (Ending.NEVER,)}), FLOOR),
        (
            ACTION,
            *BOTH_BEFORE,
            *ONE_AFTER_THE_OTHER,
            PointChanges({"supply_state": SupplyState.LIMITED, "limited_power_kva": 3}),
        ),
        begins=WINTER,
        one_point=True,
    ),
    Story(
        "lost-and-lifted",
        "The order is lost on its way, and Enedis shows full power before it is sent again: it is not",
        (ALREADY,),
        (
            *BEFORE,
            Fault(FaultKind.TIMEOUT_BEFORE, Operation.ORDER),
            ACTION,
            paid(),
            Until.HELD,
            PointChanges(POWER_IS_ON),
            Do.LET_GO,
        ),
    ),
    Story(
        "cleared-before-waiting",
        "The cheque clears before anybody could wait for it",
        (replace(PAID, passing=frozenset({"PAYMENT_PENDING"}), events=("PaymentPending",)),),
        (*BEFORE, COVERAGE, cheque(), Until.HELD, Put("PaymentCleared"), Until.RECEIVED, Do.LET_GO),
    ),
    Story(
        "aborted",
        "Somebody aborts the execution that waits for the cheque; a card payment takes over, the first is redriven",
        (replace(TAKEN_OVER, messages=("PAYMENT_PENDING", "ORDER_PLACED", "POWER_RESTORED")),),
        (
            *BEFORE,
            cheque(),
            Until.AT_REST,
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
        (PAID,),
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
        (TAKEN_OVER,),
        (*BEFORE_ORDER, Do.LOSE_CLAIM, Do.LET_GO, Until.QUIET, paid(1.0, key="-2")),
    ),
    Story(
        "floor-overtaken",
        "Winter: a full payment comes while the floor is being ordered: the floor first, then full power",
        (replace(PAID, orders=("F/1", "R/2"), point={"endings": (Ending.NEVER,)}, events=("LimitationBeingLifted",)),),
        (
            ACTION,
            *BEFORE,
            Until.HELD,
            paid(),
            Until.RECEIVED,
            Do.LET_GO,
            Entered("WaitForEnedis", 2),
            Ending.DONE,
        ),
        begins=WINTER,
    ),
    Story(
        "part-payment-before-question",
        "A dispute; a part payment comes before the question, a nightly check after it; the advisor restores",
        (
            replace(
                PAID,
                dunning=("Requested", "Extended"),
                messages=("WITH_ADVISOR", *PAID.messages),
                questions=("litige en cours",),
            ),
        ),
        (
            *BEFORE,
            COVERAGE,
            protected("DISPUTE"),
            Until.HELD,
            paid(10.0),
            Until.RECEIVED,
            Do.LET_GO,
            Until.AT_REST,
            Do.NIGHT,
            advised("RESTORE"),
        ),
    ),
    Story(
        "other-order-first",
        "Somebody else's restoration begins before our order (SGT4B8): it is followed",
        (replace(FOLLOWED, point={"endings": (Ending.NEVER,)}, events=("LimitationBeingLifted",)),),
        (
            *BEFORE_ORDER,
            Do.SOMEBODY_ELSES_ORDER,
            Do.LET_GO,
            Entered("WaitForEnedis"),
            PointChanges(POWER_IS_ON),
        ),
    ),
    Story(
        "other-supplier",
        "The customer changes supplier between our look and our order (SGT4G2); no night looks again",
        (
            Limited(
                ("NO_ORDER",),
                messages=("WITH_ADVISOR",),
                dunning=("Requested", "Released"),
                events=("LimitationBeingLifted", "RestorationLeftToAdvisor"),
            ),
        ),
        (
            *BEFORE_ORDER,
            PointChanges({"contract_id": "CTR-OF-ANOTHER"}),
            Do.LET_GO,
            Until.QUIET,
            Do.NIGHT,
        ),
    ),
    Story(
        "outage-while-queued",
        "Billing fails twice, then Enedis at two reads; when the order is due, nobody reaches Enedis for a while",
        (PAID,),
        (
            *BEFORE,
            Billing(BillingFaultKind.UNAVAILABLE, times=2),
            Fault(FaultKind.HTTP_503, Operation.READ, count=2),
            PauseOrders(),
            paid(),
            Entered("OrderAtEnedis"),
            Outage(),
            PauseOrders(paused=False),
            Until.UNREACHED,
            Do.OUTAGE_ENDS,
        ),
        alone=True,
    ),
    Story(
        "bounced-before-order",
        "The bank returns the direct debit while the order waits for Enedis: it is not sent, the balance is due",
        (
            replace(
                Limited(("BALANCE_DUE",), dunning=("Requested", "Released")),
                messages=("PAYMENT_REJECTED",),
                balances=(Decimal(120),),
                events=("LimitationBeingLifted",),
            ),
        ),
        (
            *BEFORE,
            ContractChanges({"payment_history": "GOOD"}),
            PauseOrders(),
            paid(means="DIRECT_DEBIT", status="RECEIVED"),
            Entered("OrderAtEnedis"),
            Put("PaymentRejected", {"reason": "AM04, provision insuffisante"}),
            Until.RECEIVED,
            PauseOrders(paused=False),
        ),
        alone=True,
    ),
)
