"""Files as they are: old and new versions, drafts, and what Camunda 7 lets its files have."""

from __future__ import annotations

import pytest

import dmn

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/dmn"'


def model_text(inside: str, namespace: str = "https://www.omg.org/spec/DMN/20191111/MODEL/") -> str:
    return f'<definitions xmlns="{namespace}" {CAMUNDA} id="d" name="d" namespace="urn:d">{inside}</definitions>'


def table(
    tests: list[str],
    expression: str = "amount",
    own: str = "",
    outputs: str = '<output id="o" name="rate"/>',
    name: str = "t",
) -> str:
    rows = "".join(
        f'<rule id="r{at}"><inputEntry id="i{at}"><text><![CDATA[{test}]]></text></inputEntry>'
        + f"<outputEntry id='o{at}'><text>{at}</text></outputEntry>" * outputs.count("<output ")
        + "</rule>"
        for at, test in enumerate(tests, 1)
    )
    variable = f'camunda:inputVariable="{own}"' if own else ""
    return (
        f'<decision id="{name}" name="Table {name}"><decisionTable id="dt" hitPolicy="FIRST"><input id="in" {variable}>'
        f'<inputExpression id="ie"><text>{expression}</text></inputExpression></input>{outputs}{rows}</decisionTable>'
        "</decision>"
    )


def literal(text: str, required: str = "", name: str = "D") -> str:
    need = (
        f'<informationRequirement><requiredDecision href="#{required}"/></informationRequirement>' if required else ""
    )
    return (
        f'<decision id="{name}" name="{name}">{need}<literalExpression id="le"><text>{text}</text></literalExpression>'
        "</decision>"
    )


def camunda(inside: str) -> dmn.Model:
    return dmn.loads(model_text(inside), dialect="camunda")


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/DMN11.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20151101",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    ],
)
def test_each_version_s_namespace_is_known(namespace: str) -> None:
    assert dmn.loads(model_text(literal("1 + 1"), namespace)).evaluate("D", {}).value == 2


def test_an_input_is_known_in_its_cells_by_its_variable() -> None:
    model = camunda(table(["price > 10", "-"], own="price"))
    assert [model.evaluate("t", {"amount": amount}).value for amount in (11, 10)] == [1, 2]
    assert camunda(table(["cellInput = 3", "-"])).evaluate("t", {"amount": 3}).value == 1
    for own, row in {"amount": 2, "price": 1}.items():  # what is called as it was before is no name of its own
        assert camunda(table([f"{own} = false", "-"], own=own)).evaluate("t", {"amount": False}).value == row
    with pytest.raises(dmn.ModelError, match="the name 'price' is unknown"):
        dmn.loads(model_text(table(["price > 10", "-"], own="price")))


def test_an_input_without_an_expression_is_its_variable() -> None:
    assert camunda(table(["> 10", "-"], expression="", own="price")).evaluate("t", {"price": 11}).value == 1
    assert camunda(table(["> 10", "-"], expression="")).evaluate("t", {}).value == 2


@pytest.mark.parametrize("known", ["t", "rate"])
def test_a_required_decision_is_known_by_its_id_or_its_output(known: str) -> None:
    assert camunda(table(["-"]) + literal(f"{known} + 1", "t")).evaluate("D", {"amount": 1}).value == 2


def test_several_outputs_of_a_required_decision_are_known_by_their_names() -> None:
    outputs = '<output id="o1" name="rate"/><output id="o2" name="fee"/>'
    assert camunda(table(["-"], outputs=outputs) + literal("rate + fee", "t")).evaluate("D", {"amount": 1}).value == 2


def test_names_that_nothing_declares_are_variables_of_the_process() -> None:
    model = camunda(literal("amount * 2"))
    assert model.decisions["D"].inputs == {"amount": "Any"}
    assert model.evaluate("D", {"amount": 2}).value == 4


