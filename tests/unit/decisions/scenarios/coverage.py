from datetime import date
from typing import Any

from tests.unit.decisions.deciding import Scenario

TODAY = date(2026, 5, 4)
UNTIL = date(2026, 5, 11)
DUE_ON = date(2026, 6, 5)
USUAL: dict[str, Any] = {
    "businessDate": TODAY,
    "protection": "NONE",
    "protectionFloorKva": None,
    "protectionReason": "NO_PROTECTION",
    "protectionUntil": None,
    "certainAmount": 0,
    "goodwillAmount": 0,
    "goodwillUntil": None,
    "pendingAmount": 0,
    "pendingUntil": None,
    "instalmentCertain": 0,
    "instalmentGoodwill": 0,
    "instalmentPending": 0,
    "housingAidPaid": 0,
    "limitationDebt": 100,
    "disputedAmount": None,
    "planState": "NONE",
    "firstInstalment": None,
    "firstInstalmentDueOn": None,
    "brokenPlans12m": 0,
    "housingAidState": "NONE",
    "housingAidAmount": None,
    "contractStatus": "ACTIVE",
    "customerSegment": "RESIDENTIAL",
    "energy": "ELECTRICITY",
    "networkOperator": "ENEDIS",
    "territory": "MAINLAND",
    "subscribedPowerKva": 6,
    "advisorDecision": "NONE",
    "limitedPowerKva": 1,
}
PAID = {"certainAmount": 100}
PENDING = {"pendingAmount": 100, "pendingUntil": UNTIL}
WINTER = {"protection": "RAISE_FLOOR", "protectionFloorKva": 3, "protectionReason": "WINTER_FLOOR"}
PROTECTED = {"protection": "RESTORE", "protectionReason": "MEDICAL"}
DISPUTE = {"protectionReason": "DISPUTE"}
PLAN = {"planState": "AGREED", "firstInstalment": 40}
BROKEN_BEFORE = {"brokenPlans12m": 1}
LATER = {"firstInstalmentDueOn": DUE_ON}
NO_ANSWER = {"advisorDecision": "NO_ANSWER"}
REFUSE = {"advisorDecision": "REFUSE"}
NOTHING: dict[str, Any] = {"basis": None, "reviewOn": None}


def _certain(amount: float) -> dict[str, Any]:
    """Money that came after the plan was agreed."""
    return {"certainAmount": amount, "instalmentCertain": amount}


def _goodwill(amount: float) -> dict[str, Any]:
    return {"goodwillAmount": amount, "instalmentGoodwill": amount, "goodwillUntil": date(2026, 5, 26)}


def _pending(amount: float, until: date | None = UNTIL) -> dict[str, Any]:
    return {"pendingAmount": amount, "instalmentPending": amount, "pendingUntil": until}


def _aid(amount: float | None, paid: float = 0) -> dict[str, Any]:
    """Aid granted, of which a part has come as a payment."""
    return {"housingAidState": "GRANTED", "housingAidAmount": amount, "housingAidPaid": paid, "certainAmount": paid}


def _then(outcome: str, reason: str, **more: Any) -> dict[str, Any]:
    return {"outcome": outcome, "reason": reason} | more


def _restored(reason: str, basis: str, review_on: date | None, **more: Any) -> dict[str, Any]:
    return _then("RESTORE", reason, basis=basis, reviewOn=review_on, until=None, floorKva=None, **more)


