"""Text can be read in both themes and in grey; each list and each figure opens as CSV, and says what is shown."""

import csv
import re
from html import unescape
from itertools import pairwise

import htpy as h
import pytest

from record.formats import MINUS, NOTHING, number, share
from supervision.kit.html import table
from supervision.kit.style import ON_SCALE, SCALE, colours
from supervision.question import Theme
from tests.unit.supervision.test_drawings import ASKED, drawn

LEAST = 4.5
"""WCAG AA, for text."""


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG defines it."""
    values = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", Theme)
def test_text_stands_out_from_what_it_stands_on(theme: Theme) -> None:
    on = {"paper": ("ink", "quiet", "link", "person", "broken"), "link": ("paper",)}
    on |= {"raised": on["paper"], "person-soft": ("ink",), "broken-soft": ("ink",)}
    found = colours(theme)
    for ground, texts in on.items():
        assert [text for text in texts if contrast(found[text], found[ground]) < LEAST] == [], ground


@pytest.mark.parametrize("theme", Theme)
def test_text_stands_out_from_each_step_of_the_scale(theme: Theme) -> None:
    for step, text in zip(SCALE[theme], ON_SCALE[theme], strict=True):
        assert contrast(step, text) >= LEAST, step


@pytest.mark.parametrize("theme", Theme)
def test_steps_of_the_scale_differ_in_lightness_alone(theme: Theme) -> None:
    """Each is at least a sixth away from the next, so that the order shows in grey."""
    lightness = [luminance(step) + 0.05 for step in SCALE[theme]]
    ordered = lightness if theme is Theme.DARK else lightness[::-1]
    assert all(after / before > 7 / 6 for before, after in pairwise(ordered))


# ── CSV ──


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
