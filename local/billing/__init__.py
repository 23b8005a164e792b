"""A billing system to develop and test against; ``openapi.yaml`` is its contract."""

from local.billing.faults import FaultKind
from local.billing.ledger import BookedPayment, Contract, CustomerContact, Limitation
from local.billing.simulator import BillingSimulator, JournalEntry

__all__ = [
    "BillingSimulator",
    "BookedPayment",
    "Contract",
    "CustomerContact",
    "FaultKind",
    "JournalEntry",
    "Limitation",
]
