"""What billing knows after a story's acts, without any cloud: its books, and the facts that the rules get from them."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from local.customers import Customer, Numbering, Put, moment_of
from local.partners.billing.bookkeeping import Books
from local.partners.billing.ledger import situation_of
from local.stories.draft import Draft, StoryError
from local.stories.model import ContractChanges, Do, Passed, Until
from restoration.clock import paris_date
from restoration.contracts.billing import BillingSituation

_SILENT = (Until, Do)
"""What a sentence does for the process alone: waits, and the sweep."""


def known_after(draft: Draft) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What the rules are told after the acts of a draft, on its last day: billing's facts, and what the claim gives.

    Raises
    ------
    StoryError
        An act says nothing to billing, or nobody is limited.
    """
    customer = Numbering().customer(float(draft.debt))
    books, now = Books(), draft.begins
    given: dict[str, Any] = {"limitedPowerKva": None, "advisorDecision": "NONE"}
    for ordinal, step in enumerate(draft.steps):
        match step:
            case Passed(time):
                now += time
            case ContractChanges(changes):
                for name, value in changes.items():
                    setattr(books.contract(customer.contract_id), name, value)
            case Put(detail_type="AdvisorDecided"):
                given["advisorDecision"] = step.fields["decision"]
            case Put():
                _book(books, step, customer, moment_of(now, ordinal))
                given["limitedPowerKva"] = step.fields.get("limitedPowerKva", given["limitedPowerKva"])
            case _ if not isinstance(step, _SILENT):
                raise StoryError("une de ses phrases parle d'Enedis ou des opérations : la loi n'en dit rien")
    contract = books.contract(customer.contract_id)
    limitation = contract.limitation(customer.limitation_id)
    if limitation is None:
        raise StoryError("il manque la limitation : une phrase comme « sa puissance est limitée à 1 kVA »")
    situation = BillingSituation.model_validate(situation_of(contract, limitation, paris_date(now), now))
    # Through their text: binary floating point must not decide over a cent.
    facts, given = json.loads(json.dumps([situation.facts(), given]), parse_float=Decimal)
    return facts, given


def _book(books: Books, put: Put, customer: Customer, at: datetime) -> None:
    if not books.record(put.entry((customer,), at)):
        given = ", ".join(f"{name} {value}" for name, value in put.fields.items())
        raise StoryError(f"la facturation n'admet pas un événement {put.detail_type} avec {given}")
