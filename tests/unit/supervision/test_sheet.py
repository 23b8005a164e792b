"""Each list and each figure opens as CSV, and says what is shown; times exactly."""

import csv
import re
from datetime import timedelta
from html import unescape

import htpy as h
import pytest

from record.formats import MINUS, NOTHING, number, share
from record.words import Language
from supervision.kit.charts import Bar, bars
from supervision.kit.columns import columns
from supervision.kit.html import cards, link, table, tile
from supervision.kit.sheet import timed, with_sheet
from supervision.question import Question, Range
from tests.unit.supervision.drawing import screen
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.samples import ended_case
from tests.unit.supervision.synthetic import NOW
from tests.unit.supervision.test_drawings import ASKED, drawn


def rows_of(node: h.Node) -> list[list[str]]:
    html = node if isinstance(node, str) else str(h.fragment[node])
    [text] = re.findall(r'<pre class="csv"[^>]*>(.*?)</pre>', html, re.DOTALL)
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


def test_column_has_numbers_alone_and_its_head_their_unit_where_they_have_one() -> None:
    """A spreadsheet took « ▲ 12 » and « 462 · 83 % » for words."""
    loss = f"{MINUS}{number(7961.5, 1)} €".replace(".", ",")
    rows = [["▲ 12", f"{number(1462)} · {share(83, 100)}", loss, "5 %"], [NOTHING, "7", "+4 €", "2"]]
    assert rows_of(table(["Rompues", "Certains", "Bilan", "Divers"], rows)) == [
        ["Rompues", "Certains", "Certains (%)", "Bilan (€)", "Divers"],
        ["12", "1462", "83", "-7961.5", "5 %"],
        [NOTHING, "7", "", "4", "2"],
    ], "what has several units is left as it is"


def test_sentence_with_figures_has_each_with_what_it_counts() -> None:
    told = h.div[
        h.span(".big")[number(2100)], " attendent", h.p["Il attend 4 j. ▲ 3 retenus. Échecs : 5 ; la veille : 6."]
    ]
    assert rows_of(with_sheet(told, "")) == [
        ["attendent", "2100"],
        ["retenus", "3"],
        ["Échecs", "5"],
        ["la veille", "6"],
    ]


def test_way_s_list_has_all_its_cases_though_fifty_are_shown() -> None:
    ended = [ended_case(limitation_id=f"LIM-{each}", ways="a>b") for each in range(60)]
    html = screen("branches", MemoryRecord(kept_ended=ended), way="a>b")
    assert html.count('class="whole"') == 50
    heads, *rows = rows_of(html)
    assert heads == ["Dossier", "Issue", "Terminé", "Durée (ms)"]
    assert (len(rows), rows[0][-1]) == (60, "3600000")


def test_chart_has_the_name_and_value_of_each_mark_and_tiles_theirs() -> None:
    assert rows_of(bars([Bar("Concernés", 5, "5 · 20 %", 4, "Clients")], 400, "Parcours", "la veille")) == [
        ["Concernés", "5", "Clients"],
        ["Concernés (%)", "20", "Clients"],
        ["Concernés, la veille", "4"],
    ]
    day, hour = Range(NOW, NOW + timedelta(days=1)), timedelta(hours=1)
    found = columns(Question("overview", day), [(NOW, 5.0)], hour, "", before=({NOW: 4.0}, "la veille"))
    assert rows_of(found) == [["25/11 11:41", "5"], ["25/11 11:41, la veille", "4"]]
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
