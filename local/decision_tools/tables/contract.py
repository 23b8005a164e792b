"""The contract between the tables and the rest of the system: the names and the codes that both sides know.

``contract.json`` has it. Engineers own it: a name or a code in it is compared somewhere in
a state machine or in the code, so that a table which changes it alone decides something that nobody understands. A test
holds it to the state machines and to the code; ``make decisions`` holds the tables to it.

For each decision that is called, ``inputs`` are what it is given, with the codes that may come (null where any value
may), and ``results`` what is read of its value. For each column of a table, ``known`` are the only codes that it may
give, and ``needed`` those that some rule must go on giving.
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import dmn
from local.decision_tools.tables.finding_words import Remark

CONTRACT = Path(__file__).with_name("contract.json")
_ADVICE = "les codes et les noms sont un contrat avec le reste du système : en changer demande un développement"


@dataclass(frozen=True, slots=True)
class Contract:
    """What is read from the file: see the module."""

    decisions: Mapping[str, Mapping[str, Any]]
    columns: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]


@cache
def read_contract() -> Contract:
    """Read the contract."""
    return Contract(**json.loads(CONTRACT.read_text(encoding="utf-8")))


def find_breaches(models: Mapping[str, dmn.Model], *, whole: bool) -> list[Remark]:
    """Find where models break the contract.

    Parameters
    ----------
    models
        The models by the name of their file.
    whole
        Whether these are all the files, so that a decision or a table that none of them has is missed.
    """
    found: list[Remark] = []
    contract = read_contract()
    for name, expected in contract.decisions.items():
        homes = [(file, model) for file, model in models.items() if name in model.decisions]
        if not homes and whole:
            found.append(_error(f"aucun fichier n'a plus la décision « {name} », que le système appelle"))
        for file, model in homes:
            found += [_error(f"{file} : {says}") for says in _decision_breaches(model, name, expected)]
    for owner, columns in contract.columns.items():
        tables = [(file, table) for file, model in models.items() for table in model.tables if table.owner == owner]
        if not tables and whole:
            found.append(_error(f"aucun fichier n'a plus de table pour « {owner} » ; {_ADVICE}"))
        for file, table in tables:
            for name, codes in columns.items():
                found += [
                    Remark(severity, "contract", says, file, table.id)
                    for severity, says in _column_breaches(table, name, codes)
                ]
    return found


def _error(says: str) -> Remark:
    return Remark("error", "contract", says)


def _decision_breaches(model: dmn.Model, name: str, expected: Mapping[str, Any]) -> Iterator[str]:
    info = model.decisions[name]
    for result in expected["results"]:
        if info.parts and result not in info.parts:
            near = _nearest(result, info.parts)
            yield f"la décision « {info.label} » ne donne plus « {result} »{near}, que le système lit"
    given = expected["inputs"]
    asked = dict(_inputs(model, name))
    for asks, codes in asked.items():
        if asks not in given:
            near = _nearest(asks, given)
            yield f"la décision « {info.label} » demande « {asks} »{near}, que le système ne donne pas ; {_ADVICE}"
            continue
        lost = [code for code in given[asks] or () if codes is not None and code not in codes]
        if lost:
            listed = ", ".join(f"« {code} »" for code in lost)
            yield f"« {asks} » de la décision « {info.label} » n'admet plus {listed}, que le système peut donner"


def _inputs(model: dmn.Model, decision: str) -> Iterator[tuple[str, Sequence[str] | None]]:
    """The inputs of a decision and the parts of lists among them, with the codes that they admit."""
    properties: Any = model.input_schema(decision)["properties"]
    for name, schema in properties.items():
        yield name, schema.get("enum")
        for part, inner in schema.get("items", {}).get("properties", {}).items():
            yield f"{name}.{part}", inner.get("enum")


def _column_breaches(
    table: dmn.DecisionTable, name: str, codes: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    names = [output.name for output in table.outputs]
    if name not in names:
        near = _nearest(name, names)
        yield "error", f"la colonne de résultat « {name} » manque{near} ; le système la lit"
        return
    index = names.index(name)
    label = table.outputs[index].label
    given = {rule.number: rule.outputs[index] for rule in table.rules}
    constants = {number: text.strip('"') for number, text in given.items() if re.fullmatch(r'"[^"]*"', text)}
    known, needed = codes.get("known"), codes.get("needed", ())
    for number, code in constants.items():
        if known is not None and code not in known:
            near = _nearest(code, known) or f" (codes connus : {', '.join(known)})"
            yield "error", f"règle {number}, colonne « {label} » : le code « {code} » est inconnu{near} ; {_ADVICE}"
    for severity, expected in (("warning", known or ()), ("error", needed)):
        for code in expected:
            if code not in constants.values():
                says = f"colonne « {label} » : plus aucune règle ne donne « {code} », que le système attend"
                yield severity, says


def _nearest(name: str, names: Sequence[str] | Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1, cutoff=0.7)
    return f" (voulu « {near[0]} » ?)" if near else ""
