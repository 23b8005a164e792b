"""An explanation is what a business person can read: which rules decided, on what grounds, from what source."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import dmn
from local.decision_tools import main as commands
from ops.decisions.explaining import Explainer
from ops.decisions.tables import DECISIONS
from ops.decisions.versions import Library
from record.cases.kept_decisions import read_file
from tests.unit.decision_tools.samples import forgotten, kept_item, kept_of, write_kept, write_model

RENUMBERED = ("<text>50</text>", "<text>60</text>")


def explain(folder: Path, item: dict[str, Any], *, width: int = 120) -> str:
    kept = read_file(write_kept(folder / "kept.jsonl", [item]))
    console = Console(record=True, width=width, no_color=True)
    Explainer(console, Library(folder)).explain(item["limitationId"], kept)
    return console.export_text()


@pytest.fixture
def item(tmp_path: Path) -> dict[str, Any]:
    return kept_item(dmn.load(write_model(tmp_path)), "LIM-1")


def test_it_says_when_who_asked_what_was_known_and_what_came_out(tmp_path: Path, item: dict[str, Any]) -> None:
    text = explain(tmp_path, item)

    assert "Limitation LIM-1 : 1 décision, heure de Paris" in text
    assert "04/05/2026 10:00:00" in text
    assert "exécution LIM-1-run, étape Decide" in text
    assert f"grant.dmn {item['version']}, en vigueur" in text
    assert "Client depuis  2020-02-29" in text
    assert "Montant (€) : 100, Motif : ALONE" in text


def test_once_the_inputs_are_forgotten_it_says_so_and_tells_the_rules_and_the_result(
    tmp_path: Path, item: dict[str, Any]
) -> None:
    text = explain(tmp_path, forgotten(item))

    assert "Données expirées après 90 jours" in text
    assert "▶ Règle 1 car Revenu (€) = 900" in text
    assert "Source : Loi sur les personnes seules" in text
    assert "Montant (€) : 100, Motif : ALONE" in text
    assert "Client depuis  2020-02-29" not in text
    assert "Aide accordée" in text.partition("Résultat")[2]


def test_of_each_table_the_matched_rule_is_told_with_what_it_tested_its_source_and_its_result(
    tmp_path: Path, item: dict[str, Any]
) -> None:
    text = explain(tmp_path, item)

    lines = [line.strip() for line in text.splitlines()]
    at = lines.index("▶ Règle 1 sur 2 car Revenu (€) = 900")
    assert lines[at + 1 : at + 3] == ["Source : Barème : bas", "→ LOW"]
    assert "▶ Règle 1 sur 3 car Tranche = LOW ; Seul = true" in text
    assert "Source : Loi sur les personnes seules" in text
    assert "haut" not in text, "what did not match is on the table's page"


def test_the_last_resort_says_so(tmp_path: Path) -> None:
    item = kept_item(dmn.load(write_model(tmp_path)), "LIM-2", income=5000)

    assert "▶ Règle 3 sur 3 car aucune règle qui précède ne convient" in explain(tmp_path, item)


def test_warnings_are_told(tmp_path: Path) -> None:
    doubtful = ("<text>100</text>", "<text>100 + null</text>")
    text = explain(tmp_path, kept_item(dmn.load(write_model(tmp_path, doubtful)), "LIM-1"))

    assert "Avertissements" in text
    assert "100 + null" in text.partition("Avertissements")[2]


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
    assert "sur 3 car Tranche = LOW" in text


def test_a_version_that_is_nowhere_is_told_and_the_present_table_is_shown(tmp_path: Path, item: dict[str, Any]) -> None:
    present = dmn.load(write_model(tmp_path, RENUMBERED)).version

    text = " ".join(explain(tmp_path, item, width=200).split())

    assert f"introuvable ; la table lue est l'actuelle ({present})" in text


def test_an_unknown_case_is_told_with_those_there_are(
    tmp_path: Path, item: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_kept(tmp_path / "kept.jsonl", [item])

    assert commands.main(["explain", "LIM-9", "--from", str(path)]) == 2
    assert "aucune décision de « LIM-9 » ; on y trouve : LIM-1" in capsys.readouterr().out


def test_a_kept_decision_of_the_project_is_explained_by_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = dmn.load(DECISIONS / "refusal.dmn")
    kept = kept_of(model, "refusal", "LIM-1", {"code": "SGT4B8", "refusals": 0})
    path = write_kept(tmp_path / "kept.jsonl", [kept])

    assert commands.main(["explain", "LIM-1", "--long", "--from", str(path)]) == 0

    shown = capsys.readouterr().out
    assert f"refusal.dmn {model.version}, en vigueur" in shown
    assert shown.count("▶ Règle") == 1
