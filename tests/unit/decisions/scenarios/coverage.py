"""Coverage: scope, advisors, the customer's own money, disputes and protections; and all its scenarios."""

from datetime import date

from tests.unit.decisions.deciding import Scenario
from tests.unit.decisions.scenarios.coverage_plans_and_aid import AID, PLANS
from tests.unit.decisions.scenarios.coverage_terms import (
    DISPUTE,
    LATER,
    NO_ANSWER,
    NOTHING,
    PAID,
    PENDING,
    PLAN,
    PROTECTED,
    REFUSE,
    TODAY,
    UNTIL,
    USUAL,
    WINTER,
    aid,
    certain,
    goodwill,
    pending,
    restored,
    then,
)

__all__ = ["SCENARIOS", "USUAL"]

_ENDED_AND_SCOPE = (
    Scenario(
        "a contract that ended is not restored, though paid",
        PAID | {"contractStatus": "ENDED"},
        then("REFUSE", "CONTRACT_ENDED", **NOTHING),
    ),
    Scenario(
        "not even an advisor restores a contract that ended",
        {"contractStatus": "ENDED", "advisorDecision": "RESTORE"},
        then("REFUSE", "CONTRACT_ENDED"),
    ),
    Scenario(
        "a contract that ended and was a professional's has ended",
        {"contractStatus": "ENDED", "customerSegment": "PROFESSIONAL"},
        then("REFUSE", "CONTRACT_ENDED"),
    ),
    Scenario(
        "a professional is for an advisor, though paid",
        PAID | {"customerSegment": "PROFESSIONAL"},
        then("MANUAL", "PROFESSIONAL", residual=0, **NOTHING),
    ),
    Scenario("gas is for an advisor", {"energy": "GAS"}, then("MANUAL", "GAS")),
    Scenario(
        "another network operator is for an advisor",
        {"networkOperator": "OTHER"},
        then("MANUAL", "OTHER_NETWORK_OPERATOR"),
    ),
    Scenario(
        "overseas is for an advisor, whoever runs the network",
        {"territory": "OVERSEAS", "networkOperator": "OTHER"},
        then("MANUAL", "OVERSEAS"),
    ),
    Scenario("more than 36 kVA are for an advisor", {"subscribedPowerKva": 36.1}, then("MANUAL", "ABOVE_36_KVA")),
    Scenario("36 kVA are ours", {"subscribedPowerKva": 36}, then("BALANCE_DUE", "DEBT_NOT_COVERED")),
    Scenario(
        "a segment that no rule knows is for an advisor",
        {"customerSegment": "OTHER"},
        then("MANUAL", "OUT_OF_SCOPE"),
    ),
    Scenario(
        "out of scope is not decided silently, though protected and unanswered",
        PROTECTED | NO_ANSWER | {"customerSegment": "PROFESSIONAL"},
        then("MANUAL", "PROFESSIONAL"),
    ),
    Scenario(
        "out of scope an advisor may restore",
        {"customerSegment": "PROFESSIONAL", "advisorDecision": "RESTORE"},
        then("RESTORE", "ADVISOR_RESTORED", basis="ADVISOR"),
    ),
    Scenario(
        "out of scope an advisor may refuse, though paid",
        PAID | REFUSE | {"customerSegment": "PROFESSIONAL"},
        then("REFUSE", "OUT_OF_SCOPE_REFUSED"),
    ),
)
_ADVISORS = (
    Scenario("an advisor may refuse who has not paid", REFUSE, then("REFUSE", "ADVISOR_REFUSED", **NOTHING)),
    Scenario(
        "an advisor's refusal does not hold back who has paid",
        PAID | REFUSE,
        restored("DEBT_COVERED", "DEBT_COVERED", None),
    ),
    Scenario("nor who owes nothing", REFUSE | {"limitationDebt": 0}, restored("NO_DEBT", "NO_DEBT", None, residual=0)),
    Scenario("nor whom the law protects", PROTECTED | REFUSE, restored("PROTECTED", "PROTECTED", date(2027, 5, 4))),
    Scenario(
        "nor does it leave anybody below the floor in winter",
        WINTER | REFUSE,
        then("RAISE_FLOOR", "FLOOR_DESPITE_REFUSAL", floorKva=3, **NOTHING),
    ),
    Scenario(
        "the floor reached, the refusal holds",
        WINTER | REFUSE | {"limitedPowerKva": 3},
        then("REFUSE", "ADVISOR_REFUSED"),
    ),
    Scenario(
        "paid, protected, in winter and refused is paid",
        PAID | PROTECTED | REFUSE,
        then("RESTORE", "DEBT_COVERED"),
    ),
    Scenario(
        "an advisor's refusal overrides a plan, trust and aid",
        PLAN | LATER | goodwill(100) | REFUSE,
        then("REFUSE", "ADVISOR_REFUSED"),
    ),
    Scenario(
        "an advisor may restore without payment",
        {"advisorDecision": "RESTORE"},
        restored("ADVISOR_RESTORED", "ADVISOR", date(2026, 6, 4), balance=100, residual=100),
    ),
    Scenario(
        "an advisor who sends a technician restores",
        {"advisorDecision": "SEND_TECHNICIAN"},
        restored("ADVISOR_TECHNICIAN", "ADVISOR", date(2026, 6, 4)),
    ),
    Scenario("without an answer a paid debt restores", PAID | NO_ANSWER, then("RESTORE", "DEBT_COVERED")),
    Scenario("without an answer a protected customer has power", PROTECTED | NO_ANSWER, then("RESTORE", "PROTECTED")),
    Scenario(
        "without an answer the rest is due",
        NO_ANSWER | pending(30),
        then("BALANCE_DUE", "NO_ANSWER", balance=70, residual=100, **NOTHING),
    ),
    Scenario(
        "without an answer a missing debt stays with the advisors",
        NO_ANSWER | {"limitationDebt": None},
        then("MANUAL", "UNEXPECTED", balance=0, residual=0),
    ),
    Scenario(
        "without an answer amounts that contradict stay with the advisors",
        NO_ANSWER | {"limitationDebt": -5},
        then("MANUAL", "AMOUNTS_CONTRADICT"),
    ),
    Scenario(
        "without an answer money that never comes stays with the advisors",
        NO_ANSWER | pending(100, None),
        then("MANUAL", "PENDING_WITHOUT_DATE"),
    ),
    Scenario(
        "without an answer a kept plan with a debt stays with the advisors",
        NO_ANSWER | {"planState": "KEPT"},
        then("MANUAL", "PLAN_KEPT_BUT_DEBT"),
    ),
    Scenario(
        "without an answer aid of an unknown amount stays with the advisors",
        NO_ANSWER | aid(None),
        then("MANUAL", "HOUSING_AID_WITHOUT_AMOUNT"),
    ),
)
_MONEY = (
    Scenario(
        "a debt of a few euro is a debt, and it is paid",
        {"limitationDebt": 9, "certainAmount": 60},
        then("RESTORE", "DEBT_COVERED", basis="DEBT_COVERED"),
    ),
    Scenario(
        "nothing paid leaves the debt due",
        {},
        then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=100, residual=100, until=None, **NOTHING),
    ),
    Scenario("a paid debt restores", PAID, restored("DEBT_COVERED", "DEBT_COVERED", None, balance=0, residual=0)),
    Scenario(
        "an overpaid debt restores",
        {"certainAmount": 250},
        restored("DEBT_COVERED", "DEBT_COVERED", None, balance=0, residual=0),
    ),
    Scenario("a limitation without debt is lifted", {"limitationDebt": 0}, restored("NO_DEBT", "NO_DEBT", None)),
    Scenario(
        "forty cents short is covered",
        {"limitationDebt": 20, "certainAmount": 19.60},
        then("RESTORE", "DEBT_COVERED", balance=0.40, residual=0.40),
    ),
    Scenario("one percent short is covered", {"certainAmount": 99}, then("RESTORE", "DEBT_COVERED", balance=1)),
    Scenario(
        "a cent beyond the tolerance is due",
        {"certainAmount": 98.99},
        then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=1.01),
    ),
    Scenario(
        "the tolerance never exceeds two euro",
        {"limitationDebt": 900, "certainAmount": 897.99},
        then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=2.01),
    ),
    Scenario(
        "trusted money restores provisionally until it is certain",
        {"certainAmount": 60} | goodwill(40),
        then("RESTORE_PROVISIONALLY", "GOODWILL", basis="GOODWILL", balance=0, residual=40, reviewOn=date(2026, 5, 26)),
    ),
    Scenario(
        "trusted money without a date is looked at in fifteen days",
        {"goodwillAmount": 100},
        then("RESTORE_PROVISIONALLY", "GOODWILL", reviewOn=date(2026, 5, 19)),
    ),
    Scenario(
        "trusted money that is part of the debt is not asked for again",
        goodwill(40),
        then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=60, residual=100),
    ),
    Scenario(
        "money on its way is waited for",
        PENDING,
        then("AWAIT_CLEARING", "PAYMENT_PENDING", until=UNTIL, balance=0, residual=100, **NOTHING),
    ),
    Scenario(
        "money on its way that does not suffice leaves only the rest to pay",
        PENDING | {"pendingAmount": 90},
        then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=10, residual=100, until=None),
    ),
    Scenario(
        "trusted, pending and certain money and aid are all netted",
        aid(20) | {"certainAmount": 10, "goodwillAmount": 15, "pendingAmount": 5, "planState": "PROPOSED"},
        then("MANUAL", "HOUSING_AID_PROPOSE_PLAN", balance=50, residual=90),
    ),
    Scenario(
        "money that never comes is for an advisor",
        {"pendingAmount": 100},
        then("MANUAL", "PENDING_WITHOUT_DATE"),
    ),
    Scenario("a negative debt is for an advisor", {"limitationDebt": -5}, then("MANUAL", "AMOUNTS_CONTRADICT")),
    Scenario("a negative payment is for an advisor", {"certainAmount": -5}, then("MANUAL", "AMOUNTS_CONTRADICT")),
    Scenario("a negative dispute is for an advisor", {"disputedAmount": -5}, then("MANUAL", "AMOUNTS_CONTRADICT")),
    Scenario(
        "a negative dispute keeps nobody limited who has paid",
        certain(100) | REFUSE | {"disputedAmount": -5},
        restored("DEBT_COVERED", "DEBT_COVERED", None, balance=0, residual=0),
    ),
    Scenario(
        "nor does a negative aid where there is no debt",
        {"limitationDebt": 0, "housingAidAmount": -1},
        restored("NO_DEBT", "NO_DEBT", None),
    ),
    Scenario("a missing debt is for an advisor", {"limitationDebt": None}, then("MANUAL", "UNEXPECTED", balance=0)),
    Scenario(
        "a missing amount with a plan is for an advisor", PLAN | {"pendingAmount": None}, then("MANUAL", "UNEXPECTED")
    ),
)
_DISPUTES = (
    Scenario("a dispute is for an advisor", DISPUTE, then("MANUAL", "DISPUTE")),
    Scenario(
        "without an answer a dispute is decided for the customer",
        DISPUTE | NO_ANSWER,
        restored("DISPUTE_UNANSWERED", "DISPUTE", date(2026, 7, 4), residual=100),
    ),
    Scenario("a dispute does not hold back who has paid", DISPUTE | PAID, then("RESTORE", "DEBT_COVERED")),
    Scenario(
        "who has paid the undisputed part has power",
        DISPUTE | {"disputedAmount": 60, "certainAmount": 40},
        restored("UNDISPUTED_PART_PAID", "DISPUTE", date(2026, 7, 4), balance=60, residual=60),
    ),
    Scenario(
        "the tolerance holds for the undisputed part",
        DISPUTE | {"disputedAmount": 60, "certainAmount": 39},
        then("RESTORE", "UNDISPUTED_PART_PAID"),
    ),
    Scenario(
        "an undisputed part not paid is for an advisor",
        DISPUTE | {"disputedAmount": 60, "certainAmount": 20},
        then("MANUAL", "DISPUTE"),
    ),
    Scenario(
        "a disputed part counts though another protection is named first",
        WINTER | {"disputedAmount": 60, "certainAmount": 40},
        then("RESTORE", "UNDISPUTED_PART_PAID"),
    ),
    Scenario(
        "a part that is not known means the whole debt",
        DISPUTE | {"disputedAmount": None, "certainAmount": 40},
        then("MANUAL", "DISPUTE"),
    ),
    Scenario(
        "a dispute of more than the debt is one of the whole",
        DISPUTE | {"disputedAmount": 140},
        then("MANUAL", "DISPUTE"),
    ),
    Scenario(
        "an advisor may refuse though the undisputed part is paid",
        DISPUTE | REFUSE | {"disputedAmount": 60, "certainAmount": 40},
        then("REFUSE", "ADVISOR_REFUSED"),
    ),
)
_PROTECTIONS = (
    Scenario(
        "a protected customer has power without paying",
        PROTECTED,
        restored("PROTECTED", "PROTECTED", date(2027, 5, 4), balance=100, residual=100),
    ),
    Scenario(
        "reminders wait for the day after the last day of the protection",
        PROTECTED | {"protectionUntil": date(2026, 7, 4)},
        restored("PROTECTED", "PROTECTED", date(2026, 7, 5)),
    ),
    Scenario(
        "on the last day of a protection the review is tomorrow",
        PROTECTED | {"protectionUntil": TODAY},
        restored("PROTECTED", "PROTECTED", date(2026, 5, 5)),
    ),
    Scenario("in winter the floor is raised", WINTER, then("RAISE_FLOOR", "WINTER_FLOOR", floorKva=3, **NOTHING)),
    Scenario(
        "in summer a floor is owed before a cut",
        {"protection": "RAISE_FLOOR", "protectionFloorKva": 1, "protectionReason": "FLOOR_BEFORE_CUT"}
        | {"limitedPowerKva": 0.5},
        then("RAISE_FLOOR", "FLOOR_BEFORE_CUT", floorKva=1),
    ),
    Scenario("in winter a paid debt restores in full", WINTER | PAID, then("RESTORE", "DEBT_COVERED", floorKva=None)),
    Scenario("in winter a plan restores in full", WINTER | PLAN | LATER, then("RESTORE", "PLAN_AGREED")),
    Scenario(
        "a floor that is reached is not raised again",
        WINTER | {"limitedPowerKva": 3},
        then("BALANCE_DUE", "DEBT_NOT_COVERED", floorKva=None),
    ),
    Scenario(
        "an unknown limit is raised to be sure",
        WINTER | {"limitedPowerKva": None},
        then("RAISE_FLOOR", "WINTER_FLOOR"),
    ),
    Scenario("the floor comes before waiting for money", WINTER | PENDING, then("RAISE_FLOOR", "WINTER_FLOOR")),
    Scenario(
        "the floor is raised though amounts contradict",
        WINTER | {"limitationDebt": -5},
        then("RAISE_FLOOR", "WINTER_FLOOR"),
    ),
)
SCENARIOS = (
    *_ENDED_AND_SCOPE,
    *_ADVISORS,
    *_MONEY,
    *PLANS,
    *AID,
    *_DISPUTES,
    *_PROTECTIONS,
)
