"""Each rule names where it comes from: a text with its article, or the company's own choice."""

import re
import xml.etree.ElementTree as ET

import pytest

from tests.unit.decisions.deciding import DECISIONS

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
SOURCE = re.compile(
    r"Politique commerciale|RGPD art\. \d|[Dd]écret \d{4}-\d+ art\. \d|[Cc]ode de l'énergie art\. [LR]\. \d"
)


@pytest.mark.parametrize("file", ["notification"])
def test_every_rule_names_its_source(file: str) -> None:
    rules = list(ET.parse(DECISIONS / f"{file}.dmn").iter(f"{DMN}rule"))  # noqa: S314  our own files

    silent = [rule.get("id") for rule in rules if not SOURCE.search(rule.findtext(f"{DMN}description") or "")]

    assert rules
    assert silent == []
