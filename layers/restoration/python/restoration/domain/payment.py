"""Payments, plans and aid: the words in which billing states a customer's situation."""

from enum import StrEnum


class PaymentMeans(StrEnum):
    """The means of a payment; docs/trade.md says when each is certain."""

    CARD = "CARD"
    INSTANT_TRANSFER = "INSTANT_TRANSFER"
    TRANSFER = "TRANSFER"
    DIRECT_DEBIT = "DIRECT_DEBIT"
    TIP_SEPA = "TIP_SEPA"
    CHEQUE = "CHEQUE"
    CASH = "CASH"
    MANDAT_COMPTE = "MANDAT_COMPTE"
    ENERGY_VOUCHER = "ENERGY_VOUCHER"
    HOUSING_AID = "HOUSING_AID"
    THIRD_PARTY = "THIRD_PARTY"


class PaymentStatus(StrEnum):
    """The stages of a payment."""

    RECEIVED = "RECEIVED"
    AUTHORISED = "AUTHORISED"
    CAPTURED = "CAPTURED"
    SETTLED = "SETTLED"
    MATCHED = "MATCHED"
    CLEARED = "CLEARED"
    REJECTED = "REJECTED"
    REVERSED = "REVERSED"

    def is_at_least(self, other: "PaymentStatus") -> bool:
        """Whether a payment in this status has come at least as far: statuses are listed in their order."""
        return _COURSE.index(self) >= _COURSE.index(other)


_COURSE = tuple(PaymentStatus)
RETURNED = frozenset({PaymentStatus.REJECTED, PaymentStatus.REVERSED})
"""A payment that was rejected or taken back: its money is not there (any more)."""


THIRD_PARTY_MEANS = frozenset(PaymentMeans) - {
    PaymentMeans.ENERGY_VOUCHER,
    PaymentMeans.HOUSING_AID,
    PaymentMeans.THIRD_PARTY,
}
"""By which a third party's money may come: it is as certain as that."""


class Payer(StrEnum):
    """The payer of a payment, where it is not the contract's holder: bodies, or anybody else."""

    CCAS = "CCAS"
    """The municipal social services (centre communal d'action sociale)."""
    CAF = "CAF"
    """The family benefits office (caisse d'allocations familiales)."""
    MSA = "MSA"
    """The social insurance of farming (mutualité sociale agricole)."""
    PENSION_FUND = "PENSION_FUND"
    """A pension fund (caisse de retraite)."""
    GUARDIAN = "GUARDIAN"
    """The holder's legal guardian (tuteur, curateur)."""
    OTHER = "OTHER"


class PaymentHistory(StrEnum):
    """The reliability of the customer's earlier payments."""

    GOOD = "GOOD"
    AVERAGE = "AVERAGE"
    POOR = "POOR"


class ContractStatus(StrEnum):
    """Whether the contract is still in force."""

    ACTIVE = "ACTIVE"
    ENDED = "ENDED"


class PlanState(StrEnum):
    """The stages of a payment plan (échéancier, plan d'apurement)."""

    NONE = "NONE"
    PROPOSED = "PROPOSED"
    AGREED = "AGREED"
    ACTIVE = "ACTIVE"
    KEPT = "KEPT"
    BROKEN = "BROKEN"
    CANCELLED = "CANCELLED"


class HousingAidState(StrEnum):
    """The stages of a request to the housing solidarity fund (FSL)."""

    NONE = "NONE"
    FILED = "FILED"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
