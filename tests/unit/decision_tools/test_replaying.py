"""A changed table is replayed against kept cases: who would be decided otherwise, and by which rule.

Where no kept case reaches a changed rule, cases are made, and said to be made.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import dmn
from local.decision_tools.__main__ import main
from local.decision_tools.commands import options
from local.decision_tools.replays import made_cases
from local.decision_tools.replays.evidence import Evidence, weigh
from local.decision_tools.replays.replaying import Case, Comparison, Outcome, compare_cases, replay_kept, replay_rows
from local.decision_tools.replays.telling_changes import ChangeTeller
from local.decision_tools.sheets.inputs_csv import read_rows
from local.decision_tools.tables.edits import Edits
from local.kept_file import read_file
from record.cases.failures import BrokenRecord, NothingFound
from record.cases.kept_decisions import KeptDecision
from tests.unit.decision_tools.samples import GRANT, INPUTS, decisions, forgotten, kept_item, replaced, write_kept

CURRENT = dmn.loads(GRANT.encode(), "grant.dmn")
LESS = ("<text>50</text>", "<text>40</text>")
ALONE_GET_LESS = ("<text>100</text>", "<text>90</text>")
HIGHER_BAND = ("&lt; 1000", "&lt; 800"), ("&gt;= 1000", "&gt;= 800")
CASES: list[dict[str, Any]] = [{"income": 700}, {"income": 900}, {"income": 900.5, "alone": False}, {"income": 2000}]
BAND = '<decision id="band" name="Tranche">'
RANK = '<inputData id="input_new" name="rank" label="Rang"><variable name="rank" typeRef="number" /></inputData>'
NEEDS = '<informationRequirement id="r1"><requiredInput href="#input_income" /></informationRequirement>'
WITH_A_NEW_INPUT = (
    (BAND, RANK + BAND),
    (NEEDS, NEEDS + NEEDS.replace("r1", "r9").replace("input_income", "input_new")),
    ("<text>income</text>", "<text>income - rank</text>"),
)
TRIED = 500
"""A sixth of what the command tries: the sample's table is small."""


def edited(*changes: tuple[str, str]) -> Edits:
    return Edits(GRANT.encode(), replaced(GRANT, *changes).encode(), "changed.dmn")


def kept(*cases: dict[str, Any], model: dmn.Model = CURRENT) -> list[KeptDecision]:
    return decisions(kept_item(model, f"LIM-{number}", **inputs) for number, inputs in enumerate(cases, 1))


def replay(*changes: tuple[str, str]) -> Comparison:
    return replay_kept(kept(*CASES), "grant", edited(*changes).after)


def weighed(cases: list[dict[str, Any]], *changes: tuple[str, str]) -> Evidence:
    edits = edited(*changes)
    compared = replay_kept(kept(*cases), "grant", edits.after).cases if cases else ()
    return weigh(edits, "grant", compared, [INPUTS, *(INPUTS | inputs for inputs in cases)])


def told(tell: Callable[[ChangeTeller], None], after: dmn.Model = CURRENT) -> str:
    console = Console(record=True, width=160, no_color=True)
    tell(ChangeTeller(console, CURRENT, after))
    return console.export_text()


@pytest.fixture(autouse=True)
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_cases, "MADE", TRIED)


def test_the_telling_names_rules_sources_outputs_and_counts() -> None:
    comparison = replay(*HIGHER_BAND, LESS)
    found = [[case.name.split()[0] for case in cases] for cases in comparison.differing.values()]
    assert found == [["LIM-2"], ["LIM-3"]]

    text = told(lambda it: it.tell(comparison), edited(*HIGHER_BAND, LESS).after)
    assert "règle 1 « Loi sur les personnes seules » → règle 3 « Personne d'autre »" in text
    assert "Tranche : règle 1 « Barème : bas » → règle 2 « Barème : haut »" in text
    assert "Montant (€) : 100, Motif : ALONE" in text
    assert "Cas rejoués pour « grant » : 4 ; issue différente : 2" in text


def test_decisions_whose_inputs_are_forgotten_are_counted_and_not_replayed() -> None:
    whole, gone = kept_item(CURRENT, "LIM-1", income=900.5, alone=False), forgotten(kept_item(CURRENT, "LIM-2"))
    comparison = replay_kept(decisions([whole, gone]), "grant", edited(LESS).after)

    assert (comparison.total, comparison.changed, comparison.forgotten) == (1, 1, 1)
    assert "Pas rejouées, données expirées après 90 jours : 1." in told(lambda it: it.tell(comparison))
    with pytest.raises(NothingFound, match=r"ont expiré \(90 jours\)"):
        replay_kept(decisions([gone]), "grant", CURRENT)


def test_the_same_outcome_by_another_rule_is_counted_apart() -> None:
    same = ("<text>100</text>", "<text>50</text>"), ('"ALONE"', '"LOW"')
    nobody_alone = ("<text>true</text>", "<text>false</text>")
    comparison = replay_kept(kept({}, model=edited(*same).after), "grant", edited(*same, nobody_alone).after)

    assert (comparison.changed, comparison.by_another_rule) == (0, 1)


