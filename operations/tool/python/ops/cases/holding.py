"""The one case that a command acts on, with the execution that holds it."""

from ops.account import Account
from ops.failures import WrongRequest
from record.cases.dossier import Dossier, DossierReader
from record.cases.failures import NothingFound
from record.domain.course import Course


def held(account: Account, key: str, *, is_running: bool, otherwise: str) -> tuple[Dossier, Course]:
    """Find the one case of a key whose execution runs, or has ended without letting go; gives both.

    Parameters
    ----------
    otherwise
        What it means that there is none.

    Raises
    ------
    NothingFound
        When there is none.
    WrongRequest
        When there are several.
    """
    named, dossiers = DossierReader(account).named(key)
    found = [(it, holder) for it in dossiers if (holder := it.holder) is not None and holder.runs is is_running]
    which = "running" if is_running else "failed"
    if not found:
        raise NothingFound(f"No {which} execution holds {named.kind} {named.key}: {otherwise}")
    if len(found) > 1:
        ids = ", ".join(dossier.limitation_id for dossier, _ in found)
        raise WrongRequest(f"Nothing was done: {which} executions hold {ids}. Name one of them.")
    return found[0]
