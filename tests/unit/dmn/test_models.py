"""Small models, one a line of ``models.txt``: what each decides or why it is refused, and how else it is read.

The first line has types, which all have, and nodes, of which each has those that it names. The signs are those of
``notation``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import dmn

from .notation import decision, written

HEAD, *LINES = Path(__file__).with_name("models.txt").read_text(encoding="utf-8").splitlines()
GIVEN = {"n": 3, "s": "a", "d": "2024-02-28", "w": "CARD", "i": 2, "b": True, "h": [], "o": None, "g": None}
WAYS: dict[str, dict[str, Any]] = {
    "strictly": {},
    "leniently": {"strict": False},
    "camunda": {"dialect": "camunda"},
    "often": {"times": 10},  # by when a table has its index
}

START, *PARTS = re.split("(?=<(?:itemDefinition|inputData|businessKnowledgeModel|decision) )", written(HEAD))


def with_what_it_names(inside: str) -> str:
    """Put before a model the types and nodes that it names, or that these name."""
    for part in reversed(PARTS):
        names = "|".join(re.findall(r' (?:id|name)="(\w+)"', part.partition(">")[0]))
        inside = part + inside if re.search(rf"\b({names})\b", inside) else inside
    return f"{START}{inside}</definitions>"


def outcome(inside: str, inputs: dict[str, object], times: int = 1, **way: Any) -> str:
    try:
        model = dmn.loads(inside, "m", **way)
        evaluation = [model.evaluate("it", inputs) for _ in range(times)][-1]
    except dmn.DmnError as error:
        return f"{type(error).__name__}: {error}"
    told = [json.dumps(evaluation.to_json()["value"], ensure_ascii=False)]
    told += [f"{kind} at {at} of {place} '{text}': {why}" for kind, why, at, text, place in evaluation.warnings]
    for audit in evaluation.to_json()["decisions"]:
        matched = [rule["index"] for rule in audit["matchedRules"]]
        notes = [note for rule in audit["matchedRules"] for note in rule["annotations"].items()]
        given, gave = (json.dumps(audit[each], ensure_ascii=False) for each in ("inputs", "outputs"))
        told.append(f"{audit['kind']} {audit['id']} {audit['name']} {given} {matched}{notes or ''} → {gave}")
    told += [f"found {finding}" for finding in model.findings]
    for severity, kind, place, rules, why, _, column, cell in (
        each for at in dmn.analyse(model) for each in at.findings
    ):
        told.append(f"{severity} {kind} in {place} {rules} {column} {cell!r}: {why}")
    return "; ".join(told)


def told(line: str) -> str:
    text = line.partition(" ⟹ ")[0]
    given, _, inside = text.rpartition(" ⊢ ")
    inside = written(inside)
    if "<decision " not in inside and 'id="it"' not in inside:
        inside = decision("it", inside)
    inputs = GIVEN | json.loads(given or "{}")
    inside = with_what_it_names(inside)
    ways = list(WAYS)[: len(WAYS) if "<decisionTable" in inside else -1]
    outcomes = {name: outcome(inside, inputs, **WAYS[name]) for name in ways}
    others = [f" ⟹ {name}: {each}" for name, each in outcomes.items() if each != outcomes["strictly"]]
    return f"{text} ⟹ {outcomes['strictly']}{''.join(others)}"


@pytest.mark.parametrize("line", LINES, ids=range(2, len(LINES) + 2))
def test_a_model_decides_as_its_line_says(line: str) -> None:
    assert told(line) == line
