"""A changed table is replayed against kept cases: who would be decided otherwise, and by which rule."""

from pathlib import Path

import pytest
from rich.console import Console

import dmn
from local.decision_tools.replays.replaying import Case, Comparison, Outcome, compare_cases, replay_kept, replay_rows
from local.decision_tools.replays.telling_changes import ChangeTeller
from local.decision_tools.sheets.inputs_csv import read_rows
from local.kept_file import read_file
from record.cases.failures import BrokenRecord, NothingFound
from tests.unit.decision_tools.samples import forgotten, kept_item, write_kept, write_model

LESS = ("<text>50</text>", "<text>40</text>")
HIGHER_BAND = ("&lt; 1000", "&lt; 800"), ("&gt;= 1000", "&gt;= 800")


@pytest.fixture
def current(tmp_path: Path) -> dmn.Model:
    return dmn.load(write_model(tmp_path))


@pytest.fixture
def kept(tmp_path: Path, current: dmn.Model) -> Path:
    items = [
        kept_item(current, "LIM-1", income=700),
        kept_item(current, "LIM-2", income=900),
        kept_item(current, "LIM-3", income=900.5, alone=False),
        kept_item(current, "LIM-4", income=2000),
    ]
    return write_kept(tmp_path / "kept.jsonl", items)


def replay(kept: Path, *changes: tuple[str, str]) -> Comparison:
    changed = write_model(kept.parent, *changes, name="changed.dmn")
    return replay_kept(read_file(kept), "grant", dmn.load(changed))


def names(comparison: Comparison) -> list[list[str]]:
    return [[case.name.split()[0] for case in cases] for cases in comparison.differing.values()]


def test_decisions_whose_inputs_are_forgotten_are_counted_and_not_replayed(kept: Path, current: dmn.Model) -> None:
    items = [kept_item(current, "LIM-1", income=900.5, alone=False), forgotten(kept_item(current, "LIM-2"))]
    comparison = replay(write_kept(kept, items), LESS)

    assert (comparison.total, comparison.changed, comparison.forgotten) == (1, 1, 1)
    console = Console(record=True, width=160, no_color=True)
    ChangeTeller(console, current, current).tell(comparison)
    assert "Pas rejouées, données expirées après 90 jours : 1." in console.export_text()


def test_when_all_inputs_are_forgotten_the_command_says_what_to_do(kept: Path, current: dmn.Model) -> None:
    write_kept(kept, [forgotten(kept_item(current, "LIM-1"))])
    with pytest.raises(NothingFound, match=r"ont expiré \(90 jours\)"):
        replay(kept)


def test_the_same_outcome_by_another_rule_is_counted_apart(kept: Path) -> None:
    alone = ("<text>100</text>", "<text>50</text>"), ('"ALONE"', '"LOW"')
    comparison = replay(
        write_kept(kept, [kept_item(dmn.load(write_model(kept.parent, *alone)), "LIM-1")]),
        *alone,
        ('<inputEntry id="c4"><text>true', '<inputEntry id="c4"><text>false'),
    )

    assert (comparison.changed, comparison.by_another_rule) == (0, 1)


def write_model_with_a_new_input(folder: Path) -> Path:
    needs = '<informationRequirement id="r1"><requiredInput href="#input_income" /></informationRequirement>'
    new = (
        '<inputData id="input_new" name="rank" label="Rang"><variable name="rank" typeRef="number" /></inputData>'
        '<decision id="band" name="Tranche">'
    )
    return write_model(
        folder,
        ('<decision id="band" name="Tranche">', new),
        (needs, needs + needs.replace("r1", "r9").replace("input_income", "input_new")),
        ("<text>income</text>", "<text>income - rank</text>"),
        name="changed.dmn",
    )


def test_an_input_that_no_kept_case_has_is_null_and_is_named(kept: Path, current: dmn.Model) -> None:
    changed = dmn.load(write_model_with_a_new_input(kept.parent))

    comparison = replay_kept(read_file(kept), "grant", changed)

    assert (comparison.total, comparison.undecided, comparison.assumed_null) == (4, {}, ["rank"])
    console = Console(record=True, width=160, no_color=True)
    ChangeTeller(console, current, changed).tell(comparison)
    assert "prise comme null car aucun cas gardé ne la porte : « rank »" in console.export_text()


def test_what_neither_table_can_decide_for_one_reason_is_no_difference() -> None:
    no_rule, no_input = Outcome(None, {}, "no rule matches"), Outcome(None, {}, "income is missing")
    comparison = compare_cases("grant", [Case("1", no_rule, no_rule), Case("2", no_rule, no_input)])

    assert (comparison.total, comparison.changed) == (2, 1)
    assert [case.name for cases in comparison.undecided.values() for case in cases] == ["2"]


def test_a_csv_gives_what_the_changed_table_reads_on_top(tmp_path: Path, current: dmn.Model) -> None:
    path = tmp_path / "inputs.csv"
    path.write_text("income;since;city;alone;rank\n1050;;;true;100\n2000;;;true;100\n", encoding="utf-8")

    changed = dmn.load(write_model_with_a_new_input(tmp_path))
    comparison = replay_rows(read_rows(path, "grant", changed, current), "grant", current, changed)

    assert (comparison.total, comparison.undecided) == (2, {})
    ((case,),) = comparison.differing.values()
    assert (case.name, case.before.value["amount"], case.after.value["amount"]) == ("ligne 2", 0, 100)


def test_the_telling_names_rules_sources_outputs_and_counts(kept: Path, current: dmn.Model) -> None:
    console = Console(record=True, width=160, no_color=True)
    changed = dmn.load(write_model(kept.parent, *HIGHER_BAND, LESS, name="changed.dmn"))

    comparison = replay_kept(read_file(kept), "grant", changed)
    assert names(comparison) == [["LIM-2"], ["LIM-3"]]
    ChangeTeller(console, current, changed).tell(comparison)

    text = console.export_text()
    assert "règle 1 « Loi sur les personnes seules » → règle 3 « Personne d'autre »" in text
    assert "Tranche : règle 1 « Barème : bas » → règle 2 « Barème : haut »" in text
    assert "Montant (€) : 100, Motif : ALONE" in text
    assert "Cas rejoués pour « grant » : 4 ; issue différente : 2" in text


def test_a_decision_that_is_not_kept_is_told(kept: Path, current: dmn.Model) -> None:
    with pytest.raises(NothingFound, match="aucune décision « band » n'est gardée ; on trouve : grant"):
        replay_kept(read_file(kept), "band", current)


@pytest.mark.parametrize("line", ["{", "[]", '{"limitationId": "LIM-5", "decidedAt": "yesterday"}', '{"value": 3}'])
def test_a_broken_line_is_named(kept: Path, line: str) -> None:
    kept.write_text(kept.read_text(encoding="utf-8") + line, encoding="utf-8")

    with pytest.raises(BrokenRecord, match="ligne 5 : ce n'est pas une décision gardée"):
        read_file(kept)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(NothingFound, match="make demo"):
        read_file(tmp_path / "none.jsonl")
