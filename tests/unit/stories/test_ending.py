"""What a story names has to come, and nothing else may."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from local.stories.ending import Facts, differences, silent
from local.stories.model import PAID, Limited

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


@pytest.mark.parametrize(
    ("came", "says"),
    [
        (
            replace(CAME, messages=CAME.messages + Counter(["REFUSED"])),
            "message « demande refusée » : attendu 0 fois, obtenu 1 fois",
        ),
        (
            replace(CAME, messages=Counter(["POWER_RESTORED"])),
            "message « ordre transmis » : attendu 1 fois, obtenu 0 fois",
        ),
        (
            replace(CAME, published=[*CAME.published, ("RestorationDelayed", {})]),
            "« les opérations apprennent le retard » : attendu 0 fois, obtenu 1 fois",
        ),
        (replace(CAME, published=CAME.published[1:]), "relances : attendu suspendues, puis arrêtées, obtenu arrêtées"),
        (
            replace(CAME, published=[*CAME.published, ("BalanceDue", {"balance": "9.5"})]),
            "solde : attendu rien, obtenu 9,50 €",
        ),
        (
            replace(CAME, published=[*CAME.published, *(("AdvisorDecisionRequested", {"reason": it}) for it in ASKED)]),
            "questions : attendu rien, obtenu litige en cours, puis erreur fonctionnelle répétée",
        ),
        (
            replace(CAME, item=CLOSED | {"outcomeReason": "DEBT_COVERED"}),
            "motif de l'issue : attendu l'ordre est mené à bout ou pleine puissance au point, obtenu DEBT_COVERED",
        ),
        (replace(CAME, item=CLOSED | {"outcome": "FAILED"}), "issue : attendu RESTORED, obtenu FAILED"),
        (replace(CAME, item=CLOSED | {"holder": "arn"}), "un traitement tient encore la limitation"),
        (replace(CAME, item=CLOSED | {"openOrder": {}}), "un ordre est encore ouvert"),
        (replace(CAME, item=CLOSED | {"status": "LIMITED"}), "état de la limitation : attendu CLOSED, obtenu LIMITED"),
        (replace(CAME, is_listed=True), "inscrite à son contrat : attendu non, obtenu oui"),
        (
            replace(CAME, published=[("VisitPlanned", {"id": "a:1", "on": day}) for day in ("05-06", "05-09")]),
            "« la visite d'un technicien est prévue » : a:1 a deux contenus, qu'un lecteur prend pour un seul",
        ),
    ],
)
def test_what_is_more_or_less_is_said(came: Facts, says: str) -> None:
    assert says in list(differences(came, PAID))


def test_refused_orders_are_announced_as_often_as_they_were_tried() -> None:
    assert (
        "« la facturation apprend une fois de plus que la puissance va revenir » : attendu 2 fois, obtenu 1 fois"
        in list(differences(CAME, replace(PAID, orders=("R/2",))))
    )


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
