"""The files are what business can open and own: complete drawings, French labels, a source for every rule."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import dmn
from ops.decisions.tables import DECISIONS
from tests.unit.decisions.deciding import FILES, book, decide, model

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
DMNDI = "{https://www.omg.org/spec/DMN/20191111/DMNDI/}"
FILE_PATHS = sorted(DECISIONS.glob("*.dmn"))


def root_of(file: Path) -> ET.Element:
    return ET.parse(file).getroot()  # noqa: S314  our own files


def requirements(root: ET.Element) -> Iterator[ET.Element]:
    yield from root.iter(f"{DMN}informationRequirement")
    yield from root.iter(f"{DMN}knowledgeRequirement")


@pytest.fixture(params=FILE_PATHS, ids=lambda it: str(it.stem))
def root(request: pytest.FixtureRequest) -> ET.Element:
    return root_of(request.param)


def test_there_is_a_file_for_each_decision_that_is_called() -> None:
    assert {it.stem for it in FILE_PATHS} == set(FILES.values())
    for decision in FILES:
        assert decision in model(decision).decisions


def test_each_decision_has_an_id_of_its_own_across_all_files() -> None:
    ids = Counter(info.id for file in FILE_PATHS for info in dmn.load(file).decisions.values())

    assert [name for name, times in ids.items() if times > 1] == []


def test_ids_are_unique(root: ET.Element) -> None:
    ids = Counter(it.get("id") for it in root.iter() if it.get("id"))

    assert [name for name, times in ids.items() if times > 1] == []


def test_every_element_and_requirement_is_drawn(root: ET.Element) -> None:
    elements = {
        it.get("id") for kind in ("inputData", "decision", "businessKnowledgeModel") for it in root.iter(f"{DMN}{kind}")
    }
    drawn = {it.get("dmnElementRef") for it in root.iter(f"{DMNDI}DMNShape")}
    lines = {it.get("dmnElementRef") for it in root.iter(f"{DMNDI}DMNEdge")}

    assert drawn == elements
    assert lines == {it.get("id") for it in requirements(root)}


def test_every_requirement_leads_somewhere(root: ET.Element) -> None:
    ids = {it.get("id") for it in root.iter()}

    for requirement in requirements(root):
        for target in requirement:
            assert target.get("href", "").removeprefix("#") in ids


TEXTS = r"([Dd]écret|[Ll]oi) \d{4}-\d+( du [^,:;]+)?,? art\. |(CASF|RGPD|Code [^:;]+),? art\. |Service-public A\d+"
PARTNERS = r"EPC|SEPA|Enedis|SGE, "
ANY_SOURCE = re.compile(f"(Politique commerciale|Engagement commercial)|{TEXTS}|{PARTNERS}")
"""The business's own choice, a text with its article, the rules of banks, or a document or service (SGE) of Enedis."""


def test_every_rule_names_its_source(root: ET.Element) -> None:
    silent = [
        rule.get("id")
        for rule in root.iter(f"{DMN}rule")
        if not ANY_SOURCE.search(rule.findtext(f"{DMN}description") or "")
    ]

    assert silent == [], "rules without a text and its article, a document or « Politique commerciale »"


OF_A_POINT = r"^(Politique commerciale|SGE, |Catalogue Enedis, F|Décret 2008-780 art\. \d)"
OF_A_MESSAGE = r"Politique commerciale|RGPD art\. \d|[Dd]écret \d{4}-\d+ art\. \d|[Cc]ode de l'énergie art\. [LR]\. \d"


@pytest.mark.parametrize(
    ("name", "sources"),
    [("action", OF_A_POINT), ("progress", OF_A_POINT), ("refusal", OF_A_POINT), ("notification", OF_A_MESSAGE)],
)
def test_a_rule_names_a_source_of_its_room(name: str, sources: str) -> None:
    rules = {
        it.get("id"): it.findtext(f"{DMN}description") for it in root_of(DECISIONS / f"{name}.dmn").iter(f"{DMN}rule")
    }
    assert [rule for rule, says in rules.items() if not re.search(sources, says or "")] == []


def test_no_rule_rests_on_a_text_that_says_something_else(root: ET.Element) -> None:
    for rule in root.iter(f"{DMN}rule"):
        says = rule.findtext(f"{DMN}description") or ""
        if "1342-10" in says:
            assert "impute" in says, f"{rule.get('id')}: it governs which debt a payment goes to, nothing else"
        if "2008-780 art. 3" in says:
            assert "compte dès sa décision" not in says, f"{rule.get('id')}: it obliges to propose terms"


def test_every_column_and_input_has_a_label(root: ET.Element) -> None:
    for kind in ("input", "output", "inputData", "itemDefinition", "itemComponent"):
        for element in root.iter(f"{DMN}{kind}"):
            assert element.get("label"), element.get("id")


def test_every_decision_asks_a_question(root: ET.Element) -> None:
    for decision in root.iter(f"{DMN}decision"):
        assert (decision.findtext(f"{DMN}question") or "").endswith("?"), decision.get("id")


def test_first_is_the_last_resort_and_such_a_table_ends_with_a_rule_for_all_the_rest(root: ET.Element) -> None:
    for table in root.iter(f"{DMN}decisionTable"):
        if table.get("hitPolicy") == "FIRST":
            last = table.findall(f"{DMN}rule")[-1]
            assert {it.findtext(f"{DMN}text") for it in last.findall(f"{DMN}inputEntry")} == {"-"}, table.get("id")
        else:
            assert table.get("hitPolicy", "UNIQUE") == "UNIQUE"  # Camunda Modeler leaves the default out


@pytest.mark.parametrize(("name", "value"), [("localHour", 24), ("kind", "HELLO"), ("hasMobile", "yes")])
def test_a_value_that_no_rule_foresees_is_told_with_input_and_value(name: str, value: object) -> None:
    with pytest.raises(dmn.InputError) as caught:
        decide("notification", {**book("notification").usual, name: value})

    assert caught.value.input == name
    assert str(value) in str(caught.value)
