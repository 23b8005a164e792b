"""A case is summed up on one screen: French words and dates, the rule that decided, and how to see the rest."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local.decision_tools.__main__ import main
from local.decision_tools.tables.contract import read_contract
from local.kept_file import read_file
from ops.decisions.summing_up import LINES, Summary
from ops.decisions.versions import Library
from record.cases.kept_decisions import KeptDecision
from record.codes import codes
from tests.unit.decision_tools.samples import decisions, kept_of, write_kept
from tests.unit.decisions.deciding import book, model

CASE = "LIM-000007"
USUAL: dict[str, Any] = {name: book(name).usual for name in ("coverage", "progress")}
DECIDED_AT = datetime(2026, 5, 4, 8, 2, tzinfo=UTC)


LIBRARY = Library()
"""It keeps what it has found, so all tests have one."""


def decided(decision: str, inputs: dict[str, Any], minutes: int = 0) -> KeptDecision:
    (found,) = decisions([kept_of(model(decision), decision, CASE, inputs)])
    return replace(found, decided_at=DECIDED_AT + timedelta(minutes=minutes))


def told(kept: list[KeptDecision], width: int = 120) -> list[str]:
    console = Console(record=True, width=width, no_color=True)
    Summary(console, LIBRARY).tell(CASE, kept, more=f"make explain CASE={CASE} LONG=1")
    return console.export_text().splitlines()


@pytest.mark.parametrize("number", [12, 13, 40])
def test_a_case_however_long_has_a_screen(number: int) -> None:
    kept = [decided(name := "coverage" if at % 2 else "progress", USUAL[name], at) for at in range(number)]

    lines = told(kept, width=80)

    assert len(lines) <= LINES
    assert all(len(line) <= 80 for line in lines[1:])
    shown = sum("à 10 h" in line or "à 11 h" in line for line in lines[1:])
    (left,) = [line for line in lines if "… encore" in line] or ["  … encore 0 décision"]
    assert (shown, int(left.split()[2])) == (min(number, 12), max(number - 12, 0))


def test_a_rule_that_gives_what_another_table_says_is_told_with_its_rule() -> None:
    lines = told([decided("coverage", USUAL["coverage"] | {"planState": "KEPT"})], 400)
    unclear = r"règle \d+ : Politique commerciale : quelque chose est à éclaircir"
    assert re.search(rf"{unclear}.* \+ règle \d+ : Politique commerciale : plan tenu et dette non couverte", lines[2])


def test_every_code_of_the_contract_has_french_words() -> None:
    for owner, columns in read_contract().columns.items():
        for name, column in columns.items():
            if name != "basis" and "known" in column:
                assert set(column["known"]) <= codes().keys(), (owner, name)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"certainAmount": 1, "pendingAmount": "2.5"}, "certain 1,00\xa0€, en encaissement 2,50\xa0€"),
        ({"certainAmount": 0}, "rien"),
        ({"outcome": "REFUSE"}, "refuser"),
        ({"class": "URGENT", "reason": "MEDICAL"}, "urgent, "),
        ("WAIT", "attendre"),
        ({"next": "NEW"}, "NEW"),
    ],
)
def test_result_is_said_in_words(value: Any, words: str) -> None:
    kept = replace(decided("coverage", USUAL["coverage"]), value=value)
    assert f"Couverture de la dette : {words}" in told([kept])[1]


def test_the_command_finds_a_case_by_contract_and_by_point(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    item = kept_of(model("refusal"), "refusal", "LIM-7", {"code": "SGT401", "refusals": 1})
    path = write_kept(tmp_path / "kept.jsonl", [item | {"contractId": "CTR-7", "pointId": "30000000000007"}])
    assert read_file(path)[0].point_id == "30000000000007"

    for key in ("LIM-7", "CTR-7", "30000000000007"):
        assert main(["explain", key, "--from", str(path)]) == 0
        assert "Suite à donner au refus : demander à un conseiller" in capsys.readouterr().out
