"""A model's views, and the help for its users: schema, trace, compiled expressions, limits."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

import dmn
from dmn import feel

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Discounts" namespace="urn:d">
<description>What a customer pays less.</description>
<itemDefinition name="tMeans"><typeRef>string</typeRef><allowedValues><text>"CARD","CASH"</text></allowedValues></itemDefinition>
<itemDefinition name="tShare"><typeRef>number</typeRef><allowedValues><text>[0..1)</text></allowedValues></itemDefinition>
<itemDefinition name="tOrder"><itemComponent name="day"><typeRef>date</typeRef></itemComponent>
<itemComponent name="shares" isCollection="true"><typeRef>tShare</typeRef></itemComponent></itemDefinition>
<inputData id="in1" name="amount" label="Amount of the order"><variable name="amount" typeRef="number"/></inputData>
<inputData id="in2" name="means"><variable name="means" typeRef="tMeans"/></inputData>
<inputData id="in3" name="order"><variable name="order" typeRef="tOrder"/></inputData>
<inputData id="in4" name="count"><variable name="count" typeRef="integer"/></inputData>
<businessKnowledgeModel id="half" name="half of"><variable name="half of"/><encapsulatedLogic><formalParameter name="n" typeRef="number"/>
<literalExpression><text>n / 2</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
<decision id="rate" name="rate" label="Rate"><question>How much less?</question><description> By means. </description><variable name="rate" typeRef="number"/>
<informationRequirement><requiredInput href="#in1"/></informationRequirement>
<informationRequirement><requiredInput href="#in2"/></informationRequirement>
<decisionTable id="t" hitPolicy="FIRST"><input id="i1" label="Amount"><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
<input id="i2"><inputExpression typeRef="string"><text>means</text></inputExpression><inputValues><text>"CARD","CASH"</text></inputValues></input>
<output id="o" name="percent" typeRef="number"><outputValues><text>0, 5, 10</text></outputValues></output><annotation name="Source"/>
<rule id="r1"><description>big</description><inputEntry><text>&gt; 100</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>10</text></outputEntry>
<annotationEntry><text>art. 1</text></annotationEntry></rule>
<rule id="r2"><inputEntry><text>&gt; 50</text></inputEntry><inputEntry><text>"CARD"</text></inputEntry><outputEntry><text>5</text></outputEntry></rule>
<rule id="r3"><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
</decisionTable></decision>
<decision id="all" name="all of it"><variable name="all of it"/><informationRequirement><requiredDecision href="#rate"/></informationRequirement>
<informationRequirement><requiredInput href="#in3"/></informationRequirement><informationRequirement><requiredInput href="#in4"/></informationRequirement>
<knowledgeRequirement><requiredKnowledge href="#half"/></knowledgeRequirement>
<literalExpression><text>half of(rate) * count</text></literalExpression></decision>
<decisionService id="s" name="service"><outputDecision href="#rate"/><inputData href="#in1"/><inputData href="#in2"/></decisionService>
</definitions>"""  # noqa: E501


BY_ISO = "a date and time by ISO 8601, with an offset or without"


@pytest.fixture(scope="module")
def model() -> dmn.Model:
    return dmn.loads(MODEL, "discounts.dmn")


def test_decisions_functions_and_services_are_known_by_name_and_by_id(model: dmn.Model) -> None:
    assert (model.title, model.description) == ("Discounts", "What a customer pays less.")
    inputs = {"amount": "number", "means": MEANS}
    cells = ("> 100", "-", "10", "art. 1", "> 50", '"CARD"', "5", "-", "-", "0")
    texts = ("amount", "means", '"CARD","CASH"', "0, 5, 10", *cells)
    rate = ("rate", "rate", "Rate", inputs, "number", ("in1", "in2"), "How much less?", "By means.", texts, ())
    assert model.decisions["rate"] == rate
    assert model.decisions["all"][4:] == ("Any", ("rate", "in3", "in4", "half"), "", "", ("half of(rate) * count",), ())
    half = ("half", "half of", "half of", {"n": "number"}, "Any", (), ("n / 2",))
    assert model.functions["half of"] == model.functions["half"] == half
    assert model.services["s"] == ("s", "service", "service", inputs, ("rate",))
    asks = MODEL.replace('<informationRequirement><requiredDecision href="#rate"/></informationRequirement>', "")
    asking = dmn.loads(asks.replace('Knowledge href="#half"', 'Knowledge href="#s"'), strict=False)
    assert list(asking.decisions["all"].inputs) == ["order", "count"], "a service is given what it reads"
    assert ("s" in model.services, "none" in model.services, len(model.services)) == (True, False, 1)


