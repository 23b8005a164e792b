"""A small decision file to change, and decisions kept of it."""

import csv
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dmn
from local.decision_tools.scenarios.books import STORIES
from ops.decisions.tables import DECISIONS
from record.cases import kept_decisions
from record.cases.kept_decisions import KeptDecision


def _input(name: str, kind: str, label: str) -> str:
    variable = f'<variable name="{name}" typeRef="{kind}" />'
    return f'<inputData id="input_{name}" name="{name}" label="{label}">{variable}</inputData>'


def _column(name: str, kind: str, label: str) -> str:
    return f'<input label="{label}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'


def _rule(key: str, source: str, tests: list[str], outputs: list[str]) -> str:
    cells = [f"<inputEntry><text>{it}</text></inputEntry>" for it in tests]
    cells += [f'<outputEntry id="{key}_{at}"><text>{it}</text></outputEntry>' for at, it in enumerate(outputs, 1)]
    return f'<rule id="{key}"><description>{source}</description>{"".join(cells)}</rule>'


GRANT = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="aid" name="Aide" namespace="urn:grant">
  <description>Qui reçoit une aide.</description>
  {_input("income", "number", "Revenu (€)")}
  {_input("since", "date", "Client depuis")}
  {_input("city", "string", "Ville")}
  {_input("alone", "boolean", "Seul")}
  <decision id="band" name="Tranche">
    <question>Quelle tranche ?</question>
    <variable id="v5" name="band" typeRef="string" />
    <informationRequirement id="r1"><requiredInput href="#input_income" /></informationRequirement>
    <decisionTable id="band_table" hitPolicy="UNIQUE">
      {_column("income", "number", "Revenu (€)")}
      <output id="band_out" label="Tranche" typeRef="string" />
      {_rule("band_low", "Barème : bas", ["&lt; 1000"], ['"LOW"'])}
      {_rule("band_high", "Barème : haut", ["&gt;= 1000"], ['"HIGH"'])}
    </decisionTable>
  </decision>
  <decision id="grant" name="Aide accordée">
    <question>Combien ?</question>
    <variable id="v6" name="grant" />
    <informationRequirement id="r2"><requiredDecision href="#band" /></informationRequirement>
    <informationRequirement id="r3"><requiredInput href="#input_alone" /></informationRequirement>
    <informationRequirement id="r4"><requiredInput href="#input_since" /></informationRequirement>
    <informationRequirement id="r5"><requiredInput href="#input_city" /></informationRequirement>
    <decisionTable id="grant_table" hitPolicy="FIRST">
      {_column("band", "string", "Tranche")}
      {_column("alone", "boolean", "Seul")}
      <output id="grant_out1" label="Montant (€)" name="amount" typeRef="number" />
      <output id="grant_out2" label="Motif" name="reason" typeRef="string" />
      {_rule("grant_alone", "Loi sur les personnes seules", ['"LOW"', "true"], ["100", '"ALONE"'])}
      {_rule("grant_low", "Politique commerciale", ['"LOW"', "-"], ["50", '"LOW"'])}
      {_rule("grant_none", "Personne d'autre", ["-", "-"], ["0", '"NONE"'])}
    </decisionTable>
  </decision>
</definitions>
"""

INPUTS: dict[str, Any] = {"income": 900, "since": "2020-02-29", "city": "Lyon", "alone": True}


def write_model(folder: Path, *changes: tuple[str, str], name: str = "grant.dmn") -> Path:
    """Write the file with some of its text replaced."""
    path = folder / name
    path.write_text(replaced(GRANT, *changes), encoding="utf-8")
    return path


def replaced(text: str, *changes: tuple[str, str], count: int = -1) -> str:
    """A text with parts of it replaced, each of which is there."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, count)
    return text


def write_draft(folder: Path, source: Path, *changes: tuple[str, str]) -> Path:
    """Write a draft of a published file, in which each part is replaced where it is first."""
    draft = folder / "draft.dmn"
    draft.write_text(replaced(source.read_text(encoding="utf-8"), *changes, count=1), encoding="utf-8")
    return draft


def first_versions(folder: Path) -> Path:
    """A copy of the project's files as they were first, whatever is published after them."""
    folder.mkdir()
    manifest = json.loads((DECISIONS / "manifest.json").read_text(encoding="utf-8"))
    for name, entries in manifest.items():
        shutil.copy(DECISIONS / entries[0]["file"], folder / f"{name}.dmn")
    listed = {name: [{**entries[0], "file": f"{name}.dmn"}] for name, entries in manifest.items()}
    (folder / "manifest.json").write_text(json.dumps(listed), encoding="utf-8")
    return folder


def first_scenarios(folder: Path) -> Path:
    """A copy of the scenarios as they were of the first versions."""
    folder.mkdir()
    for path in STORIES.glob("*.csv"):
        first, *lines = csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
        begins, ends = first.index("à partir du"), first.index("jusqu'au")
        with (folder / path.name).open("w", encoding="utf-8-sig", newline="") as file:
            rows = ([*line[:ends], "", *line[ends + 1 :]] for line in lines if not line[begins])
            csv.writer(file, delimiter=";", lineterminator="\n").writerows([first, *rows])
    return folder


def kept_item(model: dmn.Model, case: str, **inputs: object) -> dict[str, Any]:
    """A decision of the small file as the file of kept decisions has it."""
    return kept_of(model, "grant", case, INPUTS | inputs)


def kept_of(model: dmn.Model, decision: str, case: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """Any decision as the file of kept decisions has it."""
    audit = json.loads(json.dumps(model.evaluate(decision, inputs).to_json(), default=str))
    execution = f"{case}-run/Decide"
    matched = [(step, rule["id"]) for step in audit["decisions"] for rule in step["matchedRules"]]
    return {
        "limitationId": case,
        "decidedAt": f"2026-05-04T08:00:00.000Z#{decision}#{execution}",
        "decision": decision,
        "askedBy": execution,
        "version": model.version,
        "matchedRules": [rule for _, rule in matched],
        "value": audit["value"],
        "grounds": [{"decision": step["id"], "rule": rule, "tested": step["inputs"]} for step, rule in matched],
        "inputs": inputs,
        "audit": audit,
    }


def forgotten(item: dict[str, Any]) -> dict[str, Any]:
    """The decision once its inputs and its audit are not kept any more."""
    return {name: value for name, value in item.items() if name not in {"inputs", "audit"}}


def decisions(items: Iterable[dict[str, Any]]) -> list[KeptDecision]:
    """Decisions as they are read of the file."""
    return [kept_decisions.kept_of("sample", kept_decisions.exact, json.dumps(it)) for it in items]


def write_kept(path: Path, items: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return path
