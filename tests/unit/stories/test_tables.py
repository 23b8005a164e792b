"""Stories are played under the newest tables, or under a draft, whatever the day from which these count."""

import os
from pathlib import Path

from local.stage.deployment import BUILT
from local.stories.tables import newest_tables
from ops.decisions.tables import DECISIONS, ROOT
from restoration.adapters.dmn.publications import read_publications


def test_draft_takes_the_place_of_its_table_and_no_manifest_says_from_when_it_counts(tmp_path: Path) -> None:
    draft = tmp_path / "coverage.dmn"
    draft.write_text("a draft", encoding="utf-8")
    with newest_tables({"coverage": draft}):
        root = Path(os.environ[BUILT])
        tables = root / DECISIONS.relative_to(ROOT)
        assert (tables / "coverage.dmn").read_text(encoding="utf-8") == "a draft"
        assert (tables / "payment.dmn").read_bytes() == (DECISIONS / "payment.dmn").read_bytes()
        assert {len(versions) for versions in read_publications(tables).values()} == {1}
        assert (tables.parent / "app.py").is_file()
        assert (root / "functions" / "check_payment" / "app.py").is_file()
    assert BUILT not in os.environ
    assert not root.exists()