def test_labels_are_what_the_author_calls_each_name(model: dmn.Model) -> None:
    assert (model.labels["amount"], model.labels["rate"]) == ("Amount of the order", "Rate")
    assert model.labels["means"] == "means", "a name stands for itself"
    parts = MODEL.replace('itemComponent name="day"', 'itemComponent name="day" label="Day of the order"')
    outputs = parts.replace('output id="o" name="percent"', 'output id="o" name="percent" label="Per cent"')
    labels = dmn.loads(outputs.replace('Parameter name="n"', 'Parameter name="n" label="Number"')).labels
    assert (labels["day"], labels["percent"], labels["n"]) == ("Day of the order", "Per cent", "Number")


def test_a_table_is_told_as_it_is_written(model: dmn.Model) -> None:
    (table,) = model.tables
    assert repr(table) == "DecisionTable('Rate', FIRST, 3 rules)"
    assert (table.id, table.owner, table.aggregation, table.annotations) == ("t", "rate", "", ("Source",))
    assert table.inputs == (
        dmn.InputColumn("i1", "Amount", "amount", "number", ""),
        dmn.InputColumn("i2", "means", "means", "string", '"CARD","CASH"'),
    )
    assert table.outputs == (dmn.OutputColumn("o", "percent", "percent", "number", "0, 5, 10", ""),)
    assert table.rules[0] == dmn.TableRule("r1", 1, ("> 100", "-"), ("10",), ("art. 1",), "big")
    otherwise = MODEL.replace("</outputValues>", DEFAULT)
    assert dmn.render(dmn.loads(otherwise)).endswith("| 3 | - | - | 0 |  |  |\n| *otherwise* |  |  | 7 |  |  |\n")


def test_the_inputs_are_described_as_json_schema(model: dmn.Model) -> None:
    share = {"type": ["number", "null"], "minimum": 0, "exclusiveMaximum": 1}
    order = {
        "day": {"type": ["string", "null"], "format": "date"},
        "shares": {"type": ["array", "null"], "items": share},
    }
    assert model.input_schema("all of it") == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "all of it",
        "type": "object",
        "properties": {
            "amount": {"title": "Amount of the order", "type": ["number", "null"]},
            "means": {"type": ["string", "null"], "enum": ["CARD", "CASH", None]},
            "order": {"type": ["object", "null"], "properties": order, "required": ["day", "shares"]},
            "count": {"type": ["integer", "null"]},
        },
        "required": ["amount", "means", "order", "count"],
    }
    assert model.input_schema("half of")["required"] == ["n"]
    assert model.input_schema("service")["required"] == ["amount", "means"]
    with pytest.raises(dmn.UnknownDecisionError):
        model.input_schema("nothing")


@pytest.mark.parametrize(
    ("kind", "allowed", "schema"),
    [
        ("number", "> 1", {"type": ["number", "null"], "exclusiveMinimum": 1}),
        ("integer", "< 3", {"type": ["integer", "null"], "exclusiveMaximum": 3}),
        ("number", "null, >= 1", {"type": ["number", "null"], "minimum": 1}),
        ("number", "< 1.5", {"type": ["number", "null"], "exclusiveMaximum": 1.5}),
        ("number", "<= 1", {"type": ["number", "null"], "maximum": 1}),
        ("number", "(1..2]", {"type": ["number", "null"], "exclusiveMinimum": 1, "maximum": 2}),
        ("number", "< 1, > 2", {"type": ["number", "null"], "description": "one of < 1, > 2"}),
        ("number", "not(1)", {"type": ["number", "null"], "description": "one of not(1)"}),
        ("boolean", "true", {"type": ["boolean", "null"], "enum": [True, None]}),
        ("date", 'date("2024-01-01")', {"type": ["string", "null"], "format": "date", "enum": ["2024-01-01", None]}),
        ("date", '@"2024-01-01"', {"type": ["string", "null"], "format": "date", "enum": ["2024-01-01", None]}),
        ("number", "!= 1", {"type": ["number", "null"], "description": "one of != 1"}),
        ("number", "[-1..2)", {"type": ["number", "null"], "minimum": -1, "exclusiveMaximum": 2}),
        ("time", "", {"type": ["string", "null"], "description": BY_ISO.replace("date and time", "time of day")}),
        ("dateTime", "", {"type": ["string", "null"], "description": BY_ISO}),
        (
            "dateTime",
            'date and time("2024-01-01T10:00:00Z")',
            {"type": ["string", "null"], "description": 'one of date and time("2024-01-01T10:00:00Z")'},
        ),
        *(
            (f"{kind}duration", "", {"type": ["string", "null"], "format": "duration"})
            for kind in ("years and months ", "days and time ", "")
        ),
        ("number", "0, 2", {"type": ["number", "null"], "enum": [0, 2, None]}),
        ("boolean", "", {"type": ["boolean", "null"]}),
        ("string", '"a", null', {"type": ["string", "null"], "enum": ["a", None]}),
        ("context", "", {"type": ["object", "null"]}),
        ("Any", "1", {"description": "one of 1"}),
    ],
)
def test_allowed_values_are_limits_of_the_schema_where_it_has_such(
    kind: str, allowed: str, schema: dict[str, object]
) -> None:
    values = f"<allowedValues><text><![CDATA[{allowed}]]></text></allowedValues>" if allowed else ""
    share = "<typeRef>number</typeRef><allowedValues><text>[0..1)</text></allowedValues>"
    text = MODEL.replace(share, f"<typeRef>{kind}</typeRef>{values}").replace(
        'typeRef="tMeans"', 'typeRef="own:tShare"'
    )
    properties = dmn.loads(text).input_schema("all")["properties"]
    assert isinstance(properties, dict)
    assert properties["means"] == schema


