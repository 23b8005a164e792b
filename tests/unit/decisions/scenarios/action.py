from typing import Any

from tests.unit.decisions.deciding import Scenario

USUAL: dict[str, Any] = {
    "outcome": "RESTORE",
    "supplyState": "LIMI",
    "remotelyOperable": True,
    "contractState": "SERVC",
    "ourContract": True,
    "limitationPending": False,
    "restorationRunning": False,
    "limitedPowerKva": 1,
    "floorKva": None,
    "advisorDecision": "NONE",
}
SUPPLIED = {"supplyState": "ALIM", "limitedPowerKva": None}
CUT = {"supplyState": "COUP", "limitedPowerKva": None}
FLOOR = {"outcome": "RAISE_FLOOR", "floorKva": 3}
ON_SITE = {"remotelyOperable": False}
TRIP = {"advisorDecision": "SEND_TECHNICIAN"}


def _then(action: str, reason: str) -> dict[str, Any]:
    return {"action": action, "reason": reason}


SCENARIOS = (
    Scenario(
        "the daily flow was right that Enedis lifted the limitation, whatever is owed",
        SUPPLIED | {"outcome": "BALANCE_DUE"},
        _then("ALREADY_RESTORED", "LIFTED_BY_ENEDIS"),
    ),
    Scenario(
        "the daily flow was wrong, so nothing changes and nothing is ordered",
        {"outcome": "BALANCE_DUE"},
        _then("KEEP", "STILL_LIMITED"),
    ),
    Scenario(
        "a limitation on its way is none of the daily flow's affair",
        SUPPLIED | {"outcome": "AWAIT_CLEARING", "limitationPending": True},
        _then("KEEP", "STILL_LIMITED"),
    ),
    Scenario("a limited point is restored remotely", {}, _then("REMOTE", "LIMITED_REMOTE")),
    Scenario(
        "a provisional restoration is ordered like any other",
        {"outcome": "RESTORE_PROVISIONALLY"},
        _then("REMOTE", "LIMITED_REMOTE"),
    ),
    Scenario("a meter out of reach needs a technician", ON_SITE, _then("TECHNICIAN", "LIMITED_NOT_REMOTE")),
    Scenario("an advisor may send a technician", TRIP, _then("TECHNICIAN", "ADVISOR_TECHNICIAN")),
    Scenario("a cut is restored remotely", CUT, _then("REMOTE", "CUT_REMOTE")),
    Scenario("a cut out of reach needs a technician", CUT | ON_SITE, _then("TECHNICIAN", "CUT_NOT_REMOTE")),
    Scenario("a cut in winter is undone, not raised", CUT | FLOOR, _then("REMOTE", "CUT_REMOTE")),
    Scenario("the floor is raised remotely", FLOOR, _then("RAISE_FLOOR", "WINTER_FLOOR")),
    Scenario("a floor out of reach needs a technician", FLOOR | ON_SITE, _then("TECHNICIAN", "FLOOR_NOT_REMOTE")),
    Scenario(
        "a floor already reached needs no order",
        FLOOR | {"limitedPowerKva": 3},
        _then("ALREADY_RESTORED", "FLOOR_REACHED"),
    ),
    Scenario("an unknown limit is raised", FLOOR | {"limitedPowerKva": None}, _then("RAISE_FLOOR", "WINTER_FLOOR")),
    Scenario("an unknown floor is for an advisor", FLOOR | {"floorKva": None}, _then("MANUAL", "FLOOR_UNKNOWN")),
    Scenario(
        "a payment that crosses the limitation cancels it",
        SUPPLIED | {"limitationPending": True},
        _then("CANCEL_LIMITATION", "LIMITATION_NOT_EXECUTED"),
    ),
    Scenario(
        "in winter a limitation below the floor is cancelled before it is executed",
        SUPPLIED | FLOOR | {"limitationPending": True},
        _then("CANCEL_LIMITATION", "LIMITATION_NOT_EXECUTED"),
    ),
    Scenario("too late to cancel means restoring", {"limitationPending": True}, _then("REMOTE", "LIMITED_REMOTE")),
    Scenario("a supplied point needs no order", SUPPLIED, _then("ALREADY_RESTORED", "POWER_IS_ON")),
    Scenario(
        "a running restoration is followed, not doubled",
        {"restorationRunning": True},
        _then("FOLLOW", "RESTORATION_RUNNING"),
    ),
    Scenario(
        "even an advisor's technician waits for the running restoration",
        TRIP | {"restorationRunning": True},
        _then("FOLLOW", "RESTORATION_RUNNING"),
    ),
    Scenario("another supplier's point gets no order", {"ourContract": False}, _then("NO_ORDER", "NOT_OUR_CONTRACT")),
    Scenario(
        "a terminated contract gets no order", {"contractState": "RESIL"}, _then("NO_ORDER", "CONTRACT_TERMINATED")
    ),
    Scenario(
        "a contract about to end is still restored", {"contractState": "ECRES"}, _then("REMOTE", "LIMITED_REMOTE")
    ),
    Scenario(
        "an unusual contract state is for an advisor",
        {"contractState": "INACCE"},
        _then("MANUAL", "CONTRACT_STATE_UNCLEAR"),
    ),
    Scenario(
        "a point not connected is for an advisor", {"supplyState": "NRAC"}, _then("MANUAL", "POINT_NOT_CONNECTED")
    ),
    Scenario("a point not supplied is for an advisor", {"supplyState": "NALI"}, _then("MANUAL", "POINT_NOT_SUPPLIED")),
    Scenario("what is not foreseen is for an advisor", {"remotelyOperable": None}, _then("MANUAL", "UNEXPECTED")),
)
