"""What is drawn from the decision files says what they say: documents, the rules' screen, figures of pages."""

from pathlib import Path

import pytest

import dmn
from local.decision_tools.pages.figures import NoFigure, lost_figures, with_figures
from local.decision_tools.pages.writing import OURS, Drawn, texts, write
from ops.decisions.tables import DECISIONS
from tests.unit.decision_tools.samples import write_model

AMOUNT = "Seul, on reçoit <!--grant grant_alone 1/1-->?<!----> € (<!--grant grant_alone règle-->?<!---->)."


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A folder with two files."""
    folder = tmp_path / "tables"
    folder.mkdir()
    write_model(folder)
    write_model(folder, ("urn:grant", "urn:other"), name="other.dmn")
    return folder


@pytest.fixture
def drawn(tmp_path: Path) -> Drawn:
    """Where nothing is drawn yet, but for a page of two figures."""
    page = tmp_path / "page.md"
    page.write_text(AMOUNT, encoding="utf-8")
    return Drawn(tmp_path / "documents", tmp_path / "summary.json", [page])


def test_all_is_in_step_with_the_tables() -> None:
    found = texts()
    assert set(OURS.documents.glob("*.md")) <= found.keys()
    old = [path.name for path, text in found.items() if path.read_text(encoding="utf-8") != text]
    assert old == [], "run make decision-docs"


def test_a_changed_table_changes_once_what_is_drawn_from_it_alone(tables: Path, drawn: Drawn) -> None:
    names = {"README.md", "grant.md", "other.md", "summary.json", "page.md"}
    assert {path.name for path in write(tables, drawn)} == names
    page = drawn.pages[0]
    assert page.read_text(encoding="utf-8") == AMOUNT.replace("?", "100", 1).replace("?", "règle 1")
    assert write(tables, drawn) == []

    write_model(tables, ("<text>100</text>", "<text>90.5</text>"))

    assert {path.name for path in write(tables, drawn)} == {"grant.md", "summary.json", "page.md"}
    assert '| 1 | "LOW" | true | 90.5 |' in (drawn.documents / "grant.md").read_text(encoding="utf-8")
    assert "<!--grant grant_alone 1/1-->90,50<!---->" in page.read_text(encoding="utf-8")


def test_the_document_of_a_file_that_is_gone_is_removed(tables: Path, drawn: Drawn) -> None:
    write(tables, drawn)
    (tables / "other.dmn").rename(tables / "aid.dmn")
    write(tables, drawn)
    assert {path.name for path in drawn.documents.iterdir()} == {"README.md", "aid.md", "grant.md"}


@pytest.mark.parametrize(
    "name", ["grant nobody 1/1", "grant grant_alone 1/2", "aid grant_alone 1/1", "grant nobody règle"]
)
def test_a_figure_that_no_table_has_is_told(tmp_path: Path, name: str) -> None:
    model = dmn.load(write_model(tmp_path))
    with pytest.raises(NoFigure, match=name):
        with_figures(f"<!--{name}-->1<!---->", {"grant": model})


def test_a_draft_that_loses_a_figure_of_a_page_is_told() -> None:
    assert not list(lost_figures("coverage", dmn.load(DECISIONS / "coverage.dmn")))
    assert list(lost_figures("coverage", dmn.load(DECISIONS / "protection.dmn")))
