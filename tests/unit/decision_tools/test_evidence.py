"""A replay says which rules changed and which cases reached them, and makes cases where none did, saying so."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import dmn
from local.decision_tools.__main__ import main
from local.decision_tools.commands import options
from local.decision_tools.replays import made_cases
from local.decision_tools.replays.evidence import Evidence, weigh
from local.decision_tools.replays.replaying import replay_kept
from local.decision_tools.replays.telling_changes import ChangeTeller
from local.decision_tools.tables.edits import Edits
from local.kept_file import read_file
from tests.unit.decision_tools.samples import INPUTS, kept_item, write_kept, write_model

ALONE_GET_LESS = ("<text>100</text>", "<text>90</text>")
OTHERS_GET_LESS = ("<text>50</text>", "<text>40</text>")
TRIED = 500
"""A sixth of what the command tries: the sample's table is small."""


@pytest.fixture(autouse=True)
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_cases, "MADE", TRIED)


@pytest.fixture
def current(tmp_path: Path) -> dmn.Model:
    return dmn.load(write_model(tmp_path))


@pytest.fixture
def console() -> Console:
    return Console(record=True, width=160, no_color=True)


def weighed(folder: Path, current: dmn.Model, kept: list[dict[str, Any]], *changes: tuple[str, str]) -> Evidence:
    changed = write_model(folder, *changes, name="changed.dmn").read_bytes()
    edits = Edits((folder / "grant.dmn").read_bytes(), changed, "changed.dmn")
    items = [kept_item(current, f"LIM-{number}", **inputs) for number, inputs in enumerate(kept, 1)]
    cases = (
        replay_kept(read_file(write_kept(folder / "kept.jsonl", items)), "grant", edits.after).cases if items else ()
    )
    return weigh(edits, "grant", cases, [INPUTS, *(INPUTS | inputs for inputs in kept)])


def test_the_cases_of_each_changed_rule_are_counted(tmp_path: Path, current: dmn.Model) -> None:
    evidence = weighed(tmp_path, current, [{"income": 900}, {"income": 800}, {"income": 2000}], ALONE_GET_LESS)

    ((edit, reached),) = evidence.edits
    assert (edit.says, reached) == ("règle 1 de « Aide accordée », colonne « Montant (€) » : « 100 » devient « 90 »", 2)
    assert evidence.made is None, "kept cases are enough"


def test_a_changed_rule_that_no_kept_case_reaches_gets_made_cases(tmp_path: Path, current: dmn.Model) -> None:
    evidence = weighed(tmp_path, current, [{"income": 900}, {"income": 2000}], ALONE_GET_LESS, OTHERS_GET_LESS)

    assert [(edit.rule, reached) for edit, reached in evidence.edits] == [("grant_alone", 1), ("grant_low", 0)]
    assert evidence.made is not None
    ((changes, cases),) = evidence.made.differing.items()
    assert changes == (("grant", ("grant_low",), ("grant_low",)),)
    assert {(case.before.value["amount"], case.after.value["amount"]) for case in cases} == {(50, 40)}
    assert "alone = false" in cases[0].name
    assert len({case.name for case in cases}) == len(cases) > 1, "each is another case, as plain as can be"


def test_a_change_that_no_case_can_show_is_told_as_such(tmp_path: Path, current: dmn.Model, console: Console) -> None:
    evidence = weighed(tmp_path, current, [], ("&lt; 1000", "&lt; 1000.00"))

    ChangeTeller(console, current, current).tell_evidence(evidence)
    assert "aucun n'a d'autre issue par ce qui change" in console.export_text()


def test_a_rule_of_another_name_changes_nothing(tmp_path: Path, current: dmn.Model) -> None:
    assert weighed(tmp_path, current, [{}], ('id="grant_low"', 'id="grant_poor"')) == Evidence((), None)


def test_the_command_makes_cases_where_the_table_is_empty(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "read_table", lambda *_: [])
    own = "functions/evaluate_decision/decisions/refusal.dmn"

    assert main(["replay", "refusal", own, "--table", "restoration-decisions", "--days", "30"]) == 0

    assert "Rien à rejouer" in capsys.readouterr().out


def test_the_command_makes_cases_where_nothing_is_kept(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    changed = tmp_path / "refusal.dmn"
    own = Path("functions/evaluate_decision/decisions/refusal.dmn").read_text(encoding="utf-8")
    changed.write_text(own.replace("&lt;= 5", "&lt;= 4"), encoding="utf-8")

    assert main(["replay", "refusal", str(changed), "--from", str(tmp_path / "none.jsonl")]) == 0

    told = capsys.readouterr().out
    assert "Rien à rejouer" in told
    assert "aucun cas rejoué ne l'atteint" in told
    assert "CAS FABRIQUÉS, et non gardés" in told
    assert "refusals = 5" in told
