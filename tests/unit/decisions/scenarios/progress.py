from typing import Any

from tests.unit.decisions.deciding import Scenario

USUAL: dict[str, Any] = {
    "aim": "FULL",
    "supplyState": "LIMI",
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
LATE = {"late": True}
DONE = {"caseState": "CPRE", "caseStatus": "TERMN"}
NOT_DONE = {"caseState": "CPNR", "caseStatus": "TERMN"}
INADMISSIBLE = {"caseState": "CNRE", "caseStatus": "TERMN"}
CANCELLED = {"caseState": "INPL", "caseStatus": "ANNUL"}
STRANGE = {"caseState": "ZZZZ", "caseStatus": "COURS"}
FLOOR = {"aim": "FLOOR", "floorKva": 3, "intent": "RAISE_FLOOR"}
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
)
