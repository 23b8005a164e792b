"""The contract says what state machines and code really compare and give, and tables that break it are told."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

import dmn
from local.decision_tools.tables.contract import find_breaches, read_contract
from ops.decisions.tables import DECISIONS, ROOT
from restoration.contracts.received_details import AdvisorDecision
from restoration.domain.campaign import reason_shown
from restoration.domain.ground import Basis
from restoration.domain.look import LOOK, inputs_of
from restoration.domain.message import Channel, MessageKind
from restoration.domain.order import Aim, Intent
from restoration.domain.payment import (
    ContractStatus,
    HousingAidState,
    Payer,
    PaymentHistory,
    PaymentMeans,
    PaymentStatus,
    PlanState,
)
from restoration.domain.point import CutReason, SupplyState
from restoration.domain.wording import VARIANTS
from tests.fakes.message_world import World
from tests.unit.decision_tools.samples import replaced

CONTRACT = read_contract()
MACHINE = (ROOT / "statemachine" / "restoration.asl.yaml").read_text(encoding="utf-8")
STATES: dict[str, Any] = yaml.safe_load(MACHINE)["States"]
COMPARED = {
    r"(?:coverage|Payload\.value)\.outcome": ("ruling", "outcome"),
    r"coverage\.reason": ("ruling", "reason"),
    r"\$action": ("action", "action"),
    r"\$refusal": ("refusal", "next"),
    r"\$progress": ("progress", "next"),
}
"""The expressions of the machine that compare a table's code, and its column."""


def codes_of(owner: str, column: str) -> set[str]:
    return {code for codes in CONTRACT.columns[owner][column].values() for code in codes}


@pytest.mark.parametrize(("expression", "column"), COMPARED.items(), ids=[".".join(it) for it in COMPARED.values()])
def test_each_code_that_the_machine_compares_is_in_the_contract(expression: str, column: tuple[str, str]) -> None:
    listed = re.findall(rf"{expression}(?:\s*!?=\s*'([A-Z_]+)'|\s+in\s+\[([^\]]+)\])", MACHINE)
    compared = {code for one, several in listed for code in re.findall(r"[A-Z_]{2,}", one or several)}

    assert compared, f"the machine compares {expression}"
    assert compared <= codes_of(*column)


def machine_inputs() -> Iterator[tuple[str, set[str]]]:
    """Return the decisions that are no part of a look, with the names that the machine gives them."""
    for state in STATES.values():
        payload = state.get("Arguments", {}).get("Payload", {})
        if isinstance(payload, dict) and "decision" in payload and "situation" not in payload:
            yield payload["decision"], set(payload["inputs"])


@pytest.mark.parametrize(("decision", "given"), list(machine_inputs()))
def test_the_machine_gives_what_the_contract_says(decision: str, given: set[str]) -> None:
    assert given == set(CONTRACT.decisions[decision]["inputs"])


class Everything(dict[str, Any]):
    def __missing__(self, key: str) -> Any:
        return Everything()


@pytest.mark.parametrize("decision", LOOK)
def test_a_look_gives_what_the_contract_says(decision: str) -> None:
    state = next(
        it["Arguments"]["Payload"]
        for it in STATES.values()
        if it.get("Arguments", {}).get("Payload", {}).get("decision") == decision
    )
    given = inputs_of(decision, Everything(), Everything(), state.get("inputs", {}))

    asked = {name for name in CONTRACT.decisions[decision]["inputs"] if "." not in name}
    assert asked <= set(given)


def test_a_message_is_asked_about_with_what_the_contract_says() -> None:
    world = World()
    world.notify("RestorationRefused")
    (asked,) = world.asked

    assert set(asked.inputs) == set(CONTRACT.decisions[asked.decision]["inputs"])


GIVEN: list[tuple[str, str, set[str]]] = [
    ("notification", "kind", set(MessageKind)),
    ("coverage", "advisorDecision", {*AdvisorDecision, "NONE", "NO_ANSWER"}),
    ("action", "advisorDecision", {*AdvisorDecision, "NONE", "NO_ANSWER"}),
    ("coverage", "planState", set(PlanState)),
    ("coverage", "housingAidState", set(HousingAidState)),
    ("coverage", "contractStatus", set(ContractStatus)),
    ("protection", "housingAidState", set(HousingAidState)),
    ("paymentCertainty", "paymentHistory", set(PaymentHistory)),
    ("paymentCertainty", "payments.means", {*PaymentMeans, "UNKNOWN"}),
    ("paymentCertainty", "payments.status", {*PaymentStatus, "UNKNOWN"}),
    ("paymentCertainty", "payments.payer", set(Payer)),
    ("action", "supplyState", set(SupplyState)),
    ("action", "cutReason", set(CutReason)),
    ("progress", "supplyState", set(SupplyState)),
    ("progress", "cutReason", set(CutReason)),
    ("progress", "intent", set(Intent)),
    ("progress", "aim", set(Aim)),
    ("action", "outcome", codes_of("ruling", "outcome")),
    ("coverage", "protection", codes_of("dueProtection", "measure")),
]
"""The codes that the code, or another table, gives as an input."""


