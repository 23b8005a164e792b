"""What a story names has to come, and nothing else may."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from local.stories.ending import Facts, differences, silent
from local.stories.model import PAID, Limited

CLOSED = {"status": "CLOSED", "outcome": "RESTORED", "limitedPowerKva": "1"}
EVENTS = (
    "DunningHoldRequested",
    "RestorationOrdered",
    "LimitationBeingLifted",
    "PowerRestored",
    "DunningStopRequested",
)
CAME = Facts(
    Counter({"ORDER_PLACED": 1, "POWER_RESTORED": 1}), [(event, {}) for event in EVENTS], CLOSED, is_listed=False
)


def test_what_came_as_the_story_says_differs_in_nothing() -> None:
    assert list(differences(CAME, PAID)) == []


@pytest.mark.parametrize(
    ("came", "says"),
    [
        (replace(CAME, messages=CAME.messages + Counter(["REFUSED"])), "message REFUSED: expected 0, found 1"),
        (replace(CAME, messages=Counter(["POWER_RESTORED"])), "message ORDER_PLACED: expected 1, found 0"),
        (
            replace(CAME, published=[*CAME.published, ("RestorationDelayed", {})]),
            "event RestorationDelayed: expected 0, found 1",
        ),
        (replace(CAME, published=CAME.published[1:]), "reminders: expected Requested, Stopped, found Stopped"),
        (
            replace(CAME, published=[*CAME.published, ("BalanceDue", {"balance": "9.5"})]),
            "balances: expected nothing, found 9.50",
        ),
        (replace(CAME, item=CLOSED | {"holder": "arn"}), "holder: expected no, found yes"),
        (replace(CAME, item=CLOSED | {"openOrder": {}}), "openOrder: expected no, found yes"),
        (replace(CAME, item=CLOSED | {"status": "LIMITED"}), "status: expected CLOSED, found LIMITED"),
        (
            replace(CAME, published=[("VisitPlanned", {"id": "a:1", "on": day}) for day in ("05-06", "05-09")]),
            "event VisitPlanned: a:1 has two contents; a reader takes them for one",
        ),
        (replace(CAME, is_listed=True), "is listed on its contract: expected no, found yes"),
    ],
)
def test_what_is_more_or_less_is_said(came: Facts, says: str) -> None:
    assert says in list(differences(came, PAID))


def test_refused_orders_are_announced_as_often_as_they_were_tried() -> None:
    assert "event LimitationBeingLifted: expected 2, found 1" in list(differences(CAME, replace(PAID, orders=("R/2",))))


def test_balance_that_something_followed_may_be_told_or_not() -> None:
    story = replace(PAID, balances=(Decimal(50),))
    came = replace(CAME, published=[*CAME.published, ("BalanceDue", {"balance": "50.00"})])
    told = replace(came, messages=CAME.messages + Counter(["BALANCE_DUE"]))
    assert list(differences(came, story)) == list(differences(told, story)) == []
    twice = replace(came, messages=CAME.messages + Counter(BALANCE_DUE=2))
    assert list(differences(twice, story)) == ["message BALANCE_DUE: expected 0, found 2"]


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
        "event DunningHoldRequested: expected 0, found 1"
    ]
