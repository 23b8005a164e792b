"""What a story names has to come, and nothing else may."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from local.stories.ending import Facts, differences, silent
from local.stories.model import PAID, Limited
from tests.unit.ops.printing import are_as_kept

CLOSED = {"status": "CLOSED", "outcome": "RESTORED", "outcomeReason": "POWER_IS_ON", "limitedPowerKva": "1"}
EVENTS = (
    "DunningHoldRequested",
    "RestorationOrdered",
    "LimitationBeingLifted",
    "PowerRestored",
    "DunningStopRequested",
)
ASKED = ("DISPUTE", "SGT400:FUNCTIONAL_ERROR_AGAIN")
CAME = Facts(
    Counter({"ORDER_PLACED": 1, "POWER_RESTORED": 1}), [(event, {}) for event in EVENTS], CLOSED, is_listed=False
)


def heard(*events: tuple[str, dict[str, str]]) -> Facts:
    return replace(CAME, published=[*CAME.published, *events])


CAMES = {
    "a message more": replace(CAME, messages=CAME.messages + Counter(["REFUSED"])),
    "a message less": replace(CAME, messages=Counter(["POWER_RESTORED"])),
    "an event more": heard(("RestorationDelayed", {})),
    "a word on reminders less": replace(CAME, published=CAME.published[1:]),
    "a balance": heard(("BalanceDue", {"balance": "9.5"})),
    "two questions": heard(*(("AdvisorDecisionRequested", {"reason": it}) for it in ASKED)),
    "another reason": replace(CAME, item=CLOSED | {"outcomeReason": "DEBT_COVERED"}),
    "another outcome": replace(CAME, item=CLOSED | {"outcome": "FAILED"}),
    "still held": replace(CAME, item=CLOSED | {"holder": "arn"}),
    "an open order": replace(CAME, item=CLOSED | {"openOrder": {}}),
    "another status": replace(CAME, item=CLOSED | {"status": "LIMITED"}),
    "still listed": replace(CAME, is_listed=True),
    "one id, two contents": heard(*(("VisitPlanned", {"id": "a:1", "on": day}) for day in ("05-06", "05-09"))),
}


def test_what_is_more_or_less_is_said_as_it_was() -> None:
    said = {title: differences(came, PAID) for title, came in CAMES.items()}
    # Refused orders are announced as often as they were tried.
    said["one order refused"] = differences(CAME, replace(PAID, orders=("R/2",)))
    are_as_kept("endings.txt", ["\n".join((f"── {title}", *lines, "", "")) for title, lines in said.items()])


def test_balance_that_something_followed_may_be_told_or_not() -> None:
    story = replace(PAID, balances=(Decimal(50),))
    came = replace(CAME, published=[*CAME.published, ("BalanceDue", {"balance": "50.00"})])
    told = replace(came, messages=CAME.messages + Counter(["BALANCE_DUE"]))
    assert list(differences(came, story)) == list(differences(told, story)) == []
    twice = replace(came, messages=CAME.messages + Counter(BALANCE_DUE=2))
    assert list(differences(twice, story)) == ["message « solde à payer » : attendu 0 fois, obtenu 2 fois"]


def test_last_balance_is_told_as_the_story_names_it() -> None:
    item = {"status": "LIMITED", "outcome": "BALANCE_DUE", "limitedPowerKva": "1"}
    story = Limited(("BALANCE_DUE",), messages=("PAYMENT_REJECTED",), balances=(Decimal(50),))
    came = Facts(Counter(["PAYMENT_REJECTED"]), [("BalanceDue", {"balance": "50.00"})], item, is_listed=True)
    assert list(differences(came, story)) == []
    assert list(differences(replace(came, messages=Counter()), story)) != []
    assert list(differences(replace(came, messages=Counter(["BALANCE_DUE"])), story)) != []


def test_in_shadow_nobody_hears_anything() -> None:
    quiet = Facts(Counter(), [], {"status": "LIMITED"}, is_listed=True)
    assert list(silent(quiet)) == []
    assert list(silent(replace(quiet, published=[("DunningHoldRequested", {})]))) == [
        "« DunningHoldRequested » : attendu 0 fois, obtenu 1 fois"
    ]
