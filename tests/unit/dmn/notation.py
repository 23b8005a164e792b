"""DMN as the engine's tests write it: XML, with a few signs in place of what is in every model.

`«text»` is a literal expression; `→n`, `⇒it` and `⇀f` require an input, a decision, a function, and `⇒urn:b#it` one of
another file. `⊞POLICY inputs→outputs/cells of a rule|…⊟` is a table, and `name:type{allowed values}=default` a column.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
NEEDS = {"→": ("information", "Input"), "⇒": ("information", "Decision"), "⇀": ("knowledge", "Knowledge")}


def model_text(inside: str, namespace: str = "urn:d", *, version: str = DMN, more: str = "") -> str:
    head = f'<definitions xmlns="{version}" id="d" name="d" namespace="{namespace}"{more}>'
    return f"{head}{written(inside)}</definitions>"


def input_data(name: str, kind: str = "Any") -> str:
    return f'<inputData id="in{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'


def decision(key: str, inside: str, name: str = "") -> str:
    return f'<decision id="{key}" name="{name or key}">{inside}</decision>'


def function(name: str, parameter: str, inside: str) -> str:
    logic = f'<encapsulatedLogic><formalParameter name="{parameter}"/>{inside}</encapsulatedLogic>'
    return f'<businessKnowledgeModel id="{name}" name="{name}">{logic}</businessKnowledgeModel>'


def table(policy: str, inputs: Sequence[str], outputs: Sequence[str], rules: Iterable[Sequence[str]]) -> str:
    parts = [_column("input", each) for each in inputs] + [_column("output", each) for each in outputs]
    for at, rule in enumerate(rules, 1):
        tags = ["inputEntry"] * len(inputs) + ["outputEntry"] * (len(rule) - len(inputs))
        cells = [_text(tag, cell, f' id="{tag[:2]}{at}"') for tag, cell in zip(tags, rule, strict=False)]
        parts.append(f'<rule id="r{at}">{"".join(cells)}</rule>')
    return f'<decisionTable id="t" hitPolicy="{escape(policy)}">{"".join(parts)}</decisionTable>'


def written(text: str) -> str:
    """Write the signs in a text as XML."""
    text = re.sub("«(.*?)»", lambda found: _text("literalExpression", found[1], ' id="le"'), text)
    text = re.sub(r"⊞(\S+) (.*?)→(.*?)((?:/.*?)*)⊟", _table, text)
    return re.sub(r"([→⇒⇀])((?:[\w:]+#)?\w+)", _need, text)


def _table(found: re.Match[str]) -> str:
    policy, *columns, rules = found.groups()
    inputs, outputs = (re.split(r",(?![^{]*\})", each) if each else [] for each in columns)
    return table(policy, inputs, outputs, [rule.split("|") for rule in rules[1:].split("/")])


def _column(tag: str, text: str) -> str:
    name, kind, values, default = re.fullmatch(r"([^:{=]*)(?::(\w+))?(?:\{(.*)\})?(?:=(.*))?", text).groups()  # type: ignore[union-attr]
    of_type = f' typeRef="{kind}"' if kind else ""
    inside = _text("inputExpression", name, of_type) if tag == "input" else ""
    inside += _text(f"{tag}Values", values) if values else ""
    inside += _text("defaultOutputEntry", default) if default else ""
    return f'<{tag} id="{tag}" name="{name}"{of_type}>{inside}</{tag}>'


def _need(found: re.Match[str]) -> str:
    of, what = NEEDS[found[1]]
    target = found[2] if "#" in found[2] else f"#{found[2]}"
    return f'<{of}Requirement><required{what} href="{target}"/></{of}Requirement>'


def _text(tag: str, text: str, attributes: str = "") -> str:
    return f"<{tag}{attributes}><text>{escape(text, quote=False)}</text></{tag}>"
