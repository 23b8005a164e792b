from typing import Any

from tests.unit.decisions.deciding import Scenario

USUAL: dict[str, Any] = {
    "outcome": "RESTORE",
    "supplyState": "LIMI",
    "cutReason": None,
    "remotelyOperable": True,
    "contractState": "SERVC",
    "ourContract": True,
    "contractNamed": True,
    "limitationPending": False,
    "restorationRunning": False,
    "limitedPowerKva": 1,
    "floorKva": None,
    "advisorDecision": "NONE",
}
SUPPLIED = {"supplyState": "ALIM", "limitedPowerKva": None}
ON_WITH_A_LIMIT = {"supplyState": "ALIM", "limitedPowerKva": 1}
CUT = {"supplyState": "COUP", "cutReason": "UNPAID", "limitedPowerKva": None}
CUT_UNNAMED = CUT | {"cutReason": None}
UNNAMED = {"ourContract": False, "contractNamed": False}
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
    # Power on with a limit is not restored.
    Scenario("power on with a limit is restored", ON_WITH_A_LIMIT, _then("REMOTE", "LIMITED_REMOTE")),
    Scenario(
        "power on with a limit, out of reach, needs a technician",
        ON_WITH_A_LIMIT | ON_SITE,
        _then("TECHNICIAN", "LIMITED_NOT_REMOTE"),
    ),
    Scenario(
        "power on with a limit below the floor is raised in winter",
        ON_WITH_A_LIMIT | FLOOR,
        _then("RAISE_FLOOR", "WINTER_FLOOR"),
    ),
    Scenario(
        "power on with a limit at the floor needs no order for the floor",
        ON_WITH_A_LIMIT | FLOOR | {"limitedPowerKva": 3},
        _then("ALREADY_RESTORED", "FLOOR_REACHED"),
    ),
    Scenario(
        "power on with a limit is not lifted by Enedis, whatever the daily flow says",
        ON_WITH_A_LIMIT | {"outcome": "BALANCE_DUE"},
        _then("KEEP", "STILL_LIMITED"),
    ),
    Scenario(
        "power on with a limit was limited already, so nothing is left to call back",
        ON_WITH_A_LIMIT | {"limitationPending": True},
        _then("REMOTE", "LIMITED_REMOTE"),
    ),
    # A cut for another reason than unpaid bills is never ordered back.
    Scenario(
        "a cut for safety is not for us, though all is paid",
        CUT | {"cutReason": "SAFETY"},
        _then("MANUAL", "CUT_FOR_SAFETY"),
    ),
    Scenario(
        "a cut for safety is not for us, even where an advisor sends a technician",
        CUT | TRIP | {"cutReason": "SAFETY"},
        _then("MANUAL", "CUT_FOR_SAFETY"),
    ),
    Scenario("a cut for fraud is not for us", CUT | {"cutReason": "FRAUD"}, _then("MANUAL", "CUT_FOR_FRAUD")),
    Scenario("a cut for works is Enedis' to end", CUT | {"cutReason": "WORKS"}, _then("MANUAL", "CUT_FOR_WORKS")),
    Scenario(
        "a cut that the customer asked for is not for us",
        CUT | {"cutReason": "OTHER"},
        _then("MANUAL", "CUT_FOR_ANOTHER_REASON"),
    ),
    Scenario(
        "a winter floor does not end a cut for safety, either",
        CUT | FLOOR | {"cutReason": "SAFETY"},
        _then("MANUAL", "CUT_FOR_SAFETY"),
    ),
    Scenario("a cut without a reason is for an advisor", CUT_UNNAMED, _then("MANUAL", "CUT_REASON_UNKNOWN")),
    Scenario(
        "an advisor's yes to the money says nothing about a cut without a reason",
        CUT_UNNAMED | {"advisorDecision": "RESTORE"},
        _then("MANUAL", "CUT_REASON_UNKNOWN"),
    ),
    Scenario(
        "an advisor may send a technician to a cut without a reason",
        CUT_UNNAMED | TRIP,
        _then("TECHNICIAN", "ADVISOR_TECHNICIAN"),
    ),
    Scenario(
        "a running restoration of a cut is followed, whatever the reason",
        CUT_UNNAMED | {"restorationRunning": True},
        _then("FOLLOW", "RESTORATION_RUNNING"),
    ),
    Scenario(
        "a cut of another's point gets no order, whatever its reason",
        CUT | {"cutReason": "SAFETY", "ourContract": False},
        _then("NO_ORDER", "NOT_OUR_CONTRACT"),
    ),
    Scenario(
        "a reason that is left from an earlier cut does not hold a limited point back",
        {"cutReason": "WORKS"},
        _then("REMOTE", "LIMITED_REMOTE"),
    ),
    # Whose point it is.
    Scenario("a point that names no contract gets no order", UNNAMED, _then("MANUAL", "CONTRACT_NOT_NAMED")),
    Scenario(
        "a point that names no contract is not ours, though an advisor would send a technician",
        UNNAMED | TRIP,
        _then("MANUAL", "CONTRACT_NOT_NAMED"),
    ),
    Scenario(
        "a supplied point that names no contract is not taken for ours restored",
        UNNAMED | SUPPLIED,
        _then("MANUAL", "CONTRACT_NOT_NAMED"),
    ),
    Scenario(
        "a terminated contract needs no name",
        UNNAMED | {"contractState": "RESIL"},
        _then("NO_ORDER", "CONTRACT_TERMINATED"),
    ),
    Scenario(
        "a supplied point of another contract is not taken for restored",
        SUPPLIED | {"ourContract": False},
        _then("NO_ORDER", "NOT_OUR_CONTRACT"),
    ),
    Scenario(
        "a limitation on its way to another's point is not called back by us",
        SUPPLIED | {"ourContract": False, "limitationPending": True},
        _then("NO_ORDER", "NOT_OUR_CONTRACT"),
    ),
    Scenario(
        "another's running restoration is not followed",
        {"ourContract": False, "restorationRunning": True},
        _then("NO_ORDER", "NOT_OUR_CONTRACT"),
    ),
    Scenario(
        "an advisor's technician is not sent to another's point",
        TRIP | {"ourContract": False},
        _then("NO_ORDER", "NOT_OUR_CONTRACT"),
    ),
    Scenario(
        "a winter floor is not raised at another's point",
        FLOOR | {"ourContract": False},
        _then("NO_ORDER", "NOT_OUR_CONTRACT"),
    ),
    Scenario(
        "a cut point needs its power, though a limit of the floor's height is known",
        CUT | {"outcome": "RAISE_FLOOR", "limitedPowerKva": 3, "floorKva": 3},
        _then("REMOTE", "CUT_REMOTE"),
    ),
    Scenario("what is not foreseen is for an advisor", {"remotelyOperable": None}, _then("MANUAL", "UNEXPECTED")),
)
