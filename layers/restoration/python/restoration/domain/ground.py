"""The ground on which power comes back: it travels with the ending, so that billing knows what is still owed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Basis(StrEnum):
    """The grounds for giving power back, as the coverage table names them."""

    DEBT_COVERED = "DEBT_COVERED"
    """The debt is paid with money that cannot be returned any more."""
    NO_DEBT = "NO_DEBT"
    """There is no debt behind the limitation."""
    HOUSING_AID = "HOUSING_AID"
    """Housing aid (FSL) was granted, and its money has not come yet."""
    GOODWILL = "GOODWILL"
    """A payment that may still be returned is trusted."""
    PLAN = "PLAN"
    """A payment plan carries the debt."""
    PROTECTED = "PROTECTED"
    """The law or a commitment protects the customer, whatever they owe."""
    DISPUTE = "DISPUTE"
    """What is left of the debt is disputed."""
    ADVISOR = "ADVISOR"
    """An advisor decided."""


COVERED = frozenset({Basis.DEBT_COVERED, Basis.NO_DEBT})
"""The grounds that end dunning; on any other it is held until a date."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground of a restoration.

    Parameters
    ----------
    residual
        The part of the limitation's debt, in euro, that has not been collected for certain.
    review_on
        The date until which dunning is held; None when the debt is covered.
    payments
        The ids of the payments that counted: when one of them is returned later, the ground is lost.
    """

    basis: Basis
    residual: Decimal
    review_on: date | None = None
    payments: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a ground on which dunning would be held for ever, or stopped although the debt is open.

        Raises
        ------
        ValueError
            When a debt that is not covered has no date of review, or one that is covered has one.
        """
        if (self.review_on is None) is not (self.basis in COVERED):
            raise ValueError(f"{self.basis} with {self.review_on or 'no date'} to review it: see the coverage table")