def test_the_trace_tells_of_each_rule_which_cell_failed(model: dmn.Model) -> None:
    evaluation = model.evaluate("rate", {"amount": 60, "means": "CASH"}, trace=True)
    (record,) = evaluation.decisions
    assert [(rule.number, rule.outcome, rule.column, rule.test, rule.value) for rule in record.trace] == [
        (1, "failed", "amount", "> 100", Decimal(60)),
        (2, "failed", "means", '"CARD"', "CASH"),
        (3, "matched", "", "", None),
    ]
    assert json.loads(json.dumps(evaluation.to_json()))["decisions"][0]["trace"][1]["column"] == "means"
    (big,) = model.evaluate("rate", {"amount": 101, "means": "CASH"}, trace=True).decisions
    assert [rule.outcome for rule in big.trace] == ["matched", "not reached", "not reached"]
    assert big.matched_rules == (dmn.MatchedRule("r1", 1, {"Source": "art. 1", "description": "big"}),)
    assert model.evaluate("rate", {"amount": 60, "means": "CASH"}).decisions[0].trace == ()


def test_an_expression_is_compiled_once_and_evaluated_often() -> None:
    double = feel.compile("x * 2 + count([1])", ["x"])
    assert [double.evaluate({"x": x}).value for x in (1, 2)] == [3, 5]
    assert double.evaluate().value is None
    with pytest.raises(dmn.FeelSyntaxError, match="'y' is unknown"):
        feel.compile("x + y", ["x"])
    with pytest.raises(dmn.InputError):
        double.evaluate({"x": float("nan")})
    small = feel.compile_tests("< 10, [20..30]")
    assert [small.passes(value) for value in (9, 10, 25, "a")] == [True, False, True, None]
    assert feel.passes("- // whatever it is", 9) is True
    with pytest.raises(dmn.FeelSyntaxError, match="'x' is unknown"):
        feel.passes("x", 9)


def test_limits_of_the_model_hold_for_its_loading_and_its_evaluations() -> None:
    limits = dmn.Limits(steps=100)
    text = MODEL.replace("half of(rate) * count", "sum(for i in 1..1000 return i)")
    inputs = {"amount": 1, "means": None, "count": 1, "order": None}
    with pytest.raises(dmn.LimitError, match="too many steps"):
        dmn.loads(text, limits=limits).evaluate("all", inputs)
    assert dmn.loads(text, limits=limits).evaluate("all", inputs, limits=dmn.Limits()).value == 500_500
    for name, most in {"file_bytes": len(MODEL), "elements": 90, "cells": 9, "element_nesting": 6}.items():
        dmn.loads(MODEL, limits=dmn.Limits(**{name: most}))
        with pytest.raises(dmn.ModelError, match=f"(than|has more than) {most - 1}|deeper than {most - 1}"):
            dmn.loads(MODEL, limits=dmn.Limits(**{name: most - 1}))


def differences(old: dmn.Model, new: dmn.Model) -> list[str]:
    return [" ".join(change) for change in dmn.compare(old, new)]


