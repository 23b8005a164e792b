"""The rule book: decisions of a folder of files, by name; errors say what is wrong and where."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from ops.decisions.tables import DECISIONS
from restoration.adapters.dmn.publications import Publication, read_publications
from restoration.adapters.dmn.rule_book import RuleBook
from restoration.domain.decision import DecisionRequest
from restoration.errors import DecisionFailed, InvalidConfiguration
from tests.unit.decisions.deciding import book

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{name}_definitions" name="{name}"
             namespace="urn:test:{name}">
  <inputData id="amount_input" name="amount"><variable name="amount" typeRef="number"/></inputData>
  <decision id="{name}" name="Décision {name}">
    <variable name="{name}" typeRef="string"/>
    <informationRequirement id="{name}_needs"><requiredInput href="#amount_input"/></informationRequirement>
    <decisionTable id="{name}_table" hitPolicy="FIRST">
      <input id="{name}_in">
        <inputExpression id="{name}_expr" typeRef="number"><text>amount</text></inputExpression></input>
      <output id="{name}_out" typeRef="string"/>
      <rule id="{name}_third"><inputEntry id="{name}_a"><text>0.1 + 0.2</text></inputEntry>
        <outputEntry id="{name}_b"><text>"exactly"</text></outputEntry></rule>
      <rule id="{name}_rest"><inputEntry id="{name}_c"><text>{test}</text></inputEntry>
        <outputEntry id="{name}_d"><text>"otherwise"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""


def write(folder: Path, name: str, test: str = "-") -> None:
    (folder / f"{name}.dmn").write_text(MODEL.format(name=name, test=test), encoding="utf-8")


def ask(decision: str, amount: object) -> DecisionRequest:
    return DecisionRequest(decision, "LIM-1", "execution-1/Decide", {"amount": amount})


def test_a_file_that_no_manifest_names_counts_for_ever(tmp_path: Path) -> None:
    write(tmp_path, "first")
    assert read_publications(tmp_path) == {"first": (Publication("first.dmn", None, "", "", None, ""),)}


def test_a_rule_that_matched_has_what_it_tested_and_a_last_resort_nothing(tmp_path: Path) -> None:
    write(tmp_path, "first", "> 5")
    (matched,) = RuleBook(tmp_path).evaluate(ask("first", 7)).grounds
    assert (matched.decision, matched.rule, dict(matched.tested)) == ("first", "first_rest", {"amount": 7})
    write(tmp_path, "first")
    (last,) = RuleBook(tmp_path).evaluate(ask("first", 7)).grounds
    assert (last.rule, dict(last.tested)) == ("first_rest", {})


def test_a_computed_column_tells_the_plain_inputs_that_it_computes_with(tmp_path: Path) -> None:
    text = MODEL.format(name="first", test="> 5").replace("<text>amount</text>", "<text>2 * amount - 1</text>")
    (tmp_path / "first.dmn").write_text(text, encoding="utf-8")
    (matched,) = RuleBook(tmp_path).evaluate(ask("first", 7)).grounds
    assert dict(matched.tested) == {"amount": 7}


@pytest.mark.parametrize("flag", ["medical", "overIndebtedness", "energyVoucher", "dispute"])
def test_of_a_customer_s_flags_only_the_one_that_decided_is_told(flag: str) -> None:
    inputs = {**book("protection").usual, "businessDate": "2026-12-01", flag: True}
    request = DecisionRequest("protection", "LIM-1", "execution-1/DecideProtection", inputs)
    result = RuleBook(DECISIONS).evaluate(request)
    told = [name for ground in result.grounds if ground.decision == "protection" for name in ground.tested]
    flags = {"medical", "overIndebtedness", "energyVoucher", "dispute"} & set(told)
    assert flags <= {flag}, result.matched_rules


@pytest.mark.parametrize("amount", [0.3, Decimal("0.3")])
def test_a_json_number_is_the_decimal_that_was_written(tmp_path: Path, amount: object) -> None:
    write(tmp_path, "first")
    assert RuleBook(tmp_path).evaluate(ask("first", amount)).value == "exactly"


def test_an_unknown_decision_is_named_with_those_that_are_known(tmp_path: Path) -> None:
    write(tmp_path, "first")
    write(tmp_path, "second")
    with pytest.raises(DecisionFailed, match=r"'third'.*first, second"):
        RuleBook(tmp_path).evaluate(ask("third", 7))


@pytest.mark.parametrize("content", ["", "not xml", "<definitions/>", MODEL.format(name="broken", test="&gt; (")])
def test_a_broken_file_stops_no_other_and_its_decisions_fail_with_the_reason(tmp_path: Path, content: str) -> None:
    write(tmp_path, "first")
    (tmp_path / "broken.dmn").write_text(content, encoding="utf-8")
    rule_book = RuleBook(tmp_path)
    assert rule_book.evaluate(ask("first", 7)).value == "otherwise"
    with pytest.raises(DecisionFailed, match=r"broken\.dmn"):
        rule_book.evaluate(ask("broken", 7))


@pytest.mark.parametrize("inputs", [{}, {"amount": "seven"}])
def test_an_input_that_is_missing_or_breaks_its_type_is_named(tmp_path: Path, inputs: dict[str, object]) -> None:
    write(tmp_path, "first")
    with pytest.raises(DecisionFailed, match=r"'first'.*amount"):
        RuleBook(tmp_path).evaluate(DecisionRequest("first", "LIM-1", "execution-1/Decide", inputs))


def test_a_folder_without_decisions_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match=tmp_path.name):
        RuleBook(tmp_path)


def test_two_files_with_one_decision_s_name_are_refused_rather_than_chosen_between(tmp_path: Path) -> None:
    write(tmp_path, "first")
    (tmp_path / "second.dmn").write_text(MODEL.format(name="first", test="> 0"), encoding="utf-8")
    with pytest.raises((DecisionFailed, InvalidConfiguration), match="first"):
        RuleBook(tmp_path).evaluate(ask("first", 7))


ENTRY = json.dumps(
    {
        "file": "former/first.1.dmn",
        "version": "",
        "from": None,
        "approvedBy": "",
        "approvedOn": "2026-01-01",
        "why": "",
    }
)


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ("{", "manifest.json can't be read"),
        ('{"first": [{"file": "first.dmn"}]}', "manifest.json can't be read: KeyError"),
        (
            f'{{"second": [{ENTRY.replace("former/first.1", "first")}]}}',
            "manifest.json names second, of which there is no .dmn file",
        ),
        ('{"first": []}', 'the first entry must count from the beginning, "from": null'),
        (f'{{"first": [{ENTRY}]}}', "manifest.json, first: there is no file former/first.1.dmn"),
    ],
)
def test_a_manifest_that_cannot_be_followed_is_told(tmp_path: Path, manifest: str, reason: str) -> None:
    write(tmp_path, "first")
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(InvalidConfiguration, match=re.escape(reason)):
        RuleBook(tmp_path)
