"""Finds the limitations that somebody names: by limitation, contract, point, customer, payment, case or execution."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from record.cases.failures import NothingFound
from record.cases.register import RegisterReader
from record.cases.stack import Stack
from restoration.domain.limitation import limitation_of

_EXECUTION = re.compile(r"(?:arn:[^ ]+:execution:[^:]+:)?(?P<name>[A-Za-z0-9][A-Za-z0-9_-]*-[0-9a-f]{32})")
_POINT = re.compile(r"[0-9]{14}")


@dataclass(frozen=True, slots=True)
class Named:
    """What was named, and the limitations that it means.

    Parameters
    ----------
    kind
        limitation, contract, point, customer or execution; a payment or a case at Enedis.
    """

    kind: str
    key: str
    limitation_ids: Sequence[str]


def find(stack: Stack, key: str) -> Named:
    """Find the limitations that a key names, the closed ones too: as it is typed, then in capitals.

    Raises
    ------
    NothingFound
        When nothing has such a name.
    """
    key = key.strip()
    if not key:
        raise NothingFound(
            "An empty text names no case. Take a limitation, contract, point, customer or execution.",
            "Un texte vide ne nomme aucun dossier. Prenez une limitation, un contrat, un point, un client.",
        )
    register, execution = RegisterReader(stack), _EXECUTION.fullmatch(key)
    meant = Named("execution", execution["name"], [limitation_of(execution["name"])]) if execution else None
    # A payment's id may have the form of an execution's name, too.
    if meant and register.limitation(meant.limitation_ids[0]):
        return meant
    for typed in dict.fromkeys((key, key.upper())):
        if named := _named(register, typed):
            return named
    if meant:
        return meant
    raise NothingFound(
        f"No limitation, contract, point or customer {key} is in the register: billing never sent a limitation,"
        " or it was closed more than 14 months ago. Payments of customers without one are counted, and no more.",
        f"Aucune limitation, aucun contrat, aucun point et aucun client {key} n'est au registre : la facturation n'a"
        " jamais envoyé de limitation, ou elle est close depuis plus de 14 mois.",
    )


def _named(register: RegisterReader, key: str) -> Named | None:
    """What the register and the record know by a key, letter by letter."""
    if register.limitation(key):
        return Named("limitation", key, [key])
    kinds = [("point", "pointId")] if _POINT.fullmatch(key) else []
    for kind, attribute in (*kinds, ("contract", "contractId"), ("customer", "customerId")):
        if found := register.limitations_by(attribute, key):
            return Named(kind, key, found)
    found = register.limitations_named(key)
    return Named("payment or case at Enedis", key, found) if found else None