SERVICE = MODEL[MODEL.index("<decisionService") : MODEL.index("</definitions>")]
HALF = MODEL[MODEL.index("<businessKnowledgeModel") : MODEL.index('<decision id="rate"')]
TABLE = MODEL[MODEL.index("<decisionTable") : MODEL.index('<decision id="all"')].removesuffix("</decision>\n")
DEFAULT = "</outputValues><defaultOutputEntry><text>7</text></defaultOutputEntry>"
MEANS = 'tMeans (string) among "CARD","CASH"'


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("&gt; 100<", "&gt; 200<"), ["changed rule rate 1, amount > 100 > 200"]),
        (("<text>10<", "<text>5<"), ["changed rule rate 1, → percent 10 5"]),
        (('"FIRST"', '"PRIORITY"'), ["changed policy rate Rate FIRST PRIORITY"]),
        (('"FIRST"', '"C+"'), ["changed policy rate Rate FIRST COLLECT", "changed policy rate Rate  SUM"]),
        (("n / 2", "n / 3"), ["changed function half half of n / 2 n / 3"]),
        (
            ('name="means" typeRef="tMeans"', 'name="means" typeRef="string"'),
            [f"changed input {owner} means {MEANS} string" for owner in ("rate", "all", "s")],
        ),
        (("How much less?", "How much?"), []),
        (('name="n" typeRef="number"', 'name="n" typeRef="string"'), ["changed input half n number string"]),
        (("</outputValues>", DEFAULT),
         ["changed column rate → percent number 0, 5, 10 number 0, 5, 10 7"]),
        (('name="percent" typeRef="number"', 'typeRef="number"'),
         ["removed column rate → percent number 0, 5, 10 ", "added column rate → Rate  number 0, 5, 10"]),
        ((TABLE, "<literalExpression><text>0</text></literalExpression>"), ["removed table rate Rate Rate "]),
        (('number"><outputV', '"><outputV'), ["changed column rate → percent number 0, 5, 10 Any 0, 5, 10"]),
        ((SERVICE, ""), ["removed service s service service "]),
        (('name="service"', 'name="Service"'), ["changed service s Service service Service"]),
        ((HALF, HALF.replace('id="half"', 'id="third"') + HALF.replace("half of", "third of")),
         ["changed function half third of half of third of", "added function third half of  half of"]),
        (("half of(rate) * count", "count"), ["changed decision all all of it half of(rate) * count count"]),
    ],
)  # fmt: skip
def test_a_new_version_is_compared_by_what_it_changes(
    model: dmn.Model, change: tuple[str, str], expected: list[str]
) -> None:
    assert change[0] in MODEL
    assert differences(model, dmn.loads(MODEL.replace(*change), strict=False)) == expected


def test_what_is_new_is_told_as_added(model: dmn.Model) -> None:
    without = MODEL.replace(SERVICE, "").replace(TABLE, "<literalExpression><text>0</text></literalExpression>")
    assert differences(dmn.loads(without), model) == ["added service s service  service", "added table rate Rate  Rate"]
    logic = "<literalExpression><text>{}</text></literalExpression>"
    listed = MODEL.replace(logic.format("half of(rate) * count"), f"<list>{logic.format(1)}{logic.format(2)}</list>")
    one, two = dmn.loads(listed), dmn.loads(listed.replace("<text>1<", "<text>3<"))
    assert differences(one, two) == ["changed decision all all of it 1\n2 3\n2"]
    twice = MODEL.replace(TABLE, f"<list>{TABLE}{TABLE}</list>")
    one, two = dmn.loads(twice), dmn.loads(twice.replace(">10<", ">5<", 1))
    assert differences(one, two) == ["changed rule rate 1, → percent 10 5"]


def test_rules_that_are_new_gone_or_moved_are_told(model: dmn.Model) -> None:
    before, _, rest = MODEL.partition('<rule id="r1">')
    first, _, rest = rest.partition('<rule id="r2">')
    second, _, after = rest.partition('<rule id="r3">')
    swapped = f'{before}<rule id="r2">{second}<rule id="r1">{first}<rule id="r3">{after}'.replace("&gt; ", "&lt; ")
    changed = [f"changed rule rate {at}, amount > {bound} < {bound}" for at, bound in ((1, 50), (2, 100))]
    assert differences(model, dmn.loads(swapped)) == [*changed, "moved rule rate 2 1 2"]
    for name in ("r", "", "other"):  # of rules that have no ids, or others, the cells are compared
        without = dmn.loads(
            f'{before}<rule id="r1">{first}<rule id="r3">{after}'.replace('rule id="r', f'rule id="{name}')
        )
        assert differences(model, without) == ['removed rule rate 2 > 50 | "CARD" → 5 ']
        assert differences(without, model) == ['added rule rate 2  > 50 | "CARD" → 5']