_ENDED_AND_SCOPE = (
    Scenario(
        "a contract that ended is not restored, though paid",
        PAID | {"contractStatus": "ENDED"},
        _then("REFUSE", "CONTRACT_ENDED", **NOTHING),
    ),
    Scenario(
        "not even an advisor restores a contract that ended",
        {"contractStatus": "ENDED", "advisorDecision": "RESTORE"},
        _then("REFUSE", "CONTRACT_ENDED"),
    ),
    Scenario(
        "a contract that ended and was a professional's has ended",
        {"contractStatus": "ENDED", "customerSegment": "PROFESSIONAL"},
        _then("REFUSE", "CONTRACT_ENDED"),
    ),
    Scenario(
        "a professional is for an advisor, though paid",
        PAID | {"customerSegment": "PROFESSIONAL"},
        _then("MANUAL", "PROFESSIONAL", residual=0, **NOTHING),
    ),
    Scenario("gas is for an advisor", {"energy": "GAS"}, _then("MANUAL", "GAS")),
    Scenario(
        "another network operator is for an advisor",
        {"networkOperator": "OTHER"},
        _then("MANUAL", "OTHER_NETWORK_OPERATOR"),
    ),
    Scenario(
        "overseas is for an advisor, whoever runs the network",
        {"territory": "OVERSEAS", "networkOperator": "OTHER"},
        _then("MANUAL", "OVERSEAS"),
    ),
    Scenario("more than 36 kVA are for an advisor", {"subscribedPowerKva": 36.1}, _then("MANUAL", "ABOVE_36_KVA")),
    Scenario("36 kVA are ours", {"subscribedPowerKva": 36}, _then("BALANCE_DUE", "DEBT_NOT_COVERED")),
    Scenario(
        "a segment that no rule knows is for an advisor",
        {"customerSegment": "OTHER"},
        _then("MANUAL", "OUT_OF_SCOPE"),
    ),
    Scenario(
        "out of scope is not decided silently, though protected and unanswered",
        PROTECTED | NO_ANSWER | {"customerSegment": "PROFESSIONAL"},
        _then("MANUAL", "PROFESSIONAL"),
    ),
    Scenario(
        "out of scope an advisor may restore",
        {"customerSegment": "PROFESSIONAL", "advisorDecision": "RESTORE"},
        _then("RESTORE", "ADVISOR_RESTORED", basis="ADVISOR"),
    ),
    Scenario(
        "out of scope an advisor may refuse, though paid",
        PAID | REFUSE | {"customerSegment": "PROFESSIONAL"},
        _then("REFUSE", "OUT_OF_SCOPE_REFUSED"),
    ),
)
_ADVISORS = (
    Scenario("an advisor may refuse who has not paid", REFUSE, _then("REFUSE", "ADVISOR_REFUSED", **NOTHING)),
    Scenario(
        "an advisor's refusal does not hold back who has paid",
        PAID | REFUSE,
        _restored("DEBT_COVERED", "DEBT_COVERED", None),
    ),
    Scenario("nor who owes nothing", REFUSE | {"limitationDebt": 0}, _restored("NO_DEBT", "NO_DEBT", None, residual=0)),
    Scenario("nor whom the law protects", PROTECTED | REFUSE, _restored("PROTECTED", "PROTECTED", date(2027, 5, 4))),
    Scenario(
        "nor does it leave anybody below the floor in winter",
        WINTER | REFUSE,
        _then("RAISE_FLOOR", "FLOOR_DESPITE_REFUSAL", floorKva=3, **NOTHING),
    ),
    Scenario(
        "the floor reached, the refusal holds",
        WINTER | REFUSE | {"limitedPowerKva": 3},
        _then("REFUSE", "ADVISOR_REFUSED"),
    ),
    Scenario(
        "paid, protected, in winter and refused is paid",
        PAID | PROTECTED | REFUSE,
        _then("RESTORE", "DEBT_COVERED"),
    ),
    Scenario(
        "an advisor's refusal overrides a plan, trust and aid",
        PLAN | LATER | _goodwill(100) | REFUSE,
        _then("REFUSE", "ADVISOR_REFUSED"),
    ),
    Scenario(
        "an advisor may restore without payment",
        {"advisorDecision": "RESTORE"},
        _restored("ADVISOR_RESTORED", "ADVISOR", date(2026, 6, 4), balance=100, residual=100),
    ),
    Scenario(
        "an advisor who sends a technician restores",
        {"advisorDecision": "SEND_TECHNICIAN"},
        _restored("ADVISOR_TECHNICIAN", "ADVISOR", date(2026, 6, 4)),
    ),
    Scenario("without an answer a paid debt restores", PAID | NO_ANSWER, _then("RESTORE", "DEBT_COVERED")),
    Scenario("without an answer a protected customer has power", PROTECTED | NO_ANSWER, _then("RESTORE", "PROTECTED")),
    Scenario(
        "without an answer the rest is due",
        NO_ANSWER | _pending(30),
        _then("BALANCE_DUE", "NO_ANSWER", balance=70, residual=100, **NOTHING),
    ),
    Scenario(
        "without an answer a missing debt stays with the advisors",
        NO_ANSWER | {"limitationDebt": None},
        _then("MANUAL", "UNEXPECTED", balance=0, residual=0),
    ),
    Scenario(
        "without an answer amounts that contradict stay with the advisors",
        NO_ANSWER | {"limitationDebt": -5},
        _then("MANUAL", "AMOUNTS_CONTRADICT"),
    ),
    Scenario(
        "without an answer money that never comes stays with the advisors",
        NO_ANSWER | _pending(100, None),
        _then("MANUAL", "PENDING_WITHOUT_DATE"),
    ),
    Scenario(
        "without an answer a kept plan with a debt stays with the advisors",
        NO_ANSWER | {"planState": "KEPT"},
        _then("MANUAL", "PLAN_KEPT_BUT_DEBT"),
    ),
    Scenario(
        "without an answer aid of an unknown amount stays with the advisors",
        NO_ANSWER | _aid(None),
        _then("MANUAL", "HOUSING_AID_WITHOUT_AMOUNT"),
    ),
)
_MONEY = (
    Scenario(
        "nothing paid leaves the debt due",
        {},
        _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=100, residual=100, until=None, **NOTHING),
    ),
    Scenario("a paid debt restores", PAID, _restored("DEBT_COVERED", "DEBT_COVERED", None, balance=0, residual=0)),
    Scenario(
        "an overpaid debt restores",
        {"certainAmount": 250},
        _restored("DEBT_COVERED", "DEBT_COVERED", None, balance=0, residual=0),
    ),
    Scenario("a limitation without debt is lifted", {"limitationDebt": 0}, _restored("NO_DEBT", "NO_DEBT", None)),
    Scenario(
        "forty cents short is covered",
        {"limitationDebt": 20, "certainAmount": 19.60},
        _then("RESTORE", "DEBT_COVERED", balance=0.40, residual=0.40),
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
        "trusted money restores provisionally until it is certain",
        {"certainAmount": 60} | _goodwill(40),
        _then(
            "RESTORE_PROVISIONALLY", "GOODWILL", basis="GOODWILL", balance=0, residual=40, reviewOn=date(2026, 5, 26)
        ),
    ),
    Scenario(
        "trusted money without a date is looked at in fifteen days",
        {"goodwillAmount": 100},
        _then("RESTORE_PROVISIONALLY", "GOODWILL", reviewOn=date(2026, 5, 19)),
    ),
    Scenario(
        "trusted money that is part of the debt is not asked for again",
        _goodwill(40),
        _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=60, residual=100),
    ),
    Scenario(
        "money on its way is waited for",
        PENDING,
        _then("AWAIT_CLEARING", "PAYMENT_PENDING", until=UNTIL, balance=0, residual=100, **NOTHING),
    ),
    Scenario(
        "money on its way that does not suffice leaves only the rest to pay",
        PENDING | {"pendingAmount": 90},
        _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=10, residual=100, until=None),
    ),
    Scenario(
        "trusted, pending and certain money and aid are all netted",
        _aid(20) | {"certainAmount": 10, "goodwillAmount": 15, "pendingAmount": 5, "planState": "PROPOSED"},
        _then("MANUAL", "HOUSING_AID_PROPOSE_PLAN", balance=50, residual=90),
    ),
    Scenario(
        "money that never comes is for an advisor",
        {"pendingAmount": 100},
        _then("MANUAL", "PENDING_WITHOUT_DATE"),
    ),
    Scenario("a negative debt is for an advisor", {"limitationDebt": -5}, _then("MANUAL", "AMOUNTS_CONTRADICT")),
    Scenario("a negative payment is for an advisor", {"certainAmount": -5}, _then("MANUAL", "AMOUNTS_CONTRADICT")),
    Scenario("a negative dispute is for an advisor", {"disputedAmount": -5}, _then("MANUAL", "AMOUNTS_CONTRADICT")),
    Scenario("a missing debt is for an advisor", {"limitationDebt": None}, _then("MANUAL", "UNEXPECTED", balance=0)),
    Scenario(
        "a missing amount with a plan is for an advisor", PLAN | {"pendingAmount": None}, _then("MANUAL", "UNEXPECTED")
    ),
)
_PLANS = (
    Scenario(
        "a plan restores with its first instalment",
        PLAN | _certain(40),
        _restored("PLAN_ACTIVE", "PLAN", date(2026, 6, 8), balance=60, residual=60),
    ),
    Scenario(
        "a first instalment thirty cents short is paid",
        PLAN | _certain(39.70),
        _then("RESTORE", "PLAN_ACTIVE"),
    ),
    Scenario(
        "a first instalment sixty cents short is not",
        PLAN | _certain(39.40),
        _then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=0.60),
    ),
    Scenario(
        "a first plan without first instalment restores",
        PLAN | {"firstInstalment": None},
        _then("RESTORE", "PLAN_ACTIVE"),
    ),
    Scenario(
        "a first plan with an instalment next month restores at once",
        PLAN | LATER,
        _restored("PLAN_AGREED", "PLAN", date(2026, 6, 10), balance=100, residual=100),
    ),
    Scenario(
        "a plan paid ahead is looked at after its due date",
        PLAN | LATER | _certain(40),
        _restored("PLAN_ACTIVE", "PLAN", date(2026, 6, 10)),
    ),
    Scenario(
        "an instalment due today has to be paid",
        PLAN | {"firstInstalmentDueOn": TODAY},
        _then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=40),
    ),
    Scenario(
        "after a broken plan the instalment has to be paid first",
        PLAN | LATER | BROKEN_BEFORE,
        _then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=40),
    ),
    Scenario(
        "after a broken plan the instalment once paid restores",
        PLAN | LATER | BROKEN_BEFORE | _certain(40),
        _then("RESTORE", "PLAN_ACTIVE", basis="PLAN"),
    ),
    Scenario(
        "an unknown past is no clean one",
        PLAN | LATER | {"brokenPlans12m": None},
        _then("BALANCE_DUE", "FIRST_INSTALMENT_DUE"),
    ),
    Scenario(
        "after a broken plan an instalment of 0 euro is for an advisor",
        PLAN | LATER | BROKEN_BEFORE | {"firstInstalment": 0},
        _then("MANUAL", "PLAN_AFTER_BROKEN_PLAN", **NOTHING),
    ),
    Scenario(
        "after a broken plan no instalment at all is for an advisor",
        PLAN | BROKEN_BEFORE | {"firstInstalment": None},
        _then("MANUAL", "PLAN_AFTER_BROKEN_PLAN"),
    ),
    Scenario(
        "without an answer about it the balance is due",
        PLAN | BROKEN_BEFORE | NO_ANSWER | {"firstInstalment": 0, "certainAmount": 30},
        _then("BALANCE_DUE", "NO_ANSWER", balance=70),
    ),
    Scenario(
        "an older payment is not the instalment",
        PLAN | {"certainAmount": 40, "instalmentCertain": 0},
        _then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=40, residual=60),
    ),
    Scenario(
        "an unpaid first instalment is what is due",
        PLAN | _certain(15),
        _then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=25, residual=85),
    ),
    Scenario(
        "no instalment is asked for beyond what settles the debt",
        PLAN | {"firstInstalment": 300, "certainAmount": 80, "instalmentCertain": 20},
        _then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=20, residual=20),
    ),
    Scenario(
        "an instalment is asked for net of what is on its way",
        PLAN | _certain(15) | _pending(10),
        _then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=15),
    ),
    Scenario(
        "a first instalment on trust restores provisionally",
        PLAN | _goodwill(40),
        _then("RESTORE_PROVISIONALLY", "PLAN_GOODWILL", basis="GOODWILL", reviewOn=date(2026, 5, 26)),
    ),
    Scenario(
        "a first instalment on its way is waited for",
        PLAN | _pending(40),
        _then("AWAIT_CLEARING", "FIRST_INSTALMENT_PENDING", until=UNTIL),
    ),
    Scenario(
        "a first instalment that never comes is for an advisor",
        PLAN | _pending(40, None),
        _then("MANUAL", "PENDING_WITHOUT_DATE"),
    ),
    Scenario(
        "a plan only proposed changes nothing",
        PLAN | LATER | _certain(40) | {"planState": "PROPOSED"},
        _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=60),
    ),
    Scenario(
        "a broken plan makes the debt due",
        PLAN | _certain(40) | {"planState": "BROKEN"},
        _then("BALANCE_DUE", "PLAN_BROKEN", balance=60),
    ),
    Scenario(
        "a broken plan paid in full restores", PLAN | PAID | {"planState": "BROKEN"}, _then("RESTORE", "DEBT_COVERED")
    ),
    Scenario(
        "a kept plan with a debt contradicts itself", {"planState": "KEPT"}, _then("MANUAL", "PLAN_KEPT_BUT_DEBT")
    ),
)
_AID = (
    Scenario(
        "aid that covers the debt restores before it is paid",
        _aid(100),
        _restored("HOUSING_AID_COVERS", "HOUSING_AID", date(2026, 8, 4), balance=0, residual=100),
    ),
    Scenario(
        "aid and money together restore",
        _aid(60) | {"certainAmount": 40},
        _restored("HOUSING_AID_COVERS", "HOUSING_AID", date(2026, 8, 4), balance=0, residual=60),
    ),
    Scenario(
        "aid granted and booked as a payment counts once",
        _aid(60, paid=60) | NO_ANSWER | {"planState": "AGREED", "firstInstalment": 30} | BROKEN_BEFORE,
        _then("RESTORE", "HOUSING_AID_AND_PLAN", balance=40, residual=40),
    ),
    Scenario(
        "aid booked in part still has its rest to come",
        _aid(100, paid=30),
        _restored("HOUSING_AID_COVERS", "HOUSING_AID", date(2026, 8, 4), balance=0, residual=70),
    ),
    Scenario("aid that has come is money", _aid(100, paid=100), _restored("DEBT_COVERED", "DEBT_COVERED", None)),
    Scenario(
        "aid in part with a plan restores",
        _aid(60) | PLAN,
        _restored("HOUSING_AID_AND_PLAN", "PLAN", date(2026, 6, 8), balance=40, residual=100),
    ),
    Scenario(
        "aid in part without a plan asks for one and not for the balance",
        _aid(60),
        _then("MANUAL", "HOUSING_AID_PROPOSE_PLAN", balance=40, residual=100, **NOTHING),
    ),
    Scenario(
        "so does aid in part that has come",
        _aid(60, paid=60),
        _then("MANUAL", "HOUSING_AID_PROPOSE_PLAN", balance=40, residual=40),
    ),
    Scenario(
        "and aid in part after a plan that broke",
        _aid(60) | {"planState": "BROKEN"},
        _then("MANUAL", "HOUSING_AID_PROPOSE_PLAN"),
    ),
    Scenario(
        "without an answer aid in part restores",
        _aid(60) | NO_ANSWER,
        _restored("HOUSING_AID_UNANSWERED", "HOUSING_AID", date(2026, 8, 4), residual=100),
    ),
    Scenario("aid of nothing changes nothing", _aid(0), _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=100)),
    Scenario("aid of an unknown amount is for an advisor", _aid(None), _then("MANUAL", "HOUSING_AID_WITHOUT_AMOUNT")),
    Scenario(
        "aid asked for does not count as money",
        {"housingAidState": "FILED", "housingAidAmount": 100},
        _then("BALANCE_DUE", "DEBT_NOT_COVERED"),
    ),
    Scenario(
        "aid refused leaves an ordinary debt",
        {"housingAidState": "REFUSED", "housingAidAmount": None, "certainAmount": 30},
        _then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=70),
    ),
)
_DISPUTES = (
    Scenario("a dispute is for an advisor", DISPUTE, _then("MANUAL", "DISPUTE")),
    Scenario(
        "without an answer a dispute is decided for the customer",
        DISPUTE | NO_ANSWER,
        _restored("DISPUTE_UNANSWERED", "DISPUTE", date(2026, 7, 4), residual=100),
    ),
    Scenario("a dispute does not hold back who has paid", DISPUTE | PAID, _then("RESTORE", "DEBT_COVERED")),
    Scenario(
        "who has paid the undisputed part has power",
        DISPUTE | {"disputedAmount": 60, "certainAmount": 40},
        _restored("UNDISPUTED_PART_PAID", "DISPUTE", date(2026, 7, 4), balance=60, residual=60),
    ),
    Scenario(
        "the tolerance holds for the undisputed part",
        DISPUTE | {"disputedAmount": 60, "certainAmount": 39},
        _then("RESTORE", "UNDISPUTED_PART_PAID"),
    ),
    Scenario(
        "an undisputed part not paid is for an advisor",
        DISPUTE | {"disputedAmount": 60, "certainAmount": 20},
        _then("MANUAL", "DISPUTE"),
    ),
    Scenario(
        "a disputed part counts though another protection is named first",
        WINTER | {"disputedAmount": 60, "certainAmount": 40},
        _then("RESTORE", "UNDISPUTED_PART_PAID"),
    ),
    Scenario(
        "a part that is not known means the whole debt",
        DISPUTE | {"disputedAmount": None, "certainAmount": 40},
        _then("MANUAL", "DISPUTE"),
    ),
    Scenario(
        "a dispute of more than the debt is one of the whole",
        DISPUTE | {"disputedAmount": 140},
        _then("MANUAL", "DISPUTE"),
    ),
    Scenario(
        "an advisor may refuse though the undisputed part is paid",
        DISPUTE | REFUSE | {"disputedAmount": 60, "certainAmount": 40},
        _then("REFUSE", "ADVISOR_REFUSED"),
    ),
)
_PROTECTIONS = (
    Scenario(
        "a protected customer has power without paying",
        PROTECTED,
        _restored("PROTECTED", "PROTECTED", date(2027, 5, 4), balance=100, residual=100),
    ),
    Scenario(
        "reminders wait for the day after the last day of the protection",
        PROTECTED | {"protectionUntil": date(2026, 7, 4)},
        _restored("PROTECTED", "PROTECTED", date(2026, 7, 5)),
    ),
    Scenario(
        "on the last day of a protection the review is tomorrow",
        PROTECTED | {"protectionUntil": TODAY},
        _restored("PROTECTED", "PROTECTED", date(2026, 5, 5)),
    ),
    Scenario("in winter the floor is raised", WINTER, _then("RAISE_FLOOR", "WINTER_FLOOR", floorKva=3, **NOTHING)),
    Scenario(
        "in summer a floor is owed before a cut",
        {"protection": "RAISE_FLOOR", "protectionFloorKva": 1, "protectionReason": "FLOOR_BEFORE_CUT"}
        | {"limitedPowerKva": 0.5},
        _then("RAISE_FLOOR", "FLOOR_BEFORE_CUT", floorKva=1),
    ),
    Scenario("in winter a paid debt restores in full", WINTER | PAID, _then("RESTORE", "DEBT_COVERED", floorKva=None)),
    Scenario("in winter a plan restores in full", WINTER | PLAN | LATER, _then("RESTORE", "PLAN_AGREED")),
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
)
SCENARIOS = (
    *_ENDED_AND_SCOPE,
    *_ADVISORS,
    *_MONEY,
    *_PLANS,
    *_AID,
    *_DISPUTES,
    *_PROTECTIONS,
)
