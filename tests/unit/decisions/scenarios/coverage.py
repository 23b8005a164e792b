from datetime import date
from typing import Any

from tests.unit.decisions.deciding import Scenario

UNTIL = date(2026, 5, 11)
USUAL: dict[str, Any] = {
    "protection": "NONE",
    "protectionFloorKva": None,
    "protectionReason": "NO_PROTECTION",
    "certainAmount": 0,
    "goodwillAmount": 0,
    "pendingAmount": 0,
    "pendingUntil": None,
    "limitationDebt": 100,
    "planState": "NONE",
    "firstInstalment": None,
    "housingAidState": "NONE",
    "housingAidAmount": None,
    "contractStatus": "ACTIVE",
    "advisorDecision": "NONE",
    "limitedPowerKva": 1,
}
PAID = {"certainAmount": 100}
PENDING = {"pendingAmount": 100, "pendingUntil": UNTIL}
WINTER = {"protection": "RAISE_FLOOR", "protectionFloorKva": 3, "protectionReason": "WINTER_FLOOR"}
PROTECTED = {"protection": "RESTORE", "protectionReason": "MEDICAL"}
DISPUTE = {"protectionReason": "DISPUTE"}
PLAN = {"planState": "AGREED", "firstInstalment": 40}
NO_ANSWER = {"advisorDecision": "NO_ANSWER"}


def _aid(amount: float | None) -> dict[str, Any]:
    return {"housingAidState": "GRANTED", "housingAidAmount": amount}


def _then(outcome: str, reason: str, **more: Any) -> dict[str, Any]:
    return {"outcome": outcome, "reason": reason} | more


