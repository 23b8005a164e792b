"""Models that import others: whose inputs are whose, and what can be evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import dmn
from dmn.__main__ import main

from . import notation
from .notation import DMN, decision, function, input_data, written

if TYPE_CHECKING:
    import pathlib


def model_text(namespace: str, inside: str, imports: dict[str, str] | None = None) -> str:
    lines = "".join(
        f'<import name="{name}" namespace="{other}" importType="{DMN}"/>' for name, other in (imports or {}).items()
    )
    return notation.model_text(lines + inside, namespace)


LIB = model_text("urn:lib", input_data("base", "number") + decision("Twice", "→inbase«base * 2»"))
BOTH = model_text(
    "urn:main",
    input_data("base", "string") + decision("Told", "→inbase⇒urn:lib#Twice«base + string(lib.Twice)»"),
    {"lib": "urn:lib"},
)
"""A model with an input that is called as one of its import's, and is of another type."""


def both() -> dmn.Model:
    return dmn.loads(BOTH, imports={"urn:lib": LIB})


def test_two_inputs_of_one_name_are_each_its_own_model_s() -> None:
    evaluation = both().evaluate("Told", {"base": "x", "lib": {"base": 5}})
    assert evaluation.value == "x10"
    assert evaluation.decisions[-1].inputs == {"base": "x", "lib.Twice": 10}


def test_the_schema_has_the_inputs_of_an_import_under_its_name() -> None:
    schema = both().input_schema("Told")
    lib = {"type": ["object", "null"], "properties": {"base": {"type": ["number", "null"]}}, "required": ["base"]}
    assert schema["properties"] == {"base": {"type": ["string", "null"]}, "lib": lib}
    assert both().decisions["Told"].inputs == {"base": "string", "lib": "context<base: number>"}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"base": "x"}, r"input 'lib.base' is missing; expected number .*; give it .*, \{\"lib\": \{\"base\": …\}\}"),
        ({"base": "x", "lib": {"bsae": 4}}, r"'lib.bsae' was given: is that the one\?"),
        ({"base": "x", "lib": {"base": "y"}}, r"input 'lib.base' is \"y\"; expected number"),
        ({"base": "x", "lib": 4}, r"input 'lib' is 4; expected a mapping with the inputs of the imported model"),
    ],
)
def test_an_import_s_input_that_is_not_given_as_its_own_is_said(inputs: dict[str, object], message: str) -> None:
    with pytest.raises(dmn.InputError, match=message):
        both().evaluate("Told", inputs)


def test_an_input_that_only_one_file_has_needs_no_import_s_name() -> None:
    text = model_text("urn:main", decision("Told", "⇒urn:lib#Twice«lib.Twice»"), {"lib": "urn:lib"})
    model = dmn.loads(text, imports={"urn:lib": LIB})
    assert [model.evaluate("Told", given).value for given in ({"base": 4}, {"lib": {"base": 5}})] == [8, 10]
    assert both().evaluate("Told", {"base": "x", "urn:lib#base": 5}).value == "x10"


def test_a_model_that_two_imports_share_has_inputs_in_each_of_them() -> None:
    imports = {"urn:lib": LIB}
    for name in "ab":
        text = decision("Sum", f"⇒urn:lib#Twice«{name}lib.Twice + 1»")
        imports[f"urn:{name}"] = model_text(f"urn:{name}", text, {f"{name}lib": "urn:lib"})
    both_sums = decision("All", "⇒urn:a#Sum⇒urn:b#Sum«[a.Sum, b.Sum]»")
    main_text = model_text("urn:main", both_sums, {"a": "urn:a", "b": "urn:b"})
    model = dmn.loads(main_text, imports=imports)
    apart = {"a": {"alib": {"base": 1}}, "b": {"blib": {"base": 10}}}
    assert [model.evaluate("All", given).value for given in (apart, {"base": 1})] == [[3, 21], [3, 3]]
    with pytest.raises(
        dmn.InputError, match=r"'a.alib.base' is missing.* import, \{\"a\": \{\"alib\": \{\"base\": …\}\}\}"
    ):
        model.evaluate("All", {})


@pytest.mark.parametrize(("name", "value"), [("lib.Twice", 10), ("lib.half", 2.5), ("lib.Service", 10)])
def test_what_an_import_has_is_evaluated_from_the_importing_model(name: str, value: object) -> None:
    service = '<decisionService id="s" name="Service"><outputDecision href="#Twice"/><inputData href="#inbase"/>'
    more = written(f"{function('half', 'base', '«base / 2»')}{service}</decisionService></definitions>")
    model = dmn.loads(BOTH, imports={"urn:lib": LIB.replace("</definitions>", more)})
    assert model.evaluate(name, {"base": "x", "lib": {"base": 5}}).value == value
    assert model.input_schema(name)["required"] == ["lib"]
    with pytest.raises(dmn.InputError, match=r"input 'lib.base' is missing"):
        model.evaluate(name, {"base": "x"})


