"""Stories about Enedis: refusals, outages, lost responses, orders that are not carried out."""

from local.demo.stories.steps import (
    BEFORE,
    Billing,
    CaseChanges,
    Do,
    Ended,
    Enedis,
    Entered,
    FlowDiffers,
    Hold,
    Limited,
    Night,
    Outage,
    PauseOrders,
    PointChanges,
    Put,
    Settled,
    Story,
    Until,
    advised,
    paid,
)
from local.partners.billing import FaultKind as BillingFaultKind
from local.partners.enedis import Ending, Fault, FaultKind, Operation

ACTION = Hold("EvaluateDecisionFunction", "decision", "action")
POWER_IS_ON = {"supply_state": "ALIM", "limited_power_kva": None}
NOT_REMOTE = {"remotely_operable": False}


def refused(code: str, label: str, times: int = 1) -> Enedis:
    """Enedis refuses the next orders."""
    return Enedis(Fault(FaultKind.RESULT_CODE, Operation.ORDER, count=times, code=code, label=label))


STORIES = (
    Story(
        "refused-once",
        "Instant transfer; Enedis refuses the first order (SGT400) and accepts the second",
        (Limited(("RESTORED",), ("R/2",)),),
        (*BEFORE, refused("SGT400", "Erreur fonctionnelle"), paid(None, "INSTANT_TRANSFER", "SETTLED")),
    ),
    Story(
        "refused-twice",
        "Enedis refuses two orders (SGT400); the advisor has it tried once more",
        (Limited(("RESTORED",), ("R/3",)),),
        (*BEFORE, refused("SGT400", "Erreur fonctionnelle", 2), paid(), Until.WAITING, advised("RESTORE")),
    ),
    Story(
        "other-order-first",
        "Somebody else's restoration begins before our order (SGT4B8): it is followed",
        (Limited(("RESTORED",), (), {"endings": (Ending.NEVER,)}),),
        (
            *BEFORE,
            ACTION,
            paid(),
            Until.HELD,
            Do.SOMEBODY_ELSES_ORDER,
            Do.LET_GO,
            Entered("WaitForEnedis"),
            PointChanges(POWER_IS_ON),
        ),
    ),
    Story(
        "other-order-running",
        "Somebody else's restoration runs when we look: it is followed, nothing is ordered",
        (Limited(("RESTORED",), (), {"endings": (Ending.NEVER,)}),),
        (*BEFORE, Do.SOMEBODY_ELSES_ORDER, paid(), Entered("WaitForEnedis"), PointChanges(POWER_IS_ON)),
    ),
    Story(
        "lifted",
        "Nobody pays, the nightly check finds nothing; Enedis' daily flow differs: in vain first, then it was lifted",
        (Limited(("BALANCE_DUE", "ALREADY_RESTORED")),),
        (*BEFORE, Night(1), FlowDiffers(1), Settled(1), PointChanges(POWER_IS_ON), FlowDiffers(2)),
    ),
    Story(
        "other-supplier",
        "The customer changes supplier between our look and our order (SGT4G2); no night looks again; he pays again",
        (Limited(("NO_ORDER", "NO_ORDER")),),
        (
            *BEFORE,
            ACTION,
            paid(),
            Until.HELD,
            PointChanges({"contract_id": "CTR-OF-ANOTHER"}),
            Do.LET_GO,
            Settled(1),
            Night(1),
            paid(1.0, key="-2"),
        ),
    ),
    Story(
        "unknown-point",
        "Enedis does not know the point (SGT401), the execution fails; billing cancels, and the limitation is let go",
        (Limited(("FAILED", "CANCELLED_BY_BILLING"), (), None),),
        (*BEFORE, paid(), Ended("FAILED"), Put("PowerLimitationCancelled", {"reason": "Point inexistant"})),
    ),
    Story(
        "outage",
        "Billing fails twice, then Enedis at two reads; when the order is due, nobody reaches Enedis for a while",
        (Limited(("RESTORED",), ("R/1",)),),
        (
            *BEFORE,
            Billing(BillingFaultKind.UNAVAILABLE, times=2),
            Enedis(Fault(FaultKind.HTTP_503, Operation.READ, count=2)),
            PauseOrders(),
            paid(),
            Entered("OrderAtEnedis"),
            Outage(),
            PauseOrders(paused=False),
            Until.UNREACHED,
            Do.OUTAGE_ENDS,
        ),
    ),
    Story(
        "timeout-after",
        "Enedis accepts the order and its answer is lost: the case is found and adopted, nothing is ordered twice",
        (Limited(("RESTORED",), ("R/1",)),),
        (*BEFORE, Enedis(Fault(FaultKind.TIMEOUT_AFTER, Operation.ORDER)), paid()),
    ),
    Story(
        "timeout-before",
        "The order is lost on its way: no case is found, it is sent again",
        (Limited(("RESTORED",), ("R/1",)),),
        (*BEFORE, Enedis(Fault(FaultKind.TIMEOUT_BEFORE, Operation.ORDER)), paid()),
    ),
    Story(
        "technician",
        "The meter is out of reach: a technician goes, his visit is replanned (INRP) and done",
        (Limited(("RESTORED",), ("T/1",), NOT_REMOTE | {"endings": (Ending.NEVER,)}),),
        (
            *BEFORE,
            paid(),
            Entered("AnnounceVisit"),
            Entered("WaitForEnedis", 2),
            CaseChanges(Ending.POSTPONED),
            Entered("AnnounceVisit", 2),
            Entered("WaitForEnedis", 3),
            CaseChanges(Ending.REPLANNED),
        ),
    ),
    Story(
        "not-done-twice",
        "Two remote orders are closed as not done (CPNR): a technician goes",
        (
            Limited(
                ("RESTORED",),
                ("R/1", "R/2", "T/3"),
                {"endings": (Ending.NOT_DONE, Ending.NOT_DONE)},
            ),
        ),
        (*BEFORE, paid()),
    ),
    Story(
        "late",
        "Enedis is late: operations are told once, and the wait goes on",
        (Limited(("RESTORED",), ("R/1",), {"endings": (Ending.NEVER,)}),),
        (
            *BEFORE,
            Do.LONG_AFTER,
            paid(),
            Until.FOLLOWED,
            Do.TIME_PASSES,
            Entered("AnnounceDelay"),
            PointChanges(POWER_IS_ON),
        ),
    ),
)
