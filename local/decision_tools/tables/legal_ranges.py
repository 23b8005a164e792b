"""The ranges that the law leaves: what a legal parameter may be, whatever the table that gives it looks like.

``legal_ranges.json`` names for each parameter its law, the decision that gives it, cases (what differs from the usual
inputs of the scenarios), and the FEEL test that the value must pass. Legal owns it, with an engineer: a draft
outside of it can't be published, and nobody can accept it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import dmn
from dmn import feel
from local.decision_tools.tables.finding_words import fault_in_words
from record.cases.values import say

RANGES = Path(__file__).with_name("legal_ranges.json")


@dataclass(frozen=True, slots=True)
class LegalRange:
    """A parameter with its law: the values of ``decision`` (of its part ``output``) in the ``given`` cases."""

    parameter: str
    law: str
    file: str
    decision: str
    range: str
    given: tuple[Mapping[str, Any], ...]
    output: str = ""


@cache
def legal_ranges() -> tuple[LegalRange, ...]:
    """Read the ranges."""
    entries = json.loads(RANGES.read_text(encoding="utf-8"), parse_float=Decimal)
    return tuple(LegalRange(**entry | {"given": tuple(entry["given"])}) for entry in entries)


def outside(model: dmn.Model, legal: LegalRange, usual: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Return the cases in which a table gives something outside of a range, with what it gives."""
    for given in legal.given:
        try:
            value = model.evaluate(legal.decision, {**usual, **given}).value
        except dmn.DmnError as error:
            yield given, f"({fault_in_words(error)})"
            continue
        if legal.output:
            value = value.get(legal.output) if isinstance(value, Mapping) else None
        if not feel.passes(legal.range, value):
            yield given, say(value)
