"""What would have brought power back in a case where the rules said no, in one line, where that is certain.

It is read off the kept decision, so that no engine is needed here. A test has the engine itself decide again with what
the line says, for thousands of made cases (tests/unit/supervision/test_counterfactual.py).
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

COVERAGE = "coverage"
_OF_THE_DEBT = frozenset({"DEBT_NOT_COVERED", "PLAN_BROKEN", "NO_ANSWER"})
"""Reasons for which the debt itself is claimed: its balance closes it. That of an instalment does not always."""


class Way(StrEnum):
    """How power would have come back."""

    MORE = "more"
    """So much more, of money that is certain at once."""
    MORE_AND_THE_REST = "more_and_the_rest"
    """So much more, once what is on its way (a cheque, an aid) is certain, too."""
    BY_CARD = "by_card"
    """The money that is on its way, by a means that is certain at once."""


type Missing = tuple[Way, Decimal | None]
"""What was missing, and how much of it in euro; no amount where the money is on its way."""


def missing(value: Mapping[str, Any]) -> Missing | None:
    """What would have brought power back; None where that is not certain, as where an advisor has to judge.

    Parameters
    ----------
    value
        Of a coverage that was decided by a version of the tables for which the lines are proven.
    """
    match value.get("outcome"):
        case "BALANCE_DUE" if value.get("reason") in _OF_THE_DEBT:
            balance, residual = (Decimal(str(value[name])) for name in ("balance", "residual"))
            return Way.MORE if balance == residual else Way.MORE_AND_THE_REST, balance
        case "AWAIT_CLEARING":
            return Way.BY_CARD, None
        case _:
            return None
