"""The facts of a read of the point, for the rules and without judgement.

The rules decide (``action.dmn``, ``progress.dmn``) on the supply state, the limitation, and our case: the one that
bears our reference or, where we follow somebody else's, its id.
"""

from collections.abc import Mapping
from typing import Any

from restoration.clock import to_text
from restoration.domain.order import Intent
from restoration.domain.point import Case, CaseStatus, PointSituation

ENDED_STATES = frozenset({"CPRE", "CPNR", "CNRE"})


def is_running(case: Case) -> bool:
    """Whether a case may still change the point. A new case's status may be empty (docs/trade.md, Quirks)."""
    return case.status not in {CaseStatus.ENDED, CaseStatus.CANCELLED} and case.state not in ENDED_STATES


def is_overdue(facts: Mapping[str, Any]) -> bool:
    """Whether Enedis is late with an accepted order: full power is not back, and the case has not ended."""
    ended = facts["caseStatus"] in {CaseStatus.ENDED, CaseStatus.CANCELLED} or facts["caseState"] in ENDED_STATES
    return bool(facts["late"]) and not facts["fullPower"] and not ended


def situation_facts(
    point: PointSituation, contract_id: str, reference: str | None, case_id: str | None
) -> dict[str, Any]:
    """The facts of one read.

    Parameters
    ----------
    contract_id
        Our contract; Enedis' may be another's by now. A point whose read names no contract is not ours.
    reference, case_id
        The order that is waited for, if any. Only without them does somebody else's running restoration count as the
        case: its outcome must not be taken for that of ours.
    """
    running = [case for case in reversed(point.cases) if is_running(case)]
    limitation = next((case for case in running if case.kind == "LIMITATION"), None)
    restoration = next((case for case in running if case.kind == "RESTORATION"), None)
    case = _awaited(point, reference, case_id) if reference or case_id else restoration
    return {
        "supplyState": point.supply_state.value,
        "remotelyOperable": point.remotely_operable,
        "contractState": point.contract_state,
        "ourContract": point.contract_id == contract_id,
        "contractNamed": point.contract_id is not None,
        "fullPower": point.has_full_power,
        "limitedPowerKva": _kva(point.limit_kva),
        "subscribedPowerKva": _kva(point.subscribed_power_kva),
        "cutReason": point.cut_reason.value if point.cut_reason else None,
        "limitationPending": limitation is not None,
        "limitationCaseId": limitation.case_id if limitation else None,
        "restorationRunning": restoration is not None,
        "caseId": case.case_id if case else None,
        "caseReference": case.reference if case else None,
        "caseState": case.state if case else None,
        "caseStatus": case.status if case else None,
        "caseIntent": intent_of(case).value if case else None,
        "readAt": to_text(point.read_at),
        "visit": {"on": case.visit.on.isoformat(), "slot": case.visit.slot} if case and case.visit else None,
    }


def _awaited(point: PointSituation, reference: str | None, case_id: str | None) -> Case | None:
    ours = point.case_with_reference(reference) if reference else None
    return ours or next((case for case in point.cases if case_id and case.case_id == case_id), None)


def intent_of(case: Case) -> Intent:
    """The intent of a case, by our reference's letter; somebody else's counts as a remote restoration."""
    letter = (case.reference or "").rsplit("/", 2)[-2:-1]
    return next((intent for intent in Intent if letter == [intent.letter]), Intent.RESTORE_REMOTELY)


def _kva(power: Any) -> float | None:
    return None if power is None else float(power)
