"""An example of the law (``stories/decisions/loi.feature``): what is known of a customer, and what is owed to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from local.stories.draft import Draft, StoryError
from local.stories.values import GROUNDS
from restoration.domain.french import comma

_OUTCOMES = {"RESTORED": "RESTORE", "FLOOR_RAISED": "RAISE_FLOOR", "BALANCE_DUE": "BALANCE_DUE", "ASKED": "MANUAL"}
_ENDS = {
    "RESTORE": "la puissance est rétablie",
    "RAISE_FLOOR": "la puissance est relevée",
    "BALANCE_DUE": "rien n'est dû à la loi",
    "MANUAL": "un conseiller est interrogé",
}
_GROUND_WORDS = {code: words for words, code in GROUNDS.items()} | {"DEBT_NOT_COVERED": "d'aucune protection"}

type Owed = Mapping[str, str]
"""All that the tables say which the law speaks of, in French, by what it is called."""


@dataclass(frozen=True, slots=True)
class LawExample:
    """One example: under which rule of ``loi.feature``, on which line, and what is owed.

    ``facts`` are what billing knows, ``given`` is what the claim gives the rules.
    """

    rule: str
    title: str
    line: int
    facts: Mapping[str, Any]
    given: Mapping[str, Any]
    owed: Owed


def owed_by(draft: Draft) -> Owed:
    """What an example expects.

    Raises
    ------
    StoryError
        It does not end in one way, or has no ground.
    """
    outcome = draft.limited.outcome if len(draft.limited.outcomes) == 1 else ""
    if outcome not in _OUTCOMES:
        raise StoryError(f"un exemple a une seule issue : {', '.join(f'« {it} »' for it in _ENDS.values())}")
    if not draft.ground:
        raise StoryError("il manque le motif : une phrase comme « Et c'est au titre du plancher d'hiver »")
    floor = draft.limited.power_kva if outcome == "FLOOR_RAISED" else None
    days = (day.isoformat() if day else None for day in (draft.protects_until, draft.no_reminder_before))
    return owed_in_words(_OUTCOMES[outcome], draft.ground, floor, *days)


def owed_in_words(
    outcome: str, ground: str, floor_kva: float | Decimal | None, until: str | None, no_reminder_before: str | None
) -> Owed:
    """Say what is owed; days are ISO 8601, None where there is none."""
    floor = "rien" if floor_kva is None else comma(f"{Decimal(str(floor_kva)).normalize():f} kVA")
    days = ("rien" if day is None else f"{date.fromisoformat(day):%d/%m/%Y}" for day in (until, no_reminder_before))
    said = f"« {_ENDS.get(outcome, outcome)} »", f"« {_GROUND_WORDS.get(ground, ground)} »", floor, *days
    return dict(zip(("issue", "au titre", "plancher", "jusqu'au", "aucune relance avant le"), said, strict=True))
