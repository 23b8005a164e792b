"""A case is explained, and summed up on one screen: the rules that decided, their grounds and sources, in French."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import dmn
from local.decision_tools.__main__ import main
from local.decision_tools.tables.contract import read_contract
from ops.decisions.explaining import explained
from ops.decisions.summing_up import LINES, sum_up
from ops.decisions.versions import Library
from record.cases.kept_decisions import KeptDecision
from record.codes import codes
from tests.unit.decision_tools.samples import decisions, forgotten, kept_item, kept_of, write_kept, write_model
from tests.unit.decisions.deciding import book, model
from tests.unit.ops.printing import are_as_kept, with_marks

RENUMBERED = ("<text>50</text>", "<text>60</text>")
CASE = "LIM-000007"
USUAL: dict[str, Any] = {name: book(name).usual for name in ("coverage", "progress")}
DECIDED_AT = datetime(2026, 5, 4, 8, 2, tzinfo=UTC)
LIBRARY = Library()
"""It keeps what it has found, so all tests have one."""


def test_case_is_explained_and_summed_up_as_it_was(tmp_path: Path) -> None:
    """Decisions of today's file, with what is left of one, of a former one, and of one that is nowhere and doubtful."""
    today = dmn.load(write_model(tmp_path))
    (tmp_path / "former").mkdir()
    former = dmn.load(write_model(tmp_path / "former", RENUMBERED, name="grant.1.dmn"))
    doubtful = dmn.load(write_model(tmp_path / "former", ("<text>100</text>", "<text>100 + null</text>")))
    published = [
        publication("former/grant.1.dmn", former, None, "2026-01-02"),
        publication("grant.dmn", today, "2026-05-01", "2026-04-30"),
    ]
    (tmp_path / "manifest.json").write_text(json.dumps({"grant": published}), encoding="utf-8")
    whole = [kept_item(today, "LIM-1"), kept_item(today, "LIM-1", income=5000), kept_item(former, "LIM-1", alone=False)]
    stranger = forgotten(whole[0]) | {"grounds": [{"decision": "gone", "rule": "gone_rule", "tested": {}}]}
    odd = kept_item(today, "LIM-1")
    odd["audit"]["decisions"].insert(0, {"id": "sum", "name": "Total", "inputs": {}, "outputs": 3, "matchedRules": []})
    items = [*whole, forgotten(whole[2]), kept_item(doubtful, "LIM-1"), stranger, odd]
    kept = decisions(items)
    console = Console(record=True, width=100, color_system="standard", force_terminal=True, file=io.StringIO())
    console.print(explained("LIM-1", kept, Library(tmp_path)))
    sum_up(console, "LIM-1", kept, Library(tmp_path), more="ops explain LIM-1 --long")
    are_as_kept("explained.txt", [with_marks(console.export_text(styles=True))])


def publication(file: str, model: dmn.Model, since: str | None, on: str) -> dict[str, Any]:
    by = {"approvedBy": "Anne", "approvedOn": on, "why": "it was right"}
    return {"file": file, "version": model.version, "from": since, **by}


def decided(decision: str, inputs: dict[str, Any], minutes: int = 0) -> KeptDecision:
    (found,) = decisions([kept_of(model(decision), decision, CASE, inputs)])
    return replace(found, decided_at=DECIDED_AT + timedelta(minutes=minutes))


def told(kept: list[KeptDecision], width: int = 120) -> list[str]:
    console = Console(record=True, width=width, no_color=True)
    sum_up(console, CASE, kept, LIBRARY, more=f"make explain CASE={CASE} LONG=1")
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


def test_the_command_finds_a_case_by_limitation_contract_or_point_else_says_what_there_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = kept_of(model("refusal"), "refusal", "LIM-7", {"code": "SGT401", "refusals": 1})
    path = write_kept(tmp_path / "kept.jsonl", [item | {"contractId": "CTR-7", "pointId": "30000000000007"}])

    for key in ("LIM-7", "CTR-7", "30000000000007"):
        assert main(["explain", key, "--from", str(path)]) == 0
        assert "Suite à donner au refus : demander à un conseiller" in capsys.readouterr().out
    assert main(["explain", "LIM-9", "--from", str(path)]) == 2
    assert "aucune décision de « LIM-9 » ; on y trouve : LIM-7" in capsys.readouterr().out
