"""Each list and each figure opens as CSV, and says what is shown; times exactly."""

import csv
import re
from datetime import timedelta
from html import unescape

import htpy as h
import pytest

from record.formats import number
from record.words import Language
from supervision.kit.charts import Bar, bars
from supervision.kit.html import cards, link, table, tile
from supervision.kit.sheet import timed
from supervision.question import Question, Range
from tests.unit.supervision.synthetic import NOW
from tests.unit.supervision.test_drawings import ASKED, drawn


def rows_of(node: h.Node) -> list[list[str]]:
    [text] = re.findall(r'<pre class="csv"[^>]*>(.*?)</pre>', str(h.fragment[node]), re.DOTALL)
    return list(csv.reader(unescape(text).splitlines()))


def test_list_has_its_numbers_without_spaces_and_its_times_in_milliseconds() -> None:
    question = Question("running", Range(NOW - timedelta(days=1), NOW))
    case = link(h.span["LIM-1"], question, screen="case", key="LIM-1")
    found = table(
        ["Dossier", "Durée", "Nombre"], [[case, timed(timedelta(minutes=14), Language.FRENCH), number(1234567)]]
    )
    assert rows_of(found) == [["Dossier", "Durée (ms)", "Nombre"], ["LIM-1", "840000", "1234567"]]


def test_text_with_commas_quotes_and_marks_of_html_is_one_cell() -> None:
    assert rows_of(table(["Erreur"], [['a, "b" <c> & d']])) == [["Erreur"], ['a, "b" <c> & d']]


def test_chart_has_the_name_and_value_of_each_mark_and_tiles_theirs() -> None:
    assert rows_of(bars([Bar("Concernés", 5, "5", None, "Clients")], 400, "Parcours")) == [
        ["Concernés", "5", "Clients"]
    ]
    assert rows_of(cards(tile(number(1200), "reste à payer"))) == [["reste à payer", "1200"]]
    timed_tile = tile(timed(timedelta(hours=2), Language.FRENCH), "médiane")
    assert rows_of(cards(timed_tile)) == [["médiane (ms)", "7200000"]]


@pytest.mark.parametrize(
    "name", [name for name, asked in ASKED.items() if not asked and name not in {"nowhere", "case"}]
)
def test_each_table_and_each_chart_of_a_screen_has_its_csv(name: str) -> None:
    html = drawn(name, "fr light wide")
    shown = re.sub(r"<cwdb-action.*?</cwdb-action>", "", html, flags=re.DOTALL)
    charts = re.findall(
        r'<svg viewBox[^>]*width="(\d+)"[^>]*>', re.sub(r"<(table|section).*?</\1>", "", shown, flags=re.DOTALL)
    )
    lists = shown.count("</table>") + shown.count('class="cards"')
    assert html.count('<pre class="csv"') >= max(1, lists + sum(int(width) > 300 for width in charts))
