"""All that is drawn from the decision files: their documents, the rules' screen, figures of pages that people write."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import dmn
from local.decision_tools.pages.documents import documents
from local.decision_tools.pages.figures import PAGES, with_figures
from local.decision_tools.pages.rule_tables import summary
from ops.decisions.tables import DECISIONS, ROOT


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where it stands: the folder of the documents, the screen's file, and the pages with figures."""

    documents: Path = ROOT / "docs" / "decisions-tables"
    summary: Path = ROOT / "operations" / "screens" / "python" / "supervision" / "rule_tables.json"
    pages: Sequence[Path] = PAGES


OURS = Drawn()


def texts(folder: Path = DECISIONS, drawn: Drawn = OURS) -> dict[Path, str]:
    """The text of each file, as the newest versions say now.

    Raises
    ------
    dmn.ModelError
        A file can't be loaded.
    NoFigure
        A page names a figure that no table has.
    """
    models = {path.stem: dmn.load(path) for path in folder.glob("*.dmn")}
    found = {drawn.documents / name: text for name, text in documents(folder).items()}
    found[drawn.summary] = summary(folder)
    return found | {page: with_figures(page.read_text(encoding="utf-8"), models) for page in drawn.pages}


def write(folder: Path = DECISIONS, drawn: Drawn = OURS) -> list[Path]:
    """Bring all into step, and remove the documents of files that are gone; gives the paths of both."""
    found = texts(folder, drawn)
    gone = [path for path in sorted(drawn.documents.glob("*.md")) if path not in found]
    for path in gone:
        path.unlink()
    changed = [path for path, text in found.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found[path], encoding="utf-8")
    return [*gone, *changed]
