"""The decision files open in Camunda Modeler: its own reader (dmn-moddle) has no warning, and everything is drawn."""

from pathlib import Path
from typing import Any

import pytest

from tests.npm import ROOT, read

DECISIONS = sorted((ROOT / "functions" / "evaluate_decision" / "decisions").glob("*.dmn"))


@pytest.fixture(scope="module")
def reports() -> dict[str, Any]:
    return dict(read("dmn-moddle", "read_dmn.mjs", *DECISIONS))


@pytest.mark.parametrize("file", DECISIONS, ids=lambda file: file.stem)
def test_decision_file_opens_in_the_modeler(file: Path, reports: dict[str, Any]) -> None:
    report = reports[str(file)]
    assert report["warnings"] == report["undrawn"] == []
    assert report["decisions"]
