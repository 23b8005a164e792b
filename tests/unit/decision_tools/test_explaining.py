"""An explanation is what a business person can read: which rules decided, on what grounds, from what source."""

import json
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import dmn
from local.decision_tools import main as commands
from ops.decisions.explaining import Explainer
from ops.decisions.tables import DECISIONS
from ops.decisions.versions import Library
from supervision.cases.kept_decisions import read_file
from tests.unit.decision_tools.samples import forgotten, kept_item, write_kept, write_model

RENUMBERED = ("<text>50</text>", "<text>60</text>")
HASHES = ["e05d7a7e", "6c3fdea1", "2e9c5d19", "374a8149", "e7300ef1", "128b05cd", "a6e27531", "1b4ed3e7"]
EXPLAINED = Path(__file__).parents[3] / "build" / "explained.txt"


def explain(folder: Path, item: dict[str, Any], *, width: int = 120) -> str:
    kept = read_file(write_kept(folder / "kept.jsonl", [item]))
    console = Console(record=True, width=width, no_color=True)
    Explainer(console, Library(folder)).explain(item["limitationId"], kept)
    return console.export_text()


@pytest.fixture
def item(tmp_path: Path) -> dict[str, Any]:
    return kept_item(dmn.load(write_model(tmp_path)), "LIM-1")


def test_each_kind_of_case_is_explained_as_it_was(tmp_path: Path) -> None:
    """Drawn, too wide, forgotten, by the last resort, with a warning, by no rule, with a table that changed since."""
    item = kept_item(dmn.load(write_model(tmp_path)), "LIM-1")
    bare = {**forgotten(item), "grounds": [{"decision": "grant", "rule": "gone", "tested": {}}]}
    told = [explain(tmp_path, item), explain(tmp_path, item, width=70)]
    told += [explain(tmp_path, each) for each in (forgotten(item), bare)]
    told.append(explain(tmp_path, kept_item(dmn.load(write_model(tmp_path)), "LIM-2", income=5000)))
    doubtful = dmn.load(write_model(tmp_path, ("<text>100</text>", "<text>100 + null</text>")))
    told.append(explain(tmp_path, kept_item(doubtful, "LIM-3")))
    picky = (
        '<text>-</text></inputEntry>\n        <inputEntry id="c8"><text>-',
        '<text>"LOW"</text></inputEntry>\n        <inputEntry id="c8"><text>-',
    )
    told.append(explain(tmp_path, kept_item(dmn.load(write_model(tmp_path, picky)), "LIM-4", income=5000)))
    write_model(tmp_path, RENUMBERED)
    told.append(explain(tmp_path, item))

    EXPLAINED.parent.mkdir(exist_ok=True)
    EXPLAINED.write_text("\n".join(told), encoding="utf-8")
    hashes = [sha256(text.encode()).hexdigest()[:8] for text in told]
    assert hashes == HASHES, f"it is explained differently: {EXPLAINED}. If it is meant, keep the hashes"


def test_the_version_that_decided_is_found_in_the_history(tmp_path: Path, item: dict[str, Any]) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(tmp_path), *identity, *arguments], check=True, capture_output=True)  # noqa: S603, S607

    git("init", "-q")
    git("add", "grant.dmn")
    git("commit", "-q", "-m", "as it was")
    write_model(tmp_path, RENUMBERED)
    git("commit", "-q", "-a", "-m", "as it is")

    text = explain(tmp_path, item)

    assert f"{item['version']}, modifiée depuis (commit " in text
    assert "│ 50 " in text.replace("  ", " ")


def test_a_version_that_is_nowhere_is_told_and_the_present_table_is_shown(tmp_path: Path, item: dict[str, Any]) -> None:
    present = dmn.load(write_model(tmp_path, RENUMBERED)).version

    text = " ".join(explain(tmp_path, item, width=200).split())

    assert f"introuvable ; la table montrée est l'actuelle ({present})" in text


def test_an_unknown_case_is_told_with_those_there_are(
    tmp_path: Path, item: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_kept(tmp_path / "kept.jsonl", [item])

    assert commands.main(["explain", "LIM-9", "--from", str(path)]) == 2
    assert "aucune décision de « LIM-9 » ; on y trouve : LIM-1" in capsys.readouterr().out


def test_a_kept_decision_of_the_project_is_explained_by_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = {"code": "SGT4B8", "refusals": 0}
    model = dmn.load(DECISIONS / "refusal.dmn")
    audit = model.evaluate("refusal", inputs).to_json()
    kept = {
        "limitationId": "LIM-1",
        "decidedAt": "2026-05-04T08:00:00.000Z#refusal#run/DecideRefusal",
        "decision": "refusal",
        "askedBy": "run/DecideRefusal",
        "version": model.version,
        "inputs": inputs,
        "audit": audit,
    }
    path = tmp_path / "kept.jsonl"
    path.write_text(json.dumps(kept), encoding="utf-8")

    assert commands.main(["explain", "LIM-1", "--long", "--from", str(path)]) == 0

    shown = capsys.readouterr().out
    assert f"refusal.dmn {model.version}, en vigueur" in shown
    assert shown.count("▶ Règle") == 1
