"""An example of the law (``stories/decisions/loi.feature``): what is known of a customer, and what is owed to them."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from local.stories.booking import Known
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


@dataclass(frozen=True, slots=True)
class Owed:
    """All that the tables say which the law speaks of; days as ISO 8601, None where there is none."""

    outcome: str
    ground: str
    floor_kva: Decimal | None = None
    until: str | None = None
    no_reminder_before: str | None = None

    @classmethod
    def of(cls, draft: Draft) -> "Owed":
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
        floor = Decimal(str(draft.limited.power_kva)) if outcome == "FLOOR_RAISED" else None
        days = (day.isoformat() if day else None for day in (draft.protects_until, draft.no_reminder_before))
        return cls(_OUTCOMES[outcome], draft.ground, floor, *days)

    def differences(self, found: "Owed") -> list[str]:
        """What is found instead, in French."""
        return [
            f"{_LABELS[it.name]} : attendu {self.word(it.name)}, obtenu {found.word(it.name)}"
            for it in fields(self)
            if getattr(self, it.name) != getattr(found, it.name)
        ]

    def word(self, name: str) -> str:
        """One of its fields as one says it in French."""
        value: Any = getattr(self, name)
        match name, value:
            case _, None:
                return "rien"
            case "outcome", _:
                return f"« {_ENDS.get(value, value)} »"
            case "ground", _:
                return f"« {_GROUND_WORDS.get(value, value)} »"
            case "floor_kva", _:
                return comma(f"{value:f} kVA")
            case _:
                return f"{date.fromisoformat(value):%d/%m/%Y}"


_LABELS = {
    "outcome": "issue",
    "ground": "au titre",
    "floor_kva": "plancher",
    "until": "jusqu'au",
    "no_reminder_before": "aucune relance avant le",
}


@dataclass(frozen=True, slots=True)
class LawExample:
    """One example: under which rule of ``loi.feature``, on which line, what is known, and what is owed."""

    rule: str
    title: str
    line: int
    known: Known
    owed: Owed
