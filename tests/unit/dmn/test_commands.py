"""The commands of `python -m dmn`."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from dmn.__main__ import main

from .notation import decision, input_data, model_text

if TYPE_CHECKING:
    import pathlib

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Discounts" namespace="urn:d">
<decision id="rate" name="Rate"><decisionTable id="t"><input id="i"><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
<output id="o" name="percent"/><annotation name="Source"/>
<rule id="r1"><inputEntry><text>&lt; 100</text></inputEntry><outputEntry><text>0</text></outputEntry><annotationEntry><text>art. 1</text></annotationEntry></rule>
<rule id="r2"><inputEntry><text>&gt;= 100</text></inputEntry><outputEntry><text>amount / 10</text></outputEntry></rule>
</decisionTable></decision></definitions>"""  # noqa: E501
KIT = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<modelName>discounts.dmn</modelName><testCase id="001"><inputNode name="amount"><value xsi:type="xsd:decimal">{given}</value></inputNode>
<resultNode name="Rate" type="decision"><expected><value xsi:type="xsd:decimal">12</value></expected></resultNode></testCase></testCases>"""  # noqa: E501


@pytest.fixture
def model(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "discounts.dmn"
    path.write_text(TABLE)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = main([str(argument) for argument in arguments])
    return status, capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    return json.loads(run(capsys, *arguments, "--json")[1])


def test_check_reports_each_file_though_one_cannot_be_read(
    model: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "check", model) == (
        0,
        "discounts.dmn: Rate, UNIQUE, 2 rules: no findings\n1 files: 0 errors, 0 warnings\n",
    )
    broken = model.with_name("broken.dmn")
    broken.write_text("<x/>")
    gap = model.with_name("gap.dmn")
    gap.write_text(TABLE.replace("&gt;= 100", "&gt; 100"))
    status, text = run(capsys, "check", broken, gap)
    refused, *lines = text.splitlines()
    assert (status, refused.partition(": its")[0]) == (1, "error: broken.dmn: this is no DMN file")
    assert lines == [
        "gap.dmn: Rate, UNIQUE, 2 rules: 1 findings",
        "  error gap: no rule matches, for example amount = 100",
        "2 files: 2 errors, 0 warnings",
    ]
    unread, report = told(capsys, "check", broken, gap)
    assert unread == {"file": str(broken), "error": refused.removeprefix("error: ")}
    finding = {"severity": "error", "kind": "gap", "table": "t", "rules": [], "example": {"amount": 100}}
    finding |= {"message": "no rule matches, for example amount = 100", "column": "", "cell": ""}
    table = {"id": "t", "owner": "rate", "title": "Rate", "policy": "UNIQUE", "findings": [finding]}
    assert report == {"file": str(gap), "tables": [table]}
    warned = model.with_name("warned.dmn")
    warned.write_text(TABLE.replace("&lt; 100", "&lt; 100, 5"))
    assert run(capsys, "check", warned)[0] == 0, "a warning is no failure"
    assert run(capsys, "check", warned)[1].endswith("1 files: 0 errors, 1 warnings\n")


def test_eval_prints_the_value_and_the_rules(model: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = model.with_name("in.json")
    given.write_text('{"amount": 50.5}')
    status, text = run(capsys, "eval", model, "Rate", "-i", given, "--trace")
    assert (status, text.splitlines()) == (
        0,
        ["0", "Rate: rule 1 (art. 1)", "  rule 1 matched", "  rule 2 failed: amount = 50.5 is not >= 100"],
    )
    evaluation = told(capsys, "eval", model, "Rate", "-i", given, "--trace")
    (record,) = evaluation.pop("decisions")
    assert evaluation == {"value": 0, "warnings": []}
    assert isinstance(record.pop("microseconds"), int)
    rule = {"id": "r1", "index": 1, "annotations": {"Source": "art. 1"}}
    passed = {"id": "r1", "number": 1, "outcome": "matched", "column": "", "test": "", "value": None}
    failed = {"id": "r2", "number": 2, "outcome": "failed", "column": "amount", "test": ">= 100", "value": 50.5}
    told_of = {"id": "rate", "name": "Rate", "kind": "decision", "version": "297cc651a013", "inputs": {"amount": 50.5}}
    assert record == {**told_of, "matchedRules": [rule], "outputs": 0, "warnings": [], "trace": [passed, failed]}
    given.write_text('{"amount": null}')
    lines = run(capsys, "eval", model, "Rate", "-i", given)[1].splitlines()
    assert lines == ["null", "warning no-match: no rule matches amount = null"]
    given.write_text('{"amuont": 1}')
    assert run(capsys, "eval", model, "Rate", "-i", given)[0] == 2


@pytest.mark.parametrize(("given", "status"), [("120", 0), ("130", 1)])
def test_test_runs_the_kit_s_cases(
    model: pathlib.Path, capsys: pytest.CaptureFixture[str], given: str, status: int
) -> None:
    cases = model.with_name("discounts-test-01.xml")
    cases.write_text(KIT.format(given=given))
    wrong = ["discounts-test-01.xml: 001, Rate: expected 12, got 13"] * status
    end = f"1 cases: {1 - status} passed, {status} failed"
    outcome, text = run(capsys, "test", cases)
    assert outcome == status
    assert text.splitlines() == [*wrong, "discounts-test-01.xml: no case reached rule 1 of Rate", end]
    assert run(capsys, "test", model.parent)[0] == status


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_test_runs_plain_cases_with_rule_coverage(
    model: pathlib.Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    if suffix == "yaml":
        pytest.importorskip("yaml")
    cases = model.with_name(f"cases.{suffix}")
    listed = [
        {"name": "small", "decision": "Rate", "inputs": {"amount": 1}, "expect": 0},
        {"name": "large", "decision": "rate", "inputs": {"amount": 120}, "expect": 12},
    ]
    cases.write_text(json.dumps({"model": "discounts.dmn", "cases": listed}))
    assert run(capsys, "test", cases) == (0, "2 cases: 2 passed, 0 failed\n")
    (report,) = told(capsys, "test", cases)
    passed = [{"name": name, "passed": True, "message": ""} for name in ("small", "large")]
    coverage = [{"table": "rate", "title": "Rate", "rules": {"1": 1, "2": 1}}]
    assert report == {"file": str(cases), "model": str(model), "cases": passed, "coverage": coverage}
    cases.write_text(f'{{"model": "{model.name}", "cases": []}}')
    assert run(capsys, "test", cases)[0] == 1, "no case is no success"
    assert "FileNotFoundError" in run(capsys, "test", model.with_name("none.json"))[1]
    cases.write_text("{}")
    assert run(capsys, "test", cases) == (2, f"{cases}: the cases cannot be read: KeyError: 'cases'\n")
    cases.write_text("")
    empty = "the file is empty; a file of cases names a model and has a list of cases"
    assert run(capsys, "test", cases) == (2, f"{cases}: the cases cannot be read: {empty}\n")


def test_cases_that_cannot_be_read_are_refused_with_their_file(
    model: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("yaml")
    for name, text, message in (
        ("a.yaml", "a: [", "while parsing a flow node"),
        ("a.xml", "<x/>", "no file of cases: its root element is 'x' of namespace ''; the kit's have testCases"),
    ):
        model.with_name(name).write_text(text)
        assert message in run(capsys, "test", model.with_name(name))[1]
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert "a.yaml: YAML needs PyYAML; install it" in run(capsys, "test", model.with_name("a.yaml"))[1]


WRONG = """
{"decision": "none"} => 1: discounts.dmn has no decision 'none'; it has Rate
{"decision": "Rate"} => 2: discounts.dmn: input 'amount' is missing; expected number (null where it is not known)
{"decision": "Rate", "inputs": {"amount": 1}, "expect": 5} => 3: expected 5, got 0
{"decision": "Rate", "inputs": {"amount": 1}, "expect": 0} =>
{"decision": "Rate", "inputs": {"amount": null}, "expect": [1]} => 5: expected [1], got null; no-match: no rule matches amount = null
{"decision": "Rate", "inputs": {"amount": 1}, "expect": {"a": 0}} => 6: expected {a: 0}, got 0
{"decision": "Rate", "inputs": {"amount": 1}, "expect": 1e9999} => 7: the expected value: 1.000000000e+9999 is out of FEEL's range
{"decision": "Rate", "inputs": {"amount": 1}, "expect": "0"} => 8: expected "0", got 0
{"name": "named", "decision": "Rate", "inputs": {"amount": 1}, "expect": "00"} => named: expected "00", got 0
"""  # noqa: E501


def test_each_case_says_how_it_differs_and_which_rules_no_case_reached(
    model: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [line.split(" =>") for line in WRONG.strip().splitlines()]
    cases = model.with_name("cases.json")
    cases.write_text(f'{{"model": "discounts.dmn", "cases": [{", ".join(case for case, _ in lines)}]}}')
    wrong = [f"cases.json:{said}" for _, said in lines if said]
    end = ["cases.json: no case reached rule 2 of Rate", "9 cases: 1 passed, 8 failed"]
    assert run(capsys, "test", cases) == (1, "\n".join([*wrong, *end, ""]))


def test_render_writes_the_tables(model: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["| U | amount | **percent** | Source |", "| --- | --- | --- | --- |", "| 1 | &lt; 100 | 0 | art. 1 |"]
    text = "\n".join(["# Discounts", "", "## Rate", "", *rows, "| 2 | >= 100 | amount / 10 |  |", ""])
    assert run(capsys, "render", model) == (0, text)
    assert told(capsys, "render", model) == {"title": "Discounts", "version": "297cc651a013", "markdown": text}


def test_diff_says_what_a_new_version_changes(model: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = model.with_name("new.dmn")
    new.write_text(TABLE.replace("amount / 10", "amount / 20"))
    assert run(capsys, "diff", model, new) == (1, "rate: rule 2, → percent changed: amount / 10 → amount / 20\n")
    change = {"kind": "changed", "what": "rule", "owner": "rate", "name": "2, → percent"}
    assert told(capsys, "diff", model, new) == [{**change, "before": "amount / 10", "after": "amount / 20"}]
    assert run(capsys, "diff", model, model) == (0, "no difference\n")


def test_what_cannot_be_read_is_said(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "render", tmp_path / "none.dmn")[0] == 2
    assert "cannot be read" in told(capsys, "render", tmp_path / "none.dmn")["error"]


@pytest.mark.parametrize(
    ("text", "says"), [("3", "inputs are a JSON object"), ("[{}, 1]", "a list of them"), ("[" * 200_000, "recursion")]
)
def test_json_that_has_no_inputs_is_refused(
    model: pathlib.Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    path = model.with_name("odd.json")
    path.write_text(text)
    status, said = run(capsys, "eval", model, "Rate", "-i", path)
    assert (status, says in said) == (2, True)
    assert run(capsys, "test", path)[0] == 2


AT = "2024-01-02T10:00:00"
ECHO = model_text(input_data("x") + decision("it", "→inx«x»"))


@pytest.mark.parametrize(
    ("given", "expected", "message"),
    [
        ('<value xsi:type="xsd:decimal"> 1 </value>', '<value xsi:type="xsd:double">1.00000001</value>', ""),
        ('<value xsi:type="xsd:int">1</value>', '<value xsi:type="xsd:long">1.000001</value>', "expected 1.000001"),
        ('<value xsi:type="xsd:float">1.5</value>', '<value xsi:type="xsd:integer">1</value>', "expected 1, got 1.5"),
        ('<value xsi:type="xsd:boolean">true</value>', '<value xsi:type="xsd:boolean">1</value>', ""),
        ("<value> a</value>", '<value xsi:type="xsd:string"> a</value>', ""),
        ('<value xsi:type="xsd:date">2024-01-02</value>', "<value>2024-01-03</value>", 'expected "2024-01-03", got 2'),
        ('<value xsi:type="xsd:time">10:00:00</value>', "<value>10:00:01</value>", 'expected "10:00:01", got 10:00:00'),
        (f'<value xsi:type="xsd:dateTime">{AT}.0</value>', f'<value xsi:type="xsd:dateTime">{AT}</value>', ""),
        ('<value xsi:type="xsd:duration">PT60M</value>', "<value>PT1H</value>", ""),
        ("", '<value xsi:nil="true"/>', ""),
        ("<list><item><value>a</value></item></list>", "<list><item><value>a</value></item></list>", ""),
        ("<list/>", "<list><item><value>a</value></item></list>", 'expected ["a"], got []'),
        ('<component name="k"><value>a</value></component>', '<component name="k"><value>a</value></component>', ""),
        ('<component name="k"><value>a</value></component>', '<component name="k"><value>b</value></component>', "exp"),
    ],
)  # fmt: skip
def test_each_kind_of_the_kit_s_values_is_read_and_compared(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], given: str, expected: str, message: str
) -> None:
    (tmp_path / "discounts.dmn").write_text(ECHO)
    cases = tmp_path / "echo-test-01.xml"
    text = KIT.replace("amount", "x" if given else "left out").replace('id="001"', 'id="001" invocableName="it"')
    text = text.replace('<value xsi:type="xsd:decimal">{given}</value>', given)
    cases.write_text(text.replace('<value xsi:type="xsd:decimal">12</value>', expected))
    (outcome,) = told(capsys, "test", cases)[0]["cases"]
    assert (outcome["name"], outcome["passed"]) == ("001, Rate", not message)
    assert outcome["message"].startswith(message)


def test_an_expression_is_evaluated_over_the_values_of_a_file(
    model: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = model.with_name("in.json")
    inputs.write_text('{"x": 0.1}')
    assert run(capsys, "feel", "1 + 1") == (0, "2\n")
    assert run(capsys, "feel", "x + 0.2", "-i", inputs) == (0, "0.3\n")
    assert told(capsys, "feel", "null + 1")["warnings"][0]["kind"] == "null"
    written = '{\n  "value": "é",\n  "warnings": [],\n  "decisions": []\n}\n'
    assert run(capsys, "feel", '"é"', "--json") == (0, written)
    assert run(capsys, "feel", "1 +")[0] == 2


def test_a_list_of_inputs_is_evaluated_row_by_row_and_its_progress_shown(
    model: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = model.with_name("rows.json")
    rows.write_text('[{"amount": 120}, {"amount": 5}]')
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert main(["eval", str(model), "Rate", "-i", str(rows)]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("12\n0\n", "\r1 of 2 rows\r2 of 2 rows\n")
    assert [each["value"] for each in told(capsys, "eval", model, "Rate", "-i", rows)] == [12, 0]


@pytest.mark.parametrize("digits", ["0.1", "1e-7", "9007199254740993", "0.1234567890123456789", "1E+400", "12"])
def test_a_number_in_json_comes_back_as_it_went(
    digits: str, model: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model.write_text(TABLE.replace("<text>0</text>", "<text>amount</text>").replace("amount / 10", "amount"))
    written = told(capsys, "feel", digits.replace("E+400", " * 10 ** 400"))["value"]
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"amount": written})))
    assert told(capsys, "eval", model, "Rate")["value"] == written
    case = {"decision": "Rate", "inputs": {"amount": written}, "expect": written}
    model.with_name("cases.json").write_text(json.dumps({"model": model.name, "cases": [case]}))
    assert run(capsys, "test", model.with_name("cases.json"))[1].endswith("1 cases: 1 passed, 0 failed\n")


@pytest.mark.parametrize("text", ["12", "0.10", "twelve", "NaN"])
def test_a_text_is_a_number_only_where_json_has_no_other_way(
    text: str, model: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"amount": text})))
    status, said = run(capsys, "eval", model, "Rate")
    assert (status, "expected number" in said) == (2, True)
