"""What a replay is worth: the edits of a new table, the cases that reach each, and made ones."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from local.decision_tools.replays.made_cases import CaseMaker
from local.decision_tools.replays.replaying import Case, Comparison, compare_cases
from local.decision_tools.tables.edits import Edit, Edits

_ENOUGH = 5
"""Made cases of a rule that are shown."""


type Evidence = tuple[Sequence[tuple[Edit, int]], Comparison | None]
"""The edits, each with how many replayed cases match its row, before or after; and a comparison of made cases."""


def weigh(edits: Edits, decision: str, cases: Sequence[Case], bases: Sequence[Mapping[str, Any]]) -> Evidence:
    """Weigh a replay: what changed, and whether its cases say anything about that.

    Where an edited row is reached by no case, or no case ends otherwise although something changed, cases are made.

    Parameters
    ----------
    bases
        The inputs of the replayed cases, from which others are made.
    """
    counts = Counter(rule for case in cases for rule in case.before.matched | case.after.matched)
    weighed = tuple((edit, counts[edit.rule]) for edit in edits.meant)
    unreached = [edit.rule for edit, reached in weighed if edit.rule and not reached]
    if not weighed or (not unreached and compare_cases(decision, cases).changed):
        return weighed, None
    models = edits.before, edits.after
    made: dict[str, Case] = {}
    for rule in dict.fromkeys(unreached or [edit.rule for edit, _ in weighed]):
        already = len(made)
        for _, case in CaseMaker(models, decision).differing(bases, bases, rule):
            made.setdefault(case.name, case)
            if len(made) - already == _ENOUGH:
                break
    return weighed, compare_cases(decision, list(made.values()))
