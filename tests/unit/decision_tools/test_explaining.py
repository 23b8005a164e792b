"""An explanation is what a business person can read: which rules decided, on what grounds, from what source."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import dmn
from local.decision_tools.__main__ import main
from ops.decisions.explaining import Explainer
from ops.decisions.summing_up import Summary
from ops.decisions.versions import Library
from tests.unit.decision_tools.samples import decisions, forgotten, kept_item, write_kept, write_model
from tests.unit.ops.printing import are_as_kept, with_marks

RENUMBERED = ("<text>50</text>", "<text>60</text>")


def test_case_is_explained_and_summed_up_as_it_was(tmp_path: Path) -> None:
    """Decisions of today's file, with what is left of one, of a former one, and of one that is nowhere and doubtful."""
    model = dmn.load(write_model(tmp_path))
    (tmp_path / "former").mkdir()
    former = dmn.load(write_model(tmp_path / "former", RENUMBERED, name="grant.1.dmn"))
    doubtful = dmn.load(write_model(tmp_path / "former", ("<text>100</text>", "<text>100 + null</text>")))
    published = [
        publication("former/grant.1.dmn", former, None, "2026-01-02"),
        publication("grant.dmn", model, "2026-05-01", "2026-04-30"),
    ]
    (tmp_path / "manifest.json").write_text(json.dumps({"grant": published}), encoding="utf-8")
    whole = [kept_item(model, "LIM-1"), kept_item(model, "LIM-1", income=5000), kept_item(former, "LIM-1", alone=False)]
    stranger = forgotten(whole[0]) | {"grounds": [{"decision": "gone", "rule": "gone_rule", "tested": {}}]}
    odd = kept_item(model, "LIM-1")
    odd["audit"]["decisions"].insert(0, {"id": "sum", "name": "Total", "inputs": {}, "outputs": 3, "matchedRules": []})
    items = [*whole, forgotten(whole[2]), kept_item(doubtful, "LIM-1"), stranger, odd]
    kept = decisions(items)
    console = Console(record=True, width=100, color_system="standard", force_terminal=True, file=io.StringIO())
    Explainer(console, Library(tmp_path)).explain("LIM-1", kept)
    Summary(console, Library(tmp_path)).tell("LIM-1", kept, more="ops explain LIM-1 --long")
    are_as_kept("explained.txt", [with_marks(console.export_text(styles=True))])


def publication(file: str, model: dmn.Model, since: str | None, on: str) -> dict[str, Any]:
    by = {"approvedBy": "Anne", "approvedOn": on, "why": "it was right"}
    return {"file": file, "version": model.version, "from": since, **by}


def test_an_unknown_case_is_told_with_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_kept(tmp_path / "kept.jsonl", [kept_item(dmn.load(write_model(tmp_path)), "LIM-1")])

    assert main(["explain", "LIM-9", "--from", str(path)]) == 2
    assert "aucune décision de « LIM-9 » ; on y trouve : LIM-1" in capsys.readouterr().out