def test_an_input_that_no_kept_case_has_is_null_and_is_named() -> None:
    comparison = replay(*WITH_A_NEW_INPUT)

    assert (comparison.total, comparison.undecided, comparison.assumed_null) == (4, {}, ["rank"])
    text = told(lambda it: it.tell(comparison), edited(*WITH_A_NEW_INPUT).after)
    assert "prise comme null car aucun cas gardé ne la porte : « rank »" in text


def test_a_csv_gives_what_the_changed_table_reads_on_top(tmp_path: Path) -> None:
    path, changed = tmp_path / "inputs.csv", edited(*WITH_A_NEW_INPUT).after
    path.write_text("income;since;city;alone;rank\n1050;;;true;100\n2000;;;true;100\n", encoding="utf-8")

    comparison = replay_rows(read_rows(path, "grant", changed, CURRENT), "grant", CURRENT, changed)

    assert (comparison.total, comparison.undecided) == (2, {})
    ((case,),) = comparison.differing.values()
    assert (case.name, case.before.value["amount"], case.after.value["amount"]) == ("ligne 2", 0, 100)


def test_what_neither_table_can_decide_for_one_reason_is_no_difference() -> None:
    no_rule, no_input = Outcome(None, {}, "no rule matches"), Outcome(None, {}, "income is missing")
    comparison = compare_cases("grant", [Case("1", no_rule, no_rule), Case("2", no_rule, no_input)])

    assert (comparison.total, comparison.changed) == (2, 1)
    assert [case.name for cases in comparison.undecided.values() for case in cases] == ["2"]


def test_a_decision_that_is_not_kept_is_told() -> None:
    with pytest.raises(NothingFound, match="aucune décision « band » n'est gardée ; on trouve : grant"):
        replay_kept(kept({}), "band", CURRENT)


@pytest.mark.parametrize("line", ["{", "[]", '{"limitationId": "LIM-5", "decidedAt": "yesterday"}', '{"value": 3}'])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = write_kept(tmp_path / "kept.jsonl", [kept_item(CURRENT, "LIM-1")])
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")

    with pytest.raises(BrokenRecord, match="ligne 2 : ce n'est pas une décision gardée"):
        read_file(path)


def test_the_cases_of_each_changed_rule_are_counted() -> None:
    evidence = weighed([{"income": 900}, {"income": 800}, {"income": 2000}], ALONE_GET_LESS)

    ((edit, reached),) = evidence.edits
    assert (edit.says, reached) == ("règle 1 de « Aide accordée », colonne « Montant (€) » : « 100 » devient « 90 »", 2)
    assert evidence.made is None, "kept cases are enough"


def test_a_changed_rule_that_no_kept_case_reaches_gets_made_cases() -> None:
    evidence = weighed([{"income": 900}, {"income": 2000}], ALONE_GET_LESS, LESS)

    assert [(edit.rule, reached) for edit, reached in evidence.edits] == [("grant_alone", 1), ("grant_low", 0)]
    assert evidence.made is not None
    ((changes, cases),) = evidence.made.differing.items()
    assert changes == (("grant", ("grant_low",), ("grant_low",)),)
    assert {(case.before.value["amount"], case.after.value["amount"]) for case in cases} == {(50, 40)}
    assert "alone = false" in cases[0].name
    assert len({case.name for case in cases}) == len(cases) > 1, "each is another case, as plain as can be"


def test_a_change_that_no_case_can_show_is_told_as_such() -> None:
    evidence = weighed([], ("&lt; 1000", "&lt; 1000.00"))
    assert "aucun n'a d'autre issue par ce qui change" in told(lambda it: it.tell_evidence(evidence))


def test_a_rule_of_another_name_changes_nothing() -> None:
    assert weighed([{}], ('id="grant_low"', 'id="grant_poor"')) == Evidence((), None)


@pytest.mark.parametrize("where", [["--from", "none.jsonl"], ["--table", "restoration-decisions", "--days", "30"]])
def test_the_command_makes_cases_where_nothing_is_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: list[str]
) -> None:
    monkeypatch.setattr(options, "read_table", lambda *_: [])
    changed = tmp_path / "refusal.dmn"
    own = Path("functions/evaluate_decision/decisions/refusal.dmn").read_text(encoding="utf-8")
    changed.write_text(own.replace("&lt;= 5", "&lt;= 4"), encoding="utf-8")

    assert main(["replay", "refusal", str(changed), *where]) == 0

    said = capsys.readouterr().out
    assert "Rien à rejouer" in said
    assert ("make demo" in said) == ("none.jsonl" in where)
    assert "aucun cas rejoué ne l'atteint" in said
    assert "CAS FABRIQUÉS, et non gardés" in said
    assert "refusals = 5" in said
