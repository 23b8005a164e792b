"""Stories about protections, advisors and contracts."""

from datetime import timedelta

from local.demo.stories.steps import (
    BEFORE,
    WINTER,
    CaseChanges,
    ContractChanges,
    Do,
    Ended,
    Entered,
    Hold,
    Limited,
    Night,
    Put,
    Settled,
    Story,
    Until,
    advised,
    cheque,
    paid,
    protected,
)
from local.partners.enedis import Ending, PendingLimitation

COVERAGE = Hold("EvaluateDecisionFunction", "decision", "coverage")
ACTION = Hold("EvaluateDecisionFunction", "decision", "action")
DISPUTE = protected("DISPUTE")
CANCELLED = Put("PowerLimitationCancelled", {"reason": "Erreur de facturation"})

STORIES = (
    Story(
        "voucher",
        "Winter: the floor is raised; an energy voucher then brings full power without any payment",
        (Limited(("FLOOR_RAISED", "RESTORED"), ("F/1", "R/2")),),
        (*BEFORE, Settled(1), protected("ENERGY_VOUCHER")),
        begins=WINTER,
    ),
    Story(
        "winter",
        "Winter: the floor is raised to 3 kVA; the payment then brings full power",
        (Limited(("FLOOR_RAISED", "RESTORED"), ("F/1", "R/2")),),
        (*BEFORE, Settled(1), paid()),
        begins=WINTER,
    ),
    Story(
        "floor-overtaken",
        "Winter: a full payment comes while the floor is being ordered: the floor first, then full power",
        (Limited(("RESTORED",), ("F/1", "R/2"), {"endings": (Ending.NEVER,)}),),
        (
            ACTION,
            *BEFORE,
            Until.HELD,
            paid(),
            Until.RECEIVED,
            Do.LET_GO,
            Entered("WaitForEnedis", 2),
            CaseChanges(Ending.DONE),
        ),
        begins=WINTER,
    ),
    Story(
        "floor-reached",
        "Winter: Enedis shows 3 kVA already; then billing cancels the limitation while nobody works on it",
        (Limited(("FLOOR_RAISED",), (), {"limited_power_kva": 3}),),
        (*BEFORE, Settled(1), CANCELLED, Until.RECEIVED, Night(1)),
        begins=WINTER,
    ),
    Story(
        "dispute-restore",
        "A dispute; a part payment comes before the question, a nightly check after it; the advisor restores",
        (Limited(("RESTORED",), ("R/1",)),),
        (
            *BEFORE,
            COVERAGE,
            DISPUTE,
            Until.HELD,
            paid(10.0),
            Until.RECEIVED,
            Do.LET_GO,
            Until.WAITING,
            Night(1),
            advised("RESTORE"),
        ),
    ),
    Story(
        "dispute-unanswered",
        "A dispute that no advisor answers in time: the rules decide for the customer",
        (Limited(("RESTORED",), ("R/1",)),),
        (*BEFORE, DISPUTE, Until.WAITING, Do.TIME_PASSES),
    ),
    Story(
        "dispute-refused",
        "A dispute that the advisor finds unfounded: power does not come back, and the customer is told why",
        (Limited(("REFUSED",)),),
        (*BEFORE, DISPUTE, Until.WAITING, advised("REFUSE")),
    ),
    Story(
        "inadmissible",
        "Enedis closes the order as not admissible (CNRE); the advisor sends a technician",
        (Limited(("RESTORED",), ("R/1", "T/2"), {"endings": (Ending.INADMISSIBLE,)}),),
        (*BEFORE, paid(), Until.WAITING, advised("SEND_TECHNICIAN")),
    ),
    Story(
        "left-to-advisor",
        "The point is not connected any more: three questions, no way out; the advisors keep it, no night asks again",
        (
            Limited(
                ("LEFT_TO_ADVISOR",),
                (),
                {"supply_state": "NRAC", "limited_power_kva": None},
            ),
        ),
        (
            *BEFORE,
            paid(),
            Until.WAITING,
            advised("RESTORE"),
            Until.WAITING,
            advised("RESTORE"),
            Until.WAITING,
            advised("RESTORE"),
            Ended("LEFT_TO_ADVISOR"),
            Night(1),
        ),
    ),
    Story(
        "not-yet-limited",
        "Pays before Enedis has carried the limitation out: it is called back",
        (
            Limited(
                ("LIMITATION_CANCELLED",),
                ("C/1",),
                {
                    "supply_state": "ALIM",
                    "limited_power_kva": None,
                    "pending_limitation": PendingLimitation("L0000001", executes_after=timedelta(hours=1)),
                },
            ),
        ),
        (Put("PowerLimitationRequested"), Until.RECEIVED, Do.SWEEP, paid()),
    ),
    Story(
        "cancelled",
        "Billing cancels the limitation while the cheque is waited for",
        (Limited(("CANCELLED_BY_BILLING",)),),
        (*BEFORE, cheque(), Until.WAITING, CANCELLED),
    ),
    Story(
        "contract-ended",
        "The contract ends while the cheque is waited for",
        (Limited(("CONTRACT_ENDED",)),),
        (*BEFORE, cheque(), Until.WAITING, Put("ContractEnded", {"reason": "Déménagement"})),
    ),
    Story(
        "ended-at-billing",
        "The contract ended at billing, which told nobody",
        (Limited(("CONTRACT_ENDED",)),),
        (*BEFORE, ContractChanges({"status": "ENDED"}), paid()),
    ),
)
