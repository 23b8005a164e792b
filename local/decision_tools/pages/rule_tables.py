"""``rule_tables.json`` of supervision: the rows of the tables, so that a screen shows them without the engine."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dmn
from ops.decisions.tables import in_one_line, source_of
from restoration.adapters.dmn.publications import Publication, read_publications


def summary(folder: Path) -> str:
    """Return the summary of all published versions as JSON, each rule on a line of its own.

    Raises
    ------
    dmn.ModelError
        A file can't be loaded.
    """
    published = [(name, it) for name, several in sorted(read_publications(folder).items()) for it in several]
    return "[\n" + ",\n".join(_version(name, it, dmn.load(folder / it.file)) for name, it in published) + "\n]\n"


def _version(name: str, publication: Publication, model: dmn.Model) -> str:
    """One version of a file. The decision that is asked for is the last one of its file."""
    asked = list(model.decisions.values())[-1]
    head = {
        "file": name,
        "decision": asked.id,
        "title": model.title,
        "version": model.version,
        "from": publication.since.isoformat() if publication.since else None,
        "about": in_one_line(model.description),
    }
    tables = ",\n".join(map(_table, model.tables))
    return f' {{{_inside(head)}, "tables": [\n{tables}\n ]}}'


def _table(table: dmn.DecisionTable) -> str:
    head = {"owner": table.owner, "title": table.title, "policy": table.policy}
    rules = ",\n".join(f"   {_json(_rule(table, rule))}" for rule in table.rules)
    return f'  {{{_inside(head)}, "rules": [\n{rules}\n  ]}}'


def _rule(table: dmn.DecisionTable, rule: dmn.TableRule) -> Sequence[Any]:
    """Its id; its conditions, without those that admit anything; its results, without empty ones; its source."""
    columns = zip(table.inputs, map(in_one_line, rule.tests), strict=True)
    asked = [[column.label, cell] for column, cell in columns if cell not in {"-", ""}]
    outputs = zip(table.outputs, map(in_one_line, rule.outputs), strict=True)
    given = [[column.label or table.title, cell] for column, cell in outputs if cell not in {"null", ""}]
    return [rule.id, asked, given, source_of(rule)]


def _inside(values: Mapping[str, Any]) -> str:
    return _json(values)[1:-1]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
