"""A billing system to develop and test against; ``openapi.yaml`` is its contract."""

from local.partners.billing.faults import FaultKind
from local.partners.billing.ledger import BookedPayment, Contract, CustomerContact, Limitation
from local.partners.billing.simulator import BillingSimulator, JournalEntry, known_by

__all__ = [
    "BillingSimulator",
    "BookedPayment",
    "Contract",
    "CustomerContact",
    "FaultKind",
    "JournalEntry",
    "Limitation",
    "known_by",
]