_ENDED_AND_ADVISORS = (
    Scenario(
        "a contract that ended is not restored, though paid",
        PAID | {"contractStatus": "ENDED"},
        _then("REFUSE", "CONTRACT_ENDED"),
    ),
    Scenario(
        "not even an advisor restores a contract that ended",
        {"contractStatus": "ENDED", "advisorDecision": "RESTORE"},
        _then("REFUSE", "CONTRACT_ENDED"),
    ),
    Scenario("an advisor may refuse", PAID | {"advisorDecision": "REFUSE"}, _then("REFUSE", "ADVISOR_REFUSED")),
    Scenario(
        "an advisor may restore without payment",
        {"advisorDecision": "RESTORE"},
        _then("RESTORE", "ADVISOR_RESTORED", balance=100),
    ),
    Scenario(
        "an advisor who sends a technician restores",
        {"advisorDecision": "SEND_TECHNICIAN"},
        _then("RESTORE", "ADVISOR_TECHNICIAN"),
    ),
    Scenario("without an answer a paid debt restores", PAID | NO_ANSWER, _then("RESTORE", "DEBT_COVERED")),
    Scenario("without an answer a protected customer has power", PROTECTED | NO_ANSWER, _then("RESTORE", "PROTECTED")),
    Scenario(
        "without an answer a dispute is decided for the customer",
        DISPUTE | NO_ANSWER,
        _then("RESTORE", "DISPUTE_UNANSWERED"),
    ),
    Scenario("without an answer the rest is due", NO_ANSWER, _then("BALANCE_DUE", "NO_ANSWER", balance=100)),
    Scenario(
        "without an answer a missing debt leaves nothing to claim",
        NO_ANSWER | {"limitationDebt": None},
        _then("BALANCE_DUE", "NO_ANSWER", balance=0),
        warns=True,
    ),
)
_MONEY = (
    Scenario("nothing paid leaves the debt due", {}, _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=100, until=None)),
    Scenario("a paid debt restores", PAID, _then("RESTORE", "DEBT_COVERED", balance=0, floorKva=None)),
    Scenario("an overpaid debt restores", {"certainAmount": 250}, _then("RESTORE", "DEBT_COVERED", balance=0)),
    Scenario("a limitation without debt is lifted", {"limitationDebt": 0}, _then("RESTORE", "NO_DEBT", balance=0)),
    Scenario(
        "forty cents short is covered",
        {"limitationDebt": 20, "certainAmount": 19.60},
        _then("RESTORE", "DEBT_COVERED", balance=0.40),
    ),
    Scenario("one percent short is covered", {"certainAmount": 99}, _then("RESTORE", "DEBT_COVERED", balance=1)),
    Scenario(
        "a cent beyond the tolerance is due",
        {"certainAmount": 98.99},
        _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=1.01),
    ),
    Scenario(
        "the tolerance never exceeds two euro",
        {"limitationDebt": 900, "certainAmount": 897.99},
        _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=2.01),
    ),
    Scenario(
        "a good history restores before clearing",
        {"certainAmount": 60, "goodwillAmount": 40},
        _then("RESTORE_PROVISIONALLY", "GOODWILL", balance=40),
    ),
    Scenario(
        "money on its way is waited for",
        PENDING,
        _then("AWAIT_CLEARING", "PAYMENT_PENDING", until=UNTIL, balance=100),
    ),
    Scenario(
        "money on its way that does not suffice is not waited for",
        PENDING | {"pendingAmount": 90},
        _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=100, until=None),
    ),
    Scenario(
        "money that never comes is for an advisor",
        {"pendingAmount": 100},
        _then("MANUAL", "PENDING_WITHOUT_DATE"),
    ),
    Scenario("a negative debt is for an advisor", {"limitationDebt": -5}, _then("MANUAL", "AMOUNTS_CONTRADICT")),
    Scenario("a negative payment is for an advisor", {"certainAmount": -5}, _then("MANUAL", "AMOUNTS_CONTRADICT")),
    Scenario(
        "a missing debt is for an advisor",
        {"limitationDebt": None},
        _then("MANUAL", "UNEXPECTED", balance=0),
        warns=True,
    ),
    Scenario(
        "a missing amount with a plan is for an advisor",
        PLAN | {"pendingAmount": None},
        _then("MANUAL", "UNEXPECTED"),
        warns=True,
    ),
)
_PLANS_AND_AID = (
    Scenario(
        "a plan restores with its first instalment", PLAN | {"certainAmount": 40}, _then("RESTORE", "PLAN_ACTIVE")
    ),
    Scenario(
        "a plan without first instalment restores", PLAN | {"firstInstalment": None}, _then("RESTORE", "PLAN_ACTIVE")
    ),
    Scenario(
        "an unpaid first instalment is what is due",
        PLAN | {"certainAmount": 15},
        _then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=25),
    ),
    Scenario(
        "a first instalment on trust restores provisionally",
        PLAN | {"goodwillAmount": 40},
        _then("RESTORE_PROVISIONALLY", "PLAN_GOODWILL"),
    ),
    Scenario(
        "a first instalment on its way is waited for",
        PLAN | {"pendingAmount": 40, "pendingUntil": UNTIL},
        _then("AWAIT_CLEARING", "FIRST_INSTALMENT_PENDING", until=UNTIL),
    ),
    Scenario(
        "a first instalment that never comes is for an advisor",
        PLAN | {"pendingAmount": 40},
        _then("MANUAL", "PENDING_WITHOUT_DATE"),
    ),
    Scenario(
        "a plan only proposed changes nothing",
        PLAN | {"planState": "PROPOSED", "certainAmount": 40},
        _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=60),
    ),
    Scenario(
        "a broken plan makes the debt due",
        PLAN | {"planState": "BROKEN", "certainAmount": 40},
        _then("BALANCE_DUE", "PLAN_BROKEN", balance=60),
    ),
    Scenario(
        "a broken plan paid in full restores", PLAN | PAID | {"planState": "BROKEN"}, _then("RESTORE", "DEBT_COVERED")
    ),
    Scenario(
        "a kept plan with a debt contradicts itself", {"planState": "KEPT"}, _then("MANUAL", "PLAN_KEPT_BUT_DEBT")
    ),
    Scenario("aid that covers the debt restores", _aid(100), _then("RESTORE", "HOUSING_AID_COVERS", balance=0)),
    Scenario(
        "aid and money together restore",
        _aid(60) | {"certainAmount": 40},
        _then("RESTORE", "HOUSING_AID_COVERS", balance=0),
    ),
    Scenario("aid in part with a plan restores", _aid(60) | PLAN, _then("RESTORE", "HOUSING_AID_AND_PLAN", balance=40)),
    Scenario("aid in part leaves the balance due", _aid(60), _then("BALANCE_DUE", "HOUSING_AID_PARTIAL", balance=40)),
    Scenario("aid of nothing changes nothing", _aid(0), _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=100)),
    Scenario("aid of an unknown amount is for an advisor", _aid(None), _then("MANUAL", "HOUSING_AID_WITHOUT_AMOUNT")),
    Scenario(
        "aid asked for does not count as money",
        {"housingAidState": "FILED", "housingAidAmount": 100},
        _then("BALANCE_DUE", "DEBT_NOT_COVERED"),
    ),
)
_PROTECTIONS = (
    Scenario("a protected customer has power without paying", PROTECTED, _then("RESTORE", "PROTECTED", balance=100)),
    Scenario("in winter the floor is raised", WINTER, _then("RAISE_FLOOR", "WINTER_FLOOR", floorKva=3)),
    Scenario("in winter a paid debt restores in full", WINTER | PAID, _then("RESTORE", "DEBT_COVERED", floorKva=None)),
    Scenario(
        "a floor that is reached is not raised again",
        WINTER | {"limitedPowerKva": 3},
        _then("BALANCE_DUE", "DEBT_NOT_COVERED", floorKva=None),
    ),
    Scenario(
        "an unknown limit is raised to be sure",
        WINTER | {"limitedPowerKva": None},
        _then("RAISE_FLOOR", "WINTER_FLOOR"),
    ),
    Scenario("the floor comes before waiting for money", WINTER | PENDING, _then("RAISE_FLOOR", "WINTER_FLOOR")),
    Scenario(
        "the floor is raised though amounts contradict",
        WINTER | {"limitationDebt": -5},
        _then("RAISE_FLOOR", "WINTER_FLOOR"),
    ),
    Scenario("a dispute is for an advisor", DISPUTE, _then("MANUAL", "DISPUTE")),
    Scenario("a dispute does not hold back who has paid", DISPUTE | PAID, _then("RESTORE", "DEBT_COVERED")),
)
SCENARIOS = (*_ENDED_AND_ADVISORS, *_MONEY, *_PLANS_AND_AID, *_PROTECTIONS)
