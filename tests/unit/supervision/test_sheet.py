"""Each list and each figure opens as CSV, and says what is shown; times exactly."""

import csv
import re
from html import unescape

import htpy as h
import pytest

from record.formats import MINUS, NOTHING, number, share
from supervision.kit.html import table
from tests.unit.supervision.test_drawings import ASKED, drawn


def rows_of(node: h.Node) -> list[list[str]]:
    html = node if isinstance(node, str) else str(h.fragment[node])
    [text] = re.findall(r'<pre class="csv"[^>]*>(.*?)</pre>', html, re.DOTALL)
    return list(csv.reader(unescape(text).splitlines()))


def test_text_with_commas_quotes_and_marks_of_html_is_one_cell() -> None:
    assert rows_of(table(["Erreur"], [['a, "b" <c> & d']])) == [["Erreur"], ['a, "b" <c> & d']]


def test_column_has_numbers_alone_and_its_head_their_unit_where_they_have_one() -> None:
    """A spreadsheet took « ▲ 12 » and « 462 · 83 % » for words."""
    loss = f"{MINUS}{number(7961.5, 1)} €".replace(".", ",")
    rows = [["▲ 12", f"{number(1462)} · {share(83, 100)}", loss, "5 %"], [NOTHING, "7", "+4 €", "2"]]
    assert rows_of(table(["Rompues", "Certains", "Bilan", "Divers"], rows)) == [
        ["Rompues", "Certains", "Certains (%)", "Bilan (€)", "Divers"],
        ["12", "1462", "83", "-7961.5", "5 %"],
        [NOTHING, "7", "", "4", "2"],
    ], "what has several units is left as it is"


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
    assert 'aria-label="CSV : "' not in html, "a button says of what it opens the CSV"
