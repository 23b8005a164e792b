"""docs/decisions-tables/ says what the decision files say."""

from pathlib import Path

from local.decision_tools.pages.documents import DOCUMENTS, documents, write_documents
from tests.unit.decision_tools.samples import write_model


def test_the_documents_are_in_step_with_the_tables() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in DOCUMENTS.glob("*.md")}

    assert written == documents(), "run make decision-docs"


def test_a_changed_table_changes_its_document_only(tmp_path: Path) -> None:
    tables, into = tmp_path / "tables", tmp_path / "documents"
    tables.mkdir()
    write_model(tables)
    write_model(tables, ("urn:grant", "urn:other"), name="other.dmn")
    assert len(write_documents(tables, into)) == 3
    assert write_documents(tables, into) == []

    write_model(tables, ("<text>50</text>", "<text>60</text>"))

    assert [path.name for path in write_documents(tables, into)] == ["grant.md"]
    assert '| 2 | "LOW" | - | 60 |' in (into / "grant.md").read_text(encoding="utf-8")


def test_the_document_of_a_file_that_is_gone_is_removed(tmp_path: Path) -> None:
    tables, into = tmp_path / "tables", tmp_path / "documents"
    tables.mkdir()
    write_model(tables)
    write_documents(tables, into)
    (tables / "grant.dmn").rename(tables / "aid.dmn")

    write_documents(tables, into)

    assert sorted(path.name for path in into.iterdir()) == ["README.md", "aid.md"]
