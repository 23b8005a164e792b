"""The facts of a read of the point, for the rules."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from restoration.domain.order import Intent
from restoration.domain.point import Case, CutReason, SupplyState, Visit
from restoration.use_cases.read_point import intent_of, is_overdue, is_running, situation_facts
from tests.fakes.limitations import LIMITED_POINT as LIMITED


def case(case_id: str, reference: str | None = None, state: str = "DMTR", kind: str = "RESTORATION") -> Case:
    status = "TERMN" if state in {"CPRE", "CPNR", "CNRE"} else "COURS"
    return Case(case_id, "F200B", reference, state, status, kind=kind)


def test_a_limited_point_without_cases() -> None:
    facts = situation_facts(LIMITED, "CON-1", None, None)
    assert json.loads(json.dumps(facts)) == {
        "supplyState": "LIMI",
        "remotelyOperable": True,
        "contractState": "SERVC",
        "ourContract": True,
        "contractNamed": True,
        "fullPower": False,
        "limitedPowerKva": 1.0,
        "subscribedPowerKva": 6.0,
        "cutReason": None,
        "limitationPending": False,
        "limitationCaseId": None,
        "restorationRunning": False,
        "caseId": None,
        "caseReference": None,
        "caseState": None,
        "caseStatus": None,
        "caseIntent": None,
        "readAt": "2026-05-04T12:00:00.000Z",
        "visit": None,
    }


@pytest.mark.parametrize(("contract_id", "ours"), [("CON-1", True), ("CON-2", False), (None, False)])
def test_whether_the_contract_is_still_ours(contract_id: str | None, *, ours: bool) -> None:
    facts = situation_facts(replace(LIMITED, contract_id=contract_id), "CON-1", None, None)
    assert (facts["ourContract"], facts["contractNamed"]) == (ours, contract_id is not None)


@pytest.mark.parametrize(
    ("state", "limit", "subscribed", "full", "told"),
    [
        (SupplyState.SUPPLIED, None, 6, True, None),
        (SupplyState.SUPPLIED, 1, 6, False, 1.0),
        (SupplyState.SUPPLIED, 6, 6, True, None),  # a limit at the contract's power holds nothing back
        (SupplyState.SUPPLIED, 1, None, False, 1.0),
        (SupplyState.LIMITED, 6, 6, False, 6.0),  # Enedis says limited
        (SupplyState.LIMITED, None, 6, False, None),
        (SupplyState.CUT, None, 6, False, None),
    ],
)
def test_full_power_is_power_on_without_a_limit(
    state: SupplyState, limit: int | None, subscribed: int | None, *, full: bool, told: float | None
) -> None:
    point = replace(
        LIMITED,
        supply_state=state,
        limited_power_kva=None if limit is None else Decimal(limit),
        subscribed_power_kva=None if subscribed is None else Decimal(subscribed),
    )
    facts = situation_facts(point, "CON-1", None, None)
    assert (facts["fullPower"], facts["limitedPowerKva"]) == (full, told)


def test_a_cut_comes_with_its_reason() -> None:
    cut = replace(LIMITED, supply_state=SupplyState.CUT, limited_power_kva=None, cut_reason=CutReason.SAFETY)
    assert situation_facts(cut, "CON-1", None, None)["cutReason"] == "SAFETY"


@pytest.mark.parametrize(
    ("states", "pending"),
    [({"L1": "DMTR"}, "L1"), ({"L1": "CPRE"}, None), ({"L1": "DMTR", "L2": "DMTR"}, "L2")],
    ids=["not yet carried out", "carried out", "the newest of two"],
)
def test_limitation_that_is_not_carried_out_is_pending_with_its_case(
    states: dict[str, str], pending: str | None
) -> None:
    point = replace(LIMITED, cases=[case(name, state=state, kind="LIMITATION") for name, state in states.items()])
    facts = situation_facts(point, "CON-1", None, None)
    assert (facts["limitationPending"], facts["limitationCaseId"]) == (pending is not None, pending)
    assert (facts["restorationRunning"], facts["caseId"]) == (False, None)


OTHERS = case("R9", "PORTAL-7")


@pytest.mark.parametrize(
    ("cases", "reference", "case_id", "found", "running"),
    [
        ([case("R0", state="CPNR"), OTHERS], None, None, "R9", True),
        ([case("A1", "LIM-1/R/1", "CPNR")], "LIM-1/R/1", "A1", "A1", False),
        ([case("A1", "LIM-1/R/1", "CPNR"), OTHERS], "LIM-1/R/1", "A1", "A1", True),
        ([OTHERS], "LIM-1/R/1", "A1", None, True),
        ([case("R1", "PORTAL-7", "CPRE"), case("R2")], None, "R1", "R1", True),
        ([case("A1", "LIM-1/R/1", "CPNR"), case("A2", "LIM-1/R/1")], "LIM-1/R/1", None, "A2", True),
    ],
    ids=[
        "somebody else's that runs, where nothing is waited for",
        "the awaited one although it ended",
        "the awaited one rather than another that runs",
        "none while Enedis does not show the awaited one yet",
        "one without our reference by its id",
        "the newest of a reference",
    ],
)
def test_which_case_of_a_point_is_followed(
    cases: list[Case], reference: str | None, case_id: str | None, found: str | None, *, running: bool
) -> None:
    facts = situation_facts(replace(LIMITED, cases=cases), "CON-1", reference, case_id)
    assert (facts["caseId"], facts["restorationRunning"]) == (found, running)


def test_case_that_is_followed_is_told_with_its_reference_its_state_and_its_intent() -> None:
    point = replace(LIMITED, cases=[case("A1", "LIM-1/T/2", "CPNR")])
    facts = situation_facts(point, "CON-1", "LIM-1/T/2", "A1")
    assert (facts["caseReference"], facts["caseState"], facts["caseIntent"]) == ("LIM-1/T/2", "CPNR", "TECHNICIAN")


def test_a_planned_visit_is_that_of_the_awaited_case_only() -> None:
    visit = Visit(date(2026, 5, 7), "08:00-12:00")
    ours, other = case("A1", "LIM-1/T/1", "INPL"), replace(case("R9", "PORTAL-7", "INPL"), visit=visit)
    facts = situation_facts(replace(LIMITED, cases=[ours, other]), "CON-1", "LIM-1/T/1", None)
    assert facts["visit"] is None
    facts = situation_facts(replace(LIMITED, cases=[replace(ours, visit=visit)]), "CON-1", "LIM-1/T/1", None)
    assert facts["visit"] == {"on": "2026-05-07", "slot": "08:00-12:00"}


@pytest.mark.parametrize(
    ("state", "status", "running"),
    [
        ("", "", True),
        ("INRP", "COURS", True),
        ("CPRE", "COURS", False),
        ("CPNR", "COURS", False),
        ("CNRE", "COURS", False),
        ("", "TERMN", False),
        ("INPL", "ANNUL", False),
    ],
)
def test_a_case_runs_until_it_has_ended_or_was_cancelled(state: str, status: str, *, running: bool) -> None:
    assert is_running(Case("A1", "F200B", None, state, status)) is running


@pytest.mark.parametrize(
    ("reference", "intent"),
    [
        ("LIM-1/R/1", Intent.RESTORE_REMOTELY),
        ("LIM-1/T/2", Intent.RESTORE_BY_TECHNICIAN),
        ("LIM-1/F/1", Intent.RAISE_FLOOR),
        ("LIM-1/C/3", Intent.CANCEL_LIMITATION),
        ("PORTAL-7", Intent.RESTORE_REMOTELY),
        ("//", Intent.RESTORE_REMOTELY),
        (None, Intent.RESTORE_REMOTELY),
    ],
)
def test_our_reference_shows_the_intent_and_any_other_counts_as_remote(reference: str | None, intent: Intent) -> None:
    assert intent_of(case("A1", reference)) is intent


@pytest.mark.parametrize(
    ("late", "supply_state", "state", "overdue"),
    [
        (True, SupplyState.LIMITED, "INPL", True),
        (False, SupplyState.LIMITED, "INPL", False),
        (True, SupplyState.SUPPLIED, "INPL", False),
        (True, SupplyState.SUPPLIED, "CPRE", False),
        (True, SupplyState.LIMITED, "CPRE", False),  # a raised floor
        (True, SupplyState.LIMITED, "CPNR", False),  # the rules go on with it
        (True, SupplyState.LIMITED, None, True),  # Enedis does not show it
    ],
)
def test_an_order_is_overdue_while_enedis_still_owes_it(
    *, late: bool, supply_state: SupplyState, state: str | None, overdue: bool
) -> None:
    limit = LIMITED.limited_power_kva if supply_state is SupplyState.LIMITED else None
    cases = [case("A1", "LIM-1/R/1", state)] if state else []
    point = replace(LIMITED, supply_state=supply_state, limited_power_kva=limit, cases=cases)
    facts = situation_facts(point, "CON-1", "LIM-1/R/1", None) | {"late": late}
    assert is_overdue(facts) is overdue
