"""The ground on which power comes back, and what is asked of the customer: both travel with the ending."""

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


class Asks(StrEnum):
    """What is asked of a customer for full power, as the coverage table names it."""

    DEBT = "DEBT"
    """The rest of the debt."""
    INSTALMENT = "INSTALMENT"
    """The first instalment of the payment plan."""
    UNDISPUTED = "UNDISPUTED"
    """The part of the debt that is not disputed."""
    PLAN = "PLAN"
    """A payment plan for the rest, to be agreed with an advisor."""
    NOTHING = "NOTHING"
    """No money: it is frozen, disputed, on its way, or not owed."""


MONEY = frozenset({Asks.DEBT, Asks.INSTALMENT, Asks.UNDISPUTED})
"""What is asked that is to be paid now."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of a customer for full power.

    Parameters
    ----------
    amount
        The money, in euro, that it is about; net of all that has come or is on its way.
    due_on
        The day on which an instalment falls due.
    household
        Whether the customer is a household: the housing fund and the social services help no other.
    """

    asks: Asks
    amount: Decimal
    due_on: date | None = None
    household: bool = True


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
