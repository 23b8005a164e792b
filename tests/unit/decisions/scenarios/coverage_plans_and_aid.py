"""Coverage: a payment plan or housing aid carries what the customer has not paid."""

from datetime import date

from tests.unit.decisions.deciding import Scenario
from tests.unit.decisions.scenarios.coverage_terms import (
    BROKEN_BEFORE,
    LATER,
    NO_ANSWER,
    NOTHING,
    PAID,
    PLAN,
    TODAY,
    UNTIL,
    aid,
    certain,
    goodwill,
    pending,
    restored,
    then,
)

PLANS = (
    Scenario(
        "a plan restores with its first instalment",
        PLAN | certain(40),
        restored("PLAN_ACTIVE", "PLAN", date(2026, 6, 8), balance=60, residual=60),
    ),
    Scenario(
        "a first instalment thirty cents short is paid",
        PLAN | certain(39.70),
        then("RESTORE", "PLAN_ACTIVE"),
    ),
    Scenario(
        "a first instalment sixty cents short is not",
        PLAN | certain(39.40),
        then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=0.60),
    ),
    Scenario(
        "a first plan without first instalment restores",
        PLAN | {"firstInstalment": None},
        then("RESTORE", "PLAN_ACTIVE"),
    ),
    Scenario(
        "a first plan with an instalment next month restores at once",
        PLAN | LATER,
        restored("PLAN_AGREED", "PLAN", date(2026, 6, 10), balance=100, residual=100),
    ),
    Scenario(
        "a plan paid ahead is looked at after its due date",
        PLAN | LATER | certain(40),
        restored("PLAN_ACTIVE", "PLAN", date(2026, 6, 10)),
    ),
    Scenario(
        "an instalment due today has to be paid",
        PLAN | {"firstInstalmentDueOn": TODAY},
        then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=40),
    ),
    Scenario(
        "after a broken plan the instalment has to be paid first",
        PLAN | LATER | BROKEN_BEFORE,
        then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=40),
    ),
    Scenario(
        "after a broken plan the instalment once paid restores",
        PLAN | LATER | BROKEN_BEFORE | certain(40),
        then("RESTORE", "PLAN_ACTIVE", basis="PLAN"),
    ),
    Scenario(
        "an unknown past is no clean one",
        PLAN | LATER | {"brokenPlans12m": None},
        then("BALANCE_DUE", "FIRST_INSTALMENT_DUE"),
    ),
    Scenario(
        "after a broken plan an instalment of 0 euro is for an advisor",
        PLAN | LATER | BROKEN_BEFORE | {"firstInstalment": 0},
        then("MANUAL", "PLAN_AFTER_BROKEN_PLAN", **NOTHING),
    ),
    Scenario(
        "after a broken plan no instalment at all is for an advisor",
        PLAN | BROKEN_BEFORE | {"firstInstalment": None},
        then("MANUAL", "PLAN_AFTER_BROKEN_PLAN"),
    ),
    Scenario(
        "without an answer about it the balance is due",
        PLAN | BROKEN_BEFORE | NO_ANSWER | {"firstInstalment": 0, "certainAmount": 30},
        then("BALANCE_DUE", "NO_ANSWER", balance=70),
    ),
    Scenario(
        "an older payment is not the instalment",
        PLAN | {"certainAmount": 40, "instalmentCertain": 0},
        then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=40, residual=60),
    ),
    Scenario(
        "an unpaid first instalment is what is due",
        PLAN | certain(15),
        then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=25, residual=85),
    ),
    Scenario(
        "no instalment is asked for beyond what settles the debt",
        PLAN | {"firstInstalment": 300, "certainAmount": 80, "instalmentCertain": 20},
        then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=20, residual=20),
    ),
    Scenario(
        "an instalment is asked for net of what is on its way",
        PLAN | certain(15) | pending(10),
        then("BALANCE_DUE", "FIRST_INSTALMENT_DUE", balance=15),
    ),
    Scenario(
        "a first instalment on trust restores provisionally",
        PLAN | goodwill(40),
        then("RESTORE_PROVISIONALLY", "PLAN_GOODWILL", basis="GOODWILL", reviewOn=date(2026, 5, 26)),
    ),
    Scenario(
        "a first instalment on its way is waited for",
        PLAN | pending(40),
        then("AWAIT_CLEARING", "FIRST_INSTALMENT_PENDING", until=UNTIL),
    ),
    Scenario(
        "a first instalment that never comes is for an advisor",
        PLAN | pending(40, None),
        then("MANUAL", "PENDING_WITHOUT_DATE"),
    ),
    Scenario(
        "a plan only proposed changes nothing",
        PLAN | LATER | certain(40) | {"planState": "PROPOSED"},
        then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=60),
    ),
    Scenario(
        "a broken plan makes the debt due",
        PLAN | certain(40) | {"planState": "BROKEN"},
        then("BALANCE_DUE", "PLAN_BROKEN", balance=60),
    ),
    Scenario(
        "a broken plan paid in full restores", PLAN | PAID | {"planState": "BROKEN"}, then("RESTORE", "DEBT_COVERED")
    ),
    Scenario("a kept plan with a debt contradicts itself", {"planState": "KEPT"}, then("MANUAL", "PLAN_KEPT_BUT_DEBT")),
)
AID = (
    Scenario(
        "aid that covers the debt restores before it is paid",
        aid(100),
        restored("HOUSING_AID_COVERS", "HOUSING_AID", date(2026, 8, 4), balance=0, residual=100),
    ),
    Scenario(
        "aid and money together restore",
        aid(60) | {"certainAmount": 40},
        restored("HOUSING_AID_COVERS", "HOUSING_AID", date(2026, 8, 4), balance=0, residual=60),
    ),
    Scenario(
        "aid granted and booked as a payment counts once",
        aid(60, paid=60) | NO_ANSWER | {"planState": "AGREED", "firstInstalment": 30} | BROKEN_BEFORE,
        then("RESTORE", "HOUSING_AID_AND_PLAN", balance=40, residual=40),
    ),
    Scenario(
        "aid booked in part still has its rest to come",
        aid(100, paid=30),
        restored("HOUSING_AID_COVERS", "HOUSING_AID", date(2026, 8, 4), balance=0, residual=70),
    ),
    Scenario("aid that has come is money", aid(100, paid=100), restored("DEBT_COVERED", "DEBT_COVERED", None)),
    Scenario(
        "aid in part with a plan restores",
        aid(60) | PLAN,
        restored("HOUSING_AID_AND_PLAN", "PLAN", date(2026, 6, 8), balance=40, residual=100),
    ),
    Scenario(
        "aid in part without a plan asks for one and not for the balance",
        aid(60),
        then("MANUAL", "HOUSING_AID_PROPOSE_PLAN", balance=40, residual=100, **NOTHING),
    ),
    Scenario(
        "so does aid in part that has come",
        aid(60, paid=60),
        then("MANUAL", "HOUSING_AID_PROPOSE_PLAN", balance=40, residual=40),
    ),
    Scenario(
        "and aid in part after a plan that broke",
        aid(60) | {"planState": "BROKEN"},
        then("MANUAL", "HOUSING_AID_PROPOSE_PLAN"),
    ),
    Scenario(
        "without an answer aid in part restores",
        aid(60) | NO_ANSWER,
        restored("HOUSING_AID_UNANSWERED", "HOUSING_AID", date(2026, 8, 4), residual=100),
    ),
    Scenario("aid of nothing changes nothing", aid(0), then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=100)),
    Scenario("aid of an unknown amount is for an advisor", aid(None), then("MANUAL", "HOUSING_AID_WITHOUT_AMOUNT")),
    Scenario(
        "aid asked for does not count as money",
        {"housingAidState": "FILED", "housingAidAmount": 100},
        then("BALANCE_DUE", "DEBT_NOT_COVERED"),
    ),
    Scenario(
        "aid refused leaves an ordinary debt",
        {"housingAidState": "REFUSED", "housingAidAmount": None, "certainAmount": 30},
        then("BALANCE_DUE", "DEBT_NOT_COVERED", balance=70),
    ),
)
