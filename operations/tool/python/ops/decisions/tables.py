"""Decision tables as people see them: where they are, and the source that a rule's annotation names."""

from pathlib import Path

import dmn

ROOT = Path(__file__).resolve().parents[5]
DECISIONS = ROOT / "functions" / "evaluate_decision" / "decisions"


def source_of(rule: dmn.TableRule) -> str:
    return " · ".join(filter(None, [rule.description, *map(in_one_line, rule.annotations)]))


def in_one_line(cell: str) -> str:
    return " ".join(cell.split())
