"""A billing system to develop and test against; ``openapi.yaml`` is its contract."""

from local.partners.billing.faults import FaultKind
from local.partners.billing.ledger import BookedPayment, Contract, CustomerContact, Limitation

__all__ = ["BookedPayment", "Contract", "CustomerContact", "FaultKind", "Limitation"]