@pytest.mark.parametrize("text", ["${amount > 3}", "#{amount}"])
def test_juel_is_recognised_and_said_so(text: str) -> None:
    with pytest.raises(dmn.ModelError, match="this is JUEL"):
        dmn.loads(model_text(literal(text)))
    model = camunda(literal(text))
    with pytest.raises(dmn.UnsupportedError, match="this is JUEL"):
        model.evaluate("D", {})


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        (literal(""), "the expression is empty"),
        ('<decision id="D" name="D"/>', "the decision 'D' has no logic"),
        (table(["-"], outputs='<output id="o1"/><output id="o2"/>', name="D"), "an output of the table has no name"),
    ],
)
def test_a_draft_loads_and_is_refused_when_it_is_evaluated(inside: str, reason: str) -> None:
    with pytest.raises(dmn.ModelError):
        dmn.loads(model_text(inside))
    with pytest.raises(dmn.UnsupportedError, match=reason):
        camunda(inside).evaluate("D", {"amount": 1})


@pytest.mark.parametrize(("kind", "told"), [("String", "string"), ("INTEGER", "integer"), ("bytes", "Any")])
def test_a_type_is_known_whatever_its_case_and_an_unknown_one_passes(kind: str, told: str) -> None:
    text = literal("amount").replace("<literalExpression", f'<variable name="D" typeRef="{kind}"/><literalExpression')
    with pytest.raises(dmn.ModelError, match=f"there is no type '{kind}'"):
        dmn.loads(model_text(text))
    assert camunda(text).decisions["D"].type == told


def test_two_decisions_may_have_one_name_of_which_the_first_is_found() -> None:
    both = literal("1", name="a").replace('name="a"', 'name="same"') + literal("2", name="b").replace(
        'name="b"', 'name="same"'
    )
    with pytest.raises(dmn.ModelError, match="is called 'same', too"):
        dmn.loads(model_text(both))
    model = camunda(both)
    assert [model.evaluate(name, {}).value for name in ("a", "b", "same")] == [1, 2, 1]


@pytest.mark.parametrize("text", ["ours(1)", "abs(1, 2)", 'date("2024-02-30")'])
def test_a_call_that_only_the_process_may_know_is_refused_when_it_is_evaluated(text: str) -> None:
    with pytest.raises(dmn.ModelError):
        dmn.loads(model_text(literal(text)))
    model = camunda(literal(text) + literal("1", name="other"))
    assert model.evaluate("other", {}).value == 1
    with pytest.raises(dmn.UnsupportedError, match="at character"):
        model.evaluate("D", {})


IMPORT = '<import name="lib" namespace="urn:none" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        (literal("1", "nothing"), "the reference '#nothing' leads nowhere"),
        (
            IMPORT + literal("lib.x", "nothing").replace("#nothing", "urn:none#x"),
            "no file beside has the imported name",
        ),
        (literal("1", "D"), "decisions require one another in a circle: D → D"),
        (
            literal("").replace('<literalExpression id="le"><text></text></literalExpression>', "<invocation/>"),
            "the invocation calls",
        ),
        (table(["-"], outputs="", name="D"), "the table has no output"),
        (literal("1", name="ok").replace("decision", "decisionService"), "the id 'ok' is used twice"),
    ],
    ids=["reference", "import", "circle", "invocation", "table", "id"],
)
def test_a_lenient_model_does_without_what_is_wrong_and_says_so(inside: str, reason: str) -> None:
    text = model_text(literal("1", name="ok") + inside + literal("D + 1", "D", "needs"))
    with pytest.raises(dmn.ModelError):
        dmn.loads(text)
    model = dmn.loads(text, strict=False)
    assert reason in "; ".join(map(str, model.findings))
    assert model.evaluate("ok", {}).value == 1
    if "id 'ok'" not in reason:
        for name in ("D", "needs"):
            with pytest.raises(dmn.UnsupportedError, match=r"element (D|dt)"):
                model.evaluate(name, {"amount": 1})


def test_the_alpha_of_dmn_1_2_is_an_import_type() -> None:
    text = IMPORT.replace(
        "https://www.omg.org/spec/DMN/20191111/MODEL/", "http://www.omg.org/spec/DMN1-2Alpha/20160929/MODEL"
    )
    lib = model_text(literal("2")).replace("urn:d", "urn:none")
    model = dmn.loads(model_text(text), imports={"urn:none": lib})
    assert model.evaluate("lib.D", {}).value == 2


def test_an_unknown_dialect_is_named() -> None:
    with pytest.raises(dmn.ModelError, match="there is no dialect 'drools'; there are dmn, camunda"):
        dmn.loads(model_text(literal("1")), dialect="drools")
