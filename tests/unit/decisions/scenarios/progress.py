from typing import Any

from tests.unit.decisions.deciding import Scenario

USUAL: dict[str, Any] = {
    "aim": "FULL",
    "supplyState": "LIMI",
    "cutReason": None,
    "limitedPowerKva": 1,
    "floorKva": None,
    "caseState": "INPL",
    "caseStatus": "COURS",
    "intent": "REMOTE",
    "ordinal": 1,
    "late": False,
    "escalated": False,
}
SUPPLIED = {"supplyState": "ALIM", "limitedPowerKva": None}
ON_WITH_A_LIMIT = {"supplyState": "ALIM", "limitedPowerKva": 1}
CUT = {"supplyState": "COUP", "cutReason": "UNPAID", "limitedPowerKva": None}
UNSAFE = CUT | {"cutReason": "SAFETY"}
UNNAMED = CUT | {"cutReason": None}
LATE = {"late": True}
DONE = {"caseState": "CPRE", "caseStatus": "TERMN"}
NOT_DONE = {"caseState": "CPNR", "caseStatus": "TERMN"}
INADMISSIBLE = {"caseState": "CNRE", "caseStatus": "TERMN"}
CANCELLED = {"caseState": "INPL", "caseStatus": "ANNUL"}
STRANGE = {"caseState": "ZZZZ", "caseStatus": "COURS"}
FLOOR = {"aim": "FLOOR", "floorKva": 3, "intent": "RAISE_FLOOR"}
FLOOR_ORDERED = {"intent": "RAISE_FLOOR", "floorKva": 3, "limitedPowerKva": 3}
FLOOR_BY_TRIP = FLOOR_ORDERED | {"intent": "TECHNICIAN"}
CANCEL = {"intent": "CANCEL_LIMITATION"}
TRIP = {"intent": "TECHNICIAN", "ordinal": 2}


def _then(following: str, reason: str) -> dict[str, Any]:
    return {"next": following, "reason": reason}


