"""The decision files open in Camunda Modeler: its own reader (dmn-moddle) has no warning, and everything is drawn."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.npm import ROOT, read

DECISIONS = sorted((ROOT / "functions" / "evaluate_decision" / "decisions").glob("*.dmn"))


@cache
def _reports(files: tuple[Path, ...]) -> dict[str, Any]:
    return dict(read("dmn-moddle", "read_dmn.mjs", *files))


@pytest.mark.parametrize("file", DECISIONS, ids=lambda file: file.stem)
def test_decision_file_opens_in_the_modeler(file: Path) -> None:
    report = _reports(tuple(DECISIONS))[str(file)]
    assert report["warnings"] == []
    assert report["decisions"]


def test_reader_would_warn(tmp_path: Path) -> None:
    text = DECISIONS[0].read_text(encoding="utf-8")
    broken = tmp_path / "broken.dmn"
    broken.write_text(text.replace("<dmndi:DMNShape ", "<dmndi:DMNShapes ", 1), encoding="utf-8")
    report = _reports((broken,))[str(broken)]
    assert report["warnings"] or report["undrawn"]
