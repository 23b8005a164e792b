"""The figures of pages that people write are those of the tables."""

from pathlib import Path

import pytest

import dmn
from local.decision_tools.pages.figures import PAGES, NoFigure, lost_figures, with_figures, write_figures
from tests.unit.decision_tools.samples import write_model

AMOUNT = "Seul, on reçoit <!--grant grant_alone 1/1-->?<!----> € (<!--grant grant_alone règle-->?<!---->)."


@pytest.mark.parametrize("page", PAGES, ids=lambda it: it.name)
def test_pages_are_in_step_with_the_tables(page: Path, tmp_path: Path) -> None:
    copy = tmp_path / page.name
    copy.write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
    assert list(write_figures(pages=[copy])) == [], "run make decision-docs"


def test_a_changed_table_changes_the_figures_that_are_drawn_from_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(AMOUNT, encoding="utf-8")
    write_model(tmp_path)
    assert list(write_figures(tmp_path, [page])) == [page]
    assert page.read_text(encoding="utf-8") == AMOUNT.replace("?", "100", 1).replace("?", "règle 1")
    write_model(tmp_path, ("<text>100</text>", "<text>90.5</text>"))
    assert list(write_figures(tmp_path, [page])) == [page]
    assert "<!--grant grant_alone 1/1-->90,50<!---->" in page.read_text(encoding="utf-8")
    assert list(write_figures(tmp_path, [page])) == []


@pytest.mark.parametrize(
    "name", ["grant nobody 1/1", "grant grant_alone 1/2", "aid grant_alone 1/1", "grant nobody règle"]
)
def test_a_figure_that_no_table_has_is_told(tmp_path: Path, name: str) -> None:
    model = dmn.load(write_model(tmp_path))
    with pytest.raises(NoFigure, match=name):
        with_figures(f"<!--{name}-->1<!---->", {"grant": model})


def test_a_draft_that_loses_a_figure_of_a_page_is_told() -> None:
    rules = PAGES[0].parent.parent / "functions" / "evaluate_decision" / "decisions"
    assert not list(lost_figures("coverage", dmn.load(rules / "coverage.dmn")))
    assert list(lost_figures("coverage", dmn.load(rules / "protection.dmn")))
