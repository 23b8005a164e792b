"""What the figures of *Valeur* assume: ``assumptions.csv``, dated, each with its source.

A month takes the line that was in force as it began, or the first one there is. A line without a value says that nobody
has told it yet: what depends on it is shown and not added up. What the desk measures comes before what is assumed.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from record.domain.measures import Decided

ENOUGH = 30
"""Questions that the desk must have timed in a month before their mean takes the place of an assumption."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is assumed.

    Parameters
    ----------
    value
        In its unit; None where nobody has told it.
    is_confirmed
        Whether somebody measured it or stands for it.
    reasons
        The reasons of questions at the desk whose measured minutes take its place.
    label, source
        What it is, and who says it: in French and in English.
    measured
        Of how many questions the desk's minutes are; 0 where they are assumed.
    """

    name: str
    value: Decimal | None
    unit: str
    since: date
    is_confirmed: bool
    label: tuple[str, str]
    source: tuple[str, str]
    reasons: frozenset[str] = frozenset()
    measured: int = 0


@cache
def _lines() -> tuple[Assumption, ...]:
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        lines = [
            Assumption(
                name=line["name"],
                value=Decimal(line["value"]) if line["value"] else None,
                unit=line["unit"],
                since=date.fromisoformat(line["since"]),
                is_confirmed=line["status"] == "confirmed",
                label=(line["fr"], line["en"]),
                source=(line["source_fr"], line["source_en"]),
                reasons=frozenset(line["desk"].split()),
            )
            for line in csv.DictReader(file)
        ]
    return tuple(sorted(lines, key=lambda each: each.since))


def assumptions(month: date, desk: Mapping[str, Decided] | None = None) -> Mapping[str, Assumption]:
    """What is assumed of a month, by name.

    Parameters
    ----------
    desk
        What the desk measured in that month, by the question's reason.
    """
    found: dict[str, Assumption] = {}
    for line in _lines():
        if line.name not in found or line.since <= month:
            found[line.name] = line
    return {name: _measured(line, desk or {}) for name, line in found.items()}


def _measured(line: Assumption, desk: Mapping[str, Decided]) -> Assumption:
    its = [desk[reason] for reason in line.reasons if reason in desk]
    timed = sum(each.timed for each in its)
    if timed < ENOUGH:
        return line
    minutes = Decimal(sum(each.seconds for each in its)) / 60 / timed
    return replace(line, value=round(minutes, 1), is_confirmed=True, measured=timed)