@pytest.mark.parametrize(("decision", "name", "codes"), GIVEN, ids=[f"{it[0]}.{it[1]}" for it in GIVEN])
def test_each_code_that_the_code_gives_is_in_the_contract(decision: str, name: str, codes: set[str]) -> None:
    assert set(CONTRACT.decisions[decision]["inputs"][name]) == codes


OF_THE_SEASON = {"WINTER_FLOOR", "CUT_IN_TRUCE", "ENERGY_VOUCHER_IN_TRUCE"}
READ: list[tuple[str, str, set[str]]] = [
    ("ruling", "basis", {*Basis, "NONE"}),
    ("ruling", "reason", set(VARIANTS[MessageKind.REFUSED])),
    ("dueProtection", "reason", OF_THE_SEASON),
    ("progress", "reason", {"POWER_IS_ON"}),
    ("action", "action", {"REMOTE", "TECHNICIAN", "RAISE_FLOOR", "CANCEL_LIMITATION"}),
]
"""The codes that the code reads of a result."""


@pytest.mark.parametrize(("owner", "column", "codes"), READ, ids=[f"{it[0]}.{it[1]}" for it in READ])
def test_each_code_that_the_code_reads_is_in_the_contract(owner: str, column: str, codes: set[str]) -> None:
    assert codes <= codes_of(owner, column)


def test_a_campaign_shows_the_reasons_of_the_season_and_no_other() -> None:
    assert {code for code in codes_of("dueProtection", "reason") if reason_shown(code) == code} == OF_THE_SEASON


def test_each_channel_of_the_table_is_one_that_messages_have() -> None:
    assert {*codes_of("notification", "channel"), *codes_of("messageProfile", "otherwise")} <= {*Channel, "NONE"}


@cache
def own() -> dict[str, dmn.Model]:
    return {path.name: dmn.load(path) for path in DECISIONS.glob("*.dmn")}


def changed(file: str, *changes: tuple[str, str]) -> dict[str, dmn.Model]:
    text = replaced((DECISIONS / file).read_text(encoding="utf-8"), *changes)
    return own() | {file: dmn.loads(text, file)}


@pytest.mark.parametrize(
    ("file", "changes", "says"),
    [
        (
            "coverage.dmn",
            [('"BALANCE_DUE"', '"SOLDE"')],
            "colonne « Issue » : le code « SOLDE » est inconnu (codes connus : REFUSE,",
        ),
        (
            "coverage.dmn",
            [('"RESTORE_PROVISIONALLY"', '"RESTORE_PROVISIONALY"')],
            "le code « RESTORE_PROVISIONALY » est inconnu (voulu « RESTORE_PROVISIONALLY » ?)",
        ),
        (
            "coverage.dmn",
            [('"ADVISOR_REFUSED"', '"REFUSED_BY_ADVISOR"')],
            "plus aucune règle ne donne « ADVISOR_REFUSED », que le système attend",
        ),
        ("refusal.dmn", [('name="next"', 'name="suite"')], "la colonne de résultat « next » manque"),
        ("refusal.dmn", [('id="refusal"', 'id="refusals"')], "aucun fichier n'a plus la décision « refusal »"),
        (
            "refusal.dmn",
            [('name="code"', 'name="codes"'), ("<text>code</text>", "<text>codes</text>")],
            "demande « codes » (voulu « code » ?), que le système ne donne pas",
        ),
        (
            "protection.dmn",
            [('"NONE", "FILED", "GRANTED", "REFUSED"', '"NONE", "FILED", "GRANTED"')],
            "« housingAidState » de la décision « Protection du client » n'admet plus « REFUSED »",
        ),
    ],
)
def test_a_table_that_breaks_the_contract_is_told_with_the_code(
    file: str, changes: list[tuple[str, str]], says: str
) -> None:
    breaches = find_breaches(changed(file, *changes), whole=True)

    assert [it for it in breaches if says in it.says and it.severity == "error"], [it.says for it in breaches]


def test_the_project_s_tables_keep_the_contract() -> None:
    assert find_breaches(changed("refusal.dmn"), whole=True) == []
