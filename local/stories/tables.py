"""The tables under which the stories are played: the newest versions, or a draft among them, whatever their day.

A story's calendar stands still. By its dates, it would be decided by the tables of its time for ever, and no newer
version would be tried by any story.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from local.stage import ROOT
from local.stage.deployment import BUILT
from ops.decisions.tables import DECISIONS
from restoration.adapters.dmn.publications import MANIFEST, read_publications

FUNCTION = DECISIONS.parent
_TEMPLATES = ("template.yaml", "operations/template.yaml")


@contextmanager
def newest_tables(drafts: Mapping[str, Path] | None = None) -> Iterator[None]:
    """Deploy the newest version of each table, with drafts in the place of some, within the block.

    Parameters
    ----------
    drafts
        A ``.dmn`` file by the name of the file that it is to replace, such as ``coverage``.
    """
    is_as_published = all(len(versions) == 1 for versions in read_publications(DECISIONS).values())
    if BUILT in os.environ or (is_as_published and not drafts):
        yield
        return
    with TemporaryDirectory() as folder:
        root = Path(folder)
        _lay_out(root)
        for name, draft in (drafts or {}).items():
            shutil.copyfile(draft, root / DECISIONS.relative_to(ROOT) / f"{name}.dmn")
        os.environ[BUILT] = str(root)
        try:
            yield
        finally:
            del os.environ[BUILT]


def _lay_out(root: Path) -> None:
    """Lay the project out as it lies here, by links, but for the function that decides: its tables have no manifest."""
    for template in _TEMPLATES:
        target = root / template
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / template, target)
    (root / "functions").mkdir()
    ours = {root / "operations", root / "functions", root / FUNCTION.relative_to(ROOT)}
    for folder in ("", "functions", "operations"):
        for each in (ROOT / folder).iterdir():
            target = root / each.relative_to(ROOT)
            if target not in ours and not target.exists() and not each.name.startswith("."):
                target.symlink_to(each)
    left_out = shutil.ignore_patterns(MANIFEST, "former", "__pycache__")
    shutil.copytree(FUNCTION, root / FUNCTION.relative_to(ROOT), ignore=left_out)
