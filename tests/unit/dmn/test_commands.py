"""The commands of `python -m dmn`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dmn.__main__ import main

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
    assert status == 1
    assert "error: broken.dmn: this is no DMN file" in text
    assert "  error gap: no rule matches, for example amount = 100" in text
    reports = told(capsys, "check", broken, gap)
    assert reports[1]["tables"][0]["findings"][0]["example"] == {"amount": 100}


def test_eval_prints_the_value_and_the_rules(model: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = model.with_name("in.json")
    given.write_text('{"amount": 50.5}')
    status, text = run(capsys, "eval", model, "Rate", "-i", given, "--trace")
    assert (status, text.splitlines()) == (
        0,
        ["0", "Rate: rule 1 (art. 1)", "  rule 1 matched", "  rule 2 failed: amount = 50.5 is not >= 100"],
    )
    assert told(capsys, "eval", model, "Rate", "-i", given)["value"] == 0
    given.write_text('{"amuont": 1}')
    assert run(capsys, "eval", model, "Rate", "-i", given)[0] == 2


@pytest.mark.parametrize(("given", "status"), [("120", 0), ("130", 1)])
def test_test_runs_the_kit_s_cases(
    model: pathlib.Path, capsys: pytest.CaptureFixture[str], given: str, status: int
) -> None:
    cases = model.with_name("discounts-test-01.xml")
    cases.write_text(KIT.format(given=given))
    outcome, text = run(capsys, "test", cases)
    assert outcome == status
    assert "no case reached rule 1 of Rate" in text
    assert ("expected 12, got 13" in text) is bool(status)
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
    assert report["coverage"][0]["rules"] == {"1": 1, "2": 1}
    cases.write_text("{}")
    assert run(capsys, "test", cases)[0] == 2


def test_render_writes_the_tables(model: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, text = run(capsys, "render", model)
    assert status == 0
    assert "| U | amount | **percent** | Source |" in text
    assert told(capsys, "render", model)["title"] == "Discounts"


def test_diff_says_what_a_new_version_changes(model: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = model.with_name("new.dmn")
    new.write_text(TABLE.replace("amount / 10", "amount / 20"))
    assert run(capsys, "diff", model, new) == (1, "rate: rule 2, → percent changed: amount / 10 → amount / 20\n")
    assert told(capsys, "diff", model, new)[0]["after"] == "amount / 20"
    assert run(capsys, "diff", model, model) == (0, "no difference\n")


def test_what_cannot_be_read_is_said(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "render", tmp_path / "none.dmn")[0] == 2
    assert "cannot be read" in told(capsys, "render", tmp_path / "none.dmn")["error"]