def test_a_service_reads_an_import_s_input_where_its_decisions_read_it() -> None:
    service = (
        '<decisionService id="s" name="s"><outputDecision href="#Told"/><inputData href="#inbase"/>'
        '<inputData href="urn:lib#inbase"/></decisionService></definitions>'
    )
    model = dmn.loads(BOTH.replace("</definitions>", service), imports={"urn:lib": LIB})
    evaluation = model.evaluate("s", {"base": "x", "lib": {"base": 5}})
    assert (evaluation.value, evaluation.decisions[-1].inputs) == ("x10", {"base": "x", "lib.base": 5})
    call = written(decision("Call", '⇀s«s("y", 7)»')) + "</definitions>"
    model = dmn.loads(BOTH.replace("</definitions>", service.replace("</definitions>", call)), imports={"urn:lib": LIB})
    assert model.evaluate("Call", {"base": "x", "lib": {"base": 5}}).value == "y14"
    assert model.services["s"].inputs == {"base": "string", "lib": "context<base: number>"}


@pytest.mark.parametrize("kind", ["lib.tPart", "own:tPart"])
def test_a_type_of_an_import_is_known_by_the_import_s_name_or_its_namespace(kind: str) -> None:
    part = '<itemDefinition name="tPart"><typeRef>number</typeRef><allowedValues><text>[0..1]</text></allowedValues>'
    lib = LIB.replace("<inputData", f"{part}</itemDefinition><inputData")
    text = BOTH.replace('typeRef="string"', f'typeRef="{kind}"').replace('id="d"', 'id="d" xmlns:own="urn:lib"')
    assert dmn.loads(text, imports={"urn:lib": lib}).decisions["Told"].inputs["base"].startswith("tPart (number) among")


@pytest.mark.parametrize("kind", ["http://www.w3.org/a", "https://www.w3.org/a", "http://www.dmg.org/PMML-4_4", ""])
def test_what_is_imported_and_is_no_model_is_left_alone(kind: str) -> None:
    text = model_text("urn:main", decision("One", "«1»"), {"lib": "urn:none"}).replace(f'importType="{DMN}"', "{}")
    assert dmn.loads(text.format(f'importType="{kind}"')).evaluate("One", {}).value == 1
    with pytest.raises(dmn.ModelError, match="the import type 'urn:x' is unknown; models are imported as http"):
        dmn.loads(text.format('importType="urn:x"'))


def test_as_many_models_are_imported_as_the_limit_says() -> None:
    texts = {f"urn:{at}": LIB.replace("urn:lib", f"urn:{at}") for at in range(3)}
    text = model_text("urn:main", decision("One", "«1»"), {f"l{at}": f"urn:{at}" for at in range(3)})
    assert dmn.loads(text, imports=texts, limits=dmn.Limits(imports=3)).evaluate("One", {}).value == 1
    with pytest.raises(dmn.ModelError, match="more than 2 models are imported"):
        dmn.loads(text, imports=texts, limits=dmn.Limits(imports=2))


def test_what_is_unknown_names_the_decisions_of_imports() -> None:
    with pytest.raises(dmn.UnknownDecisionError, match=r"no decision 'Twice'; it has Told, lib\.Twice"):
        both().evaluate("Twice", {})


def test_two_imports_without_a_name_are_both_this_model_s_own() -> None:
    other = LIB.replace("urn:lib", "urn:other").replace("Twice", "Thrice").replace("base * 2", "base * 3")
    lines = "".join(f'<import name="" namespace="{name}" importType="{DMN}"/>' for name in ("urn:lib", "urn:other"))
    text = model_text("urn:main", lines + decision("All", "«1»")).replace('name="d"', 'name="m"')
    model = dmn.loads(text, imports={"urn:lib": LIB, "urn:other": other})
    assert [model.evaluate(name, {"base": 1}).value for name in ("Twice", "Thrice")] == [2, 3]


@pytest.mark.parametrize(
    ("location", "value"), [("c.dmn", "x15"), ("../c.dmn", "x10"), ("none.dmn", "x10"), ("", "x10")]
)
def test_an_import_is_the_file_beside_that_it_names_or_the_first_of_its_namespace(
    tmp_path: pathlib.Path, location: str, value: str
) -> None:
    (tmp_path / "0.dmn").mkdir()
    texts = {"a.dmn": "<urn:lib", "b.dmn": LIB, "c.dmn": LIB.replace("base * 2", "base * 3")}
    texts["main.dmn"] = BOTH.replace('namespace="urn:lib"', f'namespace="urn:lib" locationURI="{location}"')
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    model = dmn.load(tmp_path / "main.dmn")
    assert (model.name, model.evaluate("Told", {"base": "x", "lib": {"base": 5}}).value) == ("main.dmn", value)


def test_the_kit_s_namespace_of_an_input_is_read(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.dmn").write_text(BOTH.replace('typeRef="string"', 'typeRef="Any"'))
    (tmp_path / "lib.dmn").write_text(LIB)
    suite = (
        '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"><modelName>main.dmn</modelName>'
        '<testCase id="1"><inputNode name="base"><value>x</value></inputNode>'
        '<inputNode name="base" namespace="urn:lib">'
        '<value xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="xsd:decimal">5</value></inputNode>'
        '<resultNode name="Told"><expected><value>x10</value></expected></resultNode></testCase></testCases>'
    )
    (tmp_path / "main-test-01.xml").write_text(suite)
    assert main(["test", str(tmp_path / "main-test-01.xml")]) == 0, capsys.readouterr().out
