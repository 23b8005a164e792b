"""A replay says which rules changed and which cases reached them, and makes cases where none did, saying so."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import dmn
from local.decision_tools.commands import options
from local.decision_tools.main import main
from local.decision_tools.replays import evidence as evidence_module
from local.decision_tools.replays.evidence import Evidence, weigh
from local.decision_tools.replays.replaying import replay_kept
from local.decision_tools.replays.telling_changes import ChangeTeller
from record.cases.kept_decisions import read_file
from tests.unit.decision_tools.samples import INPUTS, kept_item, write_kept, write_model

ALONE_GET_LESS = ("<text>100</text>", "<text>90</text>")
OTHERS_GET_LESS = ("<text>50</text>", "<text>40</text>")
TRIED = 500
"""A sixth of what the command tries: the sample's table is small."""


@pytest.fixture(autouse=True)
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_module, "MADE", TRIED)


@pytest.fixture
def current(tmp_path: Path) -> dmn.Model:
    return dmn.load(write_model(tmp_path))


def weighed(folder: Path, current: dmn.Model, kept: list[dict[str, Any]], *changes: tuple[str, str]) -> Evidence:
    changed = dmn.load(write_model(folder, *changes, name="changed.dmn"))
    items = [kept_item(current, f"LIM-{number}", **inputs) for number, inputs in enumerate(kept, 1)]
    comparison = replay_kept(read_file(write_kept(folder / "kept.jsonl", items)), "grant", changed) if items else None
    return weigh(current, changed, "grant", comparison, [INPUTS | inputs for inputs in kept])


def test_the_cases_of_each_changed_rule_are_counted(tmp_path: Path, current: dmn.Model) -> None:
    evidence = weighed(tmp_path, current, [{"income": 900}, {"income": 800}, {"income": 2000}], ALONE_GET_LESS)

    ((rule),) = evidence.rules
    assert (rule.id, rule.table, rule.number, rule.how, rule.reached_by) == (
        "grant_alone",
        "Aide accordée",
        1,
        "modifiée",
        2,
    )
    assert evidence.made is None, "kept cases are enough"


def test_a_changed_rule_that_no_kept_case_reaches_gets_made_cases(tmp_path: Path, current: dmn.Model) -> None:
    evidence = weighed(tmp_path, current, [{"income": 900}, {"income": 2000}], ALONE_GET_LESS, OTHERS_GET_LESS)

    assert [rule.number for rule in evidence.unreached] == [2]
    assert evidence.made is not None
    ((changes, cases),) = evidence.made.differing.items()
    assert changes == (("grant", ("grant_low",), ("grant_low",)),)
    assert {(case.before.value["amount"], case.after.value["amount"]) for case in cases} == {(50, 40)}
    assert "alone = false" in cases[0].name
    assert len({case.name for case in cases}) == len(cases) > 1, "each is another case, as plain as can be"


def test_made_cases_come_to_rules_that_are_far_from_any_known_case(tmp_path: Path, current: dmn.Model) -> None:
    evidence = weighed(tmp_path, current, [], ALONE_GET_LESS)

    assert evidence.made is not None
    assert evidence.made.changed > 0


def test_a_change_that_no_case_can_show_is_told_as_such(tmp_path: Path, current: dmn.Model) -> None:
    evidence = weighed(tmp_path, current, [], ("&lt; 1000", "[9..1]"), ("&gt;= 1000", "-"))

    assert {rule.number for rule in evidence.rules} == {1, 2}
    assert evidence.tried == TRIED


@pytest.mark.parametrize(
    ("changes", "how"),
    [
        (
            (('id="grant_low"', 'id="grant_poor"'), ALONE_GET_LESS, OTHERS_GET_LESS),
            {"ajoutée", "supprimée", "modifiée"},
        ),
        ((('id="grant_low"', 'id="grant_poor"'),), set()),
        ((ALONE_GET_LESS,), {"modifiée"}),
    ],
)
def test_rules_are_new_gone_or_changed(
    tmp_path: Path, current: dmn.Model, changes: tuple[tuple[str, str], ...], how: set[str]
) -> None:
    evidence = weighed(tmp_path, current, [{}], *changes)

    assert {rule.how for rule in evidence.rules} == how


def test_what_is_made_is_said_to_be_made(tmp_path: Path, current: dmn.Model) -> None:
    console = Console(record=True, width=160, no_color=True)
    changed = dmn.load(write_model(tmp_path, ALONE_GET_LESS, name="changed.dmn"))

    ChangeTeller(console, current, changed).tell_evidence(weigh(current, changed, "grant", None, []))

    text = console.export_text()
    assert "règle 1 de « Aide accordée », modifiée : aucun cas rejoué ne l'atteint" in text
    assert "CAS FABRIQUÉS, et non gardés" in text


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
    assert "refusals = 5" in told