SCENARIOS = (
    Scenario("power is back when Enedis shows it", SUPPLIED | DONE, _then("POWER_RESTORED", "POWER_IS_ON")),
    Scenario("power is back though the case still runs", SUPPLIED, _then("POWER_RESTORED", "POWER_IS_ON")),
    Scenario(
        "power is back though the order was not done", SUPPLIED | NOT_DONE, _then("POWER_RESTORED", "POWER_IS_ON")
    ),
    Scenario(
        "a supplied point that still shows a limit is read again",
        SUPPLIED | {"limitedPowerKva": 1},
        _then("WAIT", "CASE_RUNNING"),
    ),
    Scenario("a running case is waited for", {}, _then("WAIT", "CASE_RUNNING")),
    Scenario("a replanned case is waited for", {"caseState": "INRP"}, _then("WAIT", "CASE_RUNNING")),
    Scenario(
        "a brand-new case has no state yet", {"caseState": None, "caseStatus": ""}, _then("WAIT", "STATE_UNKNOWN")
    ),
    Scenario("a state nobody knows is waited for", STRANGE, _then("WAIT", "STATE_UNKNOWN")),
    Scenario("done but still limited: the read lags", DONE, _then("WAIT", "READ_LAGS")),
    Scenario("done but limited for too long is for an advisor", DONE | LATE, _then("ASK_ADVISOR", "DONE_BUT_LIMITED")),
    Scenario("a first remote failure is tried again", NOT_DONE, _then("RETRY_REMOTE", "REMOTE_NOT_DONE")),
    Scenario(
        "a second remote failure sends a technician",
        NOT_DONE | {"ordinal": 2},
        _then("SEND_TECHNICIAN", "REMOTE_NOT_DONE_AGAIN"),
    ),
    Scenario("a trip not done is for an advisor", NOT_DONE | TRIP, _then("ASK_ADVISOR", "TECHNICIAN_NOT_DONE")),
    Scenario("an inadmissible order is for an advisor", INADMISSIBLE, _then("ASK_ADVISOR", "INADMISSIBLE")),
    Scenario("a case cancelled without us is for an advisor", CANCELLED, _then("ASK_ADVISOR", "CASE_CANCELLED")),
    Scenario("a late case is escalated", LATE, _then("ESCALATE", "LATE")),
    Scenario("a late case is escalated once", LATE | {"escalated": True}, _then("WAIT", "CASE_RUNNING")),
    Scenario(
        "a case that nobody shows is not waited for without end",
        LATE | {"caseState": None, "caseStatus": None, "escalated": True},
        _then("ASK_ADVISOR", "CASE_LOST"),
    ),
    Scenario("a late case of unknown state is escalated too", LATE | STRANGE, _then("ESCALATE", "LATE")),
    Scenario(
        "a case ended in an unknown state is read again",
        STRANGE | {"caseStatus": "TERMN"},
        _then("WAIT", "STATE_UNKNOWN"),
    ),
    Scenario(
        "a case ended long ago in an unknown state is for an advisor",
        STRANGE | LATE | {"caseStatus": "TERMN"},
        _then("ASK_ADVISOR", "CLOSED_UNKNOWN"),
    ),
    Scenario(
        "the raised floor is what was wanted", FLOOR | {"limitedPowerKva": 3}, _then("POWER_RESTORED", "FLOOR_REACHED")
    ),
    Scenario(
        "a floor nobody knows is for an advisor", FLOOR | {"floorKva": None}, _then("ASK_ADVISOR", "FLOOR_UNKNOWN")
    ),
    Scenario("full power is more than the floor", FLOOR | SUPPLIED, _then("POWER_RESTORED", "POWER_IS_ON")),
    Scenario("a floor not yet raised is waited for", FLOOR, _then("WAIT", "CASE_RUNNING")),
    Scenario("a floor not raised is tried again", FLOOR | NOT_DONE, _then("RETRY_REMOTE", "REMOTE_NOT_DONE")),
    Scenario(
        "a limitation cancelled in time leaves power on",
        CANCEL | SUPPLIED | DONE,
        _then("POWER_RESTORED", "LIMITATION_CANCELLED"),
    ),
    Scenario("power is not safe while the cancellation runs", CANCEL | SUPPLIED, _then("WAIT", "CASE_RUNNING")),
    Scenario(
        "a cancellation too late means restoring", CANCEL | INADMISSIBLE, _then("RETRY_REMOTE", "CANCELLATION_FAILED")
    ),
    Scenario(
        "a cancellation not done means restoring", CANCEL | NOT_DONE, _then("RETRY_REMOTE", "CANCELLATION_FAILED")
    ),
    Scenario(
        "a failed cancellation of a point still supplied is watched",
        CANCEL | SUPPLIED | NOT_DONE,
        _then("WAIT", "CANCELLATION_FAILED"),
    ),
    Scenario(
        "a failed cancellation that leads nowhere is for an advisor",
        CANCEL | SUPPLIED | NOT_DONE | LATE,
        _then("ASK_ADVISOR", "CANCELLATION_FAILED"),
    ),
    # Power on with a limit is not restored.
    Scenario(
        "power on with a limit is not restored, though the case is done",
        ON_WITH_A_LIMIT | DONE,
        _then("WAIT", "READ_LAGS"),
    ),
    Scenario(
        "power on with a limit for too long is for an advisor",
        ON_WITH_A_LIMIT | DONE | LATE,
        _then("ASK_ADVISOR", "DONE_BUT_LIMITED"),
    ),
    Scenario(
        "power on with a limit is tried again where the order was not done",
        ON_WITH_A_LIMIT | NOT_DONE,
        _then("RETRY_REMOTE", "REMOTE_NOT_DONE"),
    ),
    Scenario(
        "power on with a limit at the floor reaches the floor",
        FLOOR | ON_WITH_A_LIMIT | {"limitedPowerKva": 3},
        _then("POWER_RESTORED", "FLOOR_REACHED"),
    ),
    Scenario(
        "power on with a limit is no cancellation in time",
        CANCEL | ON_WITH_A_LIMIT | NOT_DONE,
        _then("RETRY_REMOTE", "CANCELLATION_FAILED"),
    ),
    # A cut for another reason than unpaid bills is never ordered back.
    Scenario(
        "a cut for unpaid bills is tried again",
        CUT | NOT_DONE,
        _then("RETRY_REMOTE", "REMOTE_NOT_DONE"),
    ),
    Scenario(
        "a point cut for safety meanwhile is not ordered again",
        UNSAFE | NOT_DONE,
        _then("ASK_ADVISOR", "CUT_FOR_ANOTHER_REASON"),
    ),
    Scenario(
        "a point cut for safety meanwhile gets no technician, either",
        UNSAFE | NOT_DONE | {"ordinal": 2},
        _then("ASK_ADVISOR", "CUT_FOR_ANOTHER_REASON"),
    ),
    Scenario(
        "a done order at a point cut for works is no read that lags",
        UNSAFE | DONE | {"cutReason": "WORKS"},
        _then("ASK_ADVISOR", "CUT_FOR_ANOTHER_REASON"),
    ),
    Scenario(
        "a cancellation too late at a point cut for fraud is not followed by an order",
        CANCEL | UNSAFE | INADMISSIBLE | {"cutReason": "FRAUD"},
        _then("ASK_ADVISOR", "CUT_FOR_ANOTHER_REASON"),
    ),
    Scenario("a case that still runs at a cut point is waited for", UNSAFE, _then("WAIT", "CASE_RUNNING")),
    Scenario(
        "a cut without a reason is not ordered back a second time",
        UNNAMED | NOT_DONE,
        _then("ASK_ADVISOR", "CUT_REASON_UNKNOWN"),
    ),
    Scenario("a cut without a reason may be a read that lags", UNNAMED | DONE, _then("WAIT", "READ_LAGS")),
    # Full power is wanted while an order for the floor ends.
    Scenario(
        "the floor is no lagging read where full power is wanted, which is ordered",
        FLOOR_ORDERED | DONE,
        _then("RETRY_REMOTE", "FLOOR_ONLY"),
    ),
    Scenario(
        "full power is ordered at once, though the floor is not read yet",
        FLOOR_ORDERED | DONE | {"limitedPowerKva": None},
        _then("RETRY_REMOTE", "FLOOR_ONLY"),
    ),
    Scenario(
        "full power is ordered, though the floor was inadmissible",
        FLOOR_ORDERED | INADMISSIBLE,
        _then("RETRY_REMOTE", "FLOOR_ONLY"),
    ),
    Scenario(
        "full power is ordered, though the floor was cancelled without us",
        FLOOR_ORDERED | CANCELLED,
        _then("RETRY_REMOTE", "FLOOR_ONLY"),
    ),
    Scenario(
        "a technician who raised the floor comes again for full power",
        FLOOR_BY_TRIP | DONE,
        _then("SEND_TECHNICIAN", "FLOOR_ONLY"),
    ),
    Scenario(
        "full power is ordered once the floor is reached, though its case still runs",
        FLOOR_ORDERED,
        _then("RETRY_REMOTE", "FLOOR_ONLY"),
    ),
    Scenario(
        "an order for the floor that has done nothing yet is finished first",
        FLOOR_ORDERED | {"limitedPowerKva": 1},
        _then("WAIT", "CASE_RUNNING"),
    ),
    Scenario(
        "an order for the floor that brought full power is what was wanted",
        FLOOR_ORDERED | SUPPLIED | DONE,
        _then("POWER_RESTORED", "POWER_IS_ON"),
    ),
    Scenario(
        "a technician's order for full power may be a read that lags",
        TRIP | DONE,
        _then("WAIT", "READ_LAGS"),
    ),
    Scenario(
        "a supply that the read does not say is no power, though a floor was ordered",
        FLOOR_ORDERED | DONE | {"supplyState": None, "limitedPowerKva": 3},
        _then("WAIT", "READ_LAGS"),
    ),
    *(
        Scenario(f"a case in {state} runs", {"caseState": state}, _then("WAIT", "CASE_RUNNING"))
        for state in ("DMTR", "DMREC", "INPL", "INRP")
    ),
    Scenario(
        "a case that ended although its state says that it runs is not understood",
        {"caseState": "INRP", "caseStatus": "TERMN"},
        _then("WAIT", "STATE_UNKNOWN"),
    ),
    Scenario(
        "a technician's case that ended without a state is not understood",
        {"intent": "TECHNICIAN", "caseState": None, "caseStatus": "TERMN"},
        _then("WAIT", "STATE_UNKNOWN"),
    ),
)
