"""A changed table is replayed against kept cases: who would be decided otherwise, and by which rule.

Where no kept case reaches a changed rule, cases are made, and said to be made.
"""

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import dmn
from local.decision_tools.__main__ import main
from local.decision_tools.commands import options
from local.decision_tools.replays import made_cases
from local.decision_tools.replays.evidence import weigh
from local.decision_tools.replays.replaying import Case, Outcome, compare_cases, replay_kept, replay_rows
from local.decision_tools.replays.telling_changes import ChangeTeller
from local.decision_tools.sheets.inputs_csv import read_rows
from local.decision_tools.tables.edits import Edits
from local.kept_file import read_file
from record.cases.failures import BrokenRecord, NothingFound
from record.cases.kept_decisions import KeptDecision
from tests.unit.decision_tools.samples import GRANT, INPUTS, decisions, forgotten, kept_item, replaced, write_kept
from tests.unit.ops.printing import are_as_kept, with_marks

CURRENT = dmn.loads(GRANT.encode(), "grant.dmn")
LESS = ("<text>50</text>", "<text>40</text>")
ALONE_GET_LESS = ("<text>100</text>", "<text>90</text>")
HIGHER_BAND = ("&lt; 1000", "&lt; 800"), ("&gt;= 1000", "&gt;= 800")
ANOTHER_TYPE = ('name="alone" typeRef="boolean"', 'name="alone" typeRef="date"')
NOBODY_ALONE = ("<text>true</text>", "<text>false</text>")
SAME = ("<text>100</text>", "<text>50</text>"), ('"ALONE"', '"LOW"')
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


def told(changes: Edits, decided: list[KeptDecision]) -> str:
    """What a replay prints of kept decisions, then what they say of each edit."""
    console = Console(
        record=True, width=110, color_system="standard", force_terminal=True, highlight=False, file=io.StringIO()
    )
    teller = ChangeTeller(console, changes.before, changes.after)
    comparison = replay_kept(decided, "grant", changes.after) if decided else None
    if comparison:
        teller.tell(comparison)
    bases = [INPUTS, *(it.inputs for it in decided if it.inputs)]
    teller.tell_evidence(weigh(changes, "grant", comparison.cases if comparison else (), bases))
    return with_marks(console.export_text(styles=True)) + "\n"


@pytest.fixture(autouse=True)
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_cases, "MADE", TRIED)


def test_replays_are_told_as_they_were() -> None:
    """Cases that end otherwise, with the rule; made ones, said to be made, where no kept one reaches what changed."""
    same = replaced(GRANT, *SAME)
    by_others = Edits(same.encode(), replaced(same, NOBODY_ALONE).encode(), "changed.dmn")
    replays = {
        "another band": (edited(*HIGHER_BAND, LESS), [*kept(*CASES), *gone()]),
        "the same by another rule": (by_others, kept({}, model=by_others.before)),
        "an input that no case has": (edited(*WITH_A_NEW_INPUT), kept(*CASES)),
        "what can't be decided any more": (edited(ANOTHER_TYPE), kept(*CASES[:1])),
        "a rule that no case reaches": (edited(ALONE_GET_LESS, LESS), kept({"income": 900}, {"income": 2000})),
        "enough cases": (edited(ALONE_GET_LESS), kept({}, {"income": 800}, {"income": 2000})),
        "nothing to show": (edited(("&lt; 1000", "&lt; 1000.00")), []),
        "a rule of another name": (edited(('id="grant_low"', 'id="grant_poor"')), kept({})),
    }
    are_as_kept("replayed.txt", [f"── {title}\n{told(*replay)}\n" for title, replay in replays.items()])


def gone() -> list[KeptDecision]:
    return decisions([forgotten(kept_item(CURRENT, "LIM-9"))])


def test_decisions_whose_inputs_are_all_forgotten_are_not_replayed() -> None:
    with pytest.raises(NothingFound, match=r"ont expiré \(90 jours\)"):
        replay_kept(gone(), "grant", CURRENT)


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


def test_changed_rules_are_shown_by_what_matched_before_or_after_and_each_by_as_many_made_cases() -> None:
    changes = edited(*HIGHER_BAND)
    moved, _ = weigh(changes, "grant", replay_kept(kept({"income": 900}), "grant", changes.after).cases, [INPUTS])
    assert [reached for _, reached in moved] == [1] * len(moved) != [], "before or after"
    bases = [INPUTS | {"income": each, "alone": alone} for each in range(500, 900, 20) for alone in (True, False)]
    _, both = weigh(edited(ALONE_GET_LESS, LESS), "grant", (), bases)
    assert both is not None
    assert [*map(len, both.differing.values())] == [5, 5], "as many for each rule"


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
