"""What a draft would have changed of the last days' kept cases: how many, of how many customers, for which debts."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import dmn
from local.decision_tools.replays.replaying import Case, replay_kept
from record.cases.kept_decisions import KeptDecision
from record.formats import counted
from restoration.domain.french import euro

DEBT = "limitationDebt"
"""The input of the coverage decision that holds the debt behind the limitation, in euro."""


class Impact:
    """The kept cases under a draft. Its figures, ``all`` of what changes, are in French: cases, customers, debts.

    Raises
    ------
    NothingFound
        No kept decision can be replayed.
    """

    def __init__(self, kept: Sequence[KeptDecision], decision: str, draft: dmn.Model) -> None:
        comparison = replay_kept(kept, decision, draft)
        self.total = comparison.total
        self._changed = [case for case in comparison.cases if not case.before.same_as(case.after)]
        self._contracts = {it.limitation_id: it.contract_id or it.limitation_id for it in kept}
        self._debts = debts_of(kept)
        self.all = self._told(self._changed)

    def like(self, was: Mapping[str, Any], then: Mapping[str, Any]) -> str:
        """The cases that change in the same way, as far as codes go: from the same ones to the same ones."""
        codes = [name for name, value in then.items() if isinstance(value, str) or isinstance(was[name], str)]
        return self._told(
            case
            for case in self._changed
            if all(_of(case.before.value, it) == was[it] and _of(case.after.value, it) == then[it] for it in codes)
        )

    def _told(self, cases: Iterable[Case]) -> str:
        limitations = [case.name.partition(" ")[0] for case in cases]
        customers = counted(len({self._contracts[it] for it in limitations}), "client")
        debt = sum((self._debts.get(it, Decimal(0)) for it in set(limitations)), Decimal(0))
        return f"{len(limitations)} cas, {customers}, {euro(debt)} de dette"


def debts_of(kept: Iterable[KeptDecision]) -> dict[str, Decimal]:
    """The debt behind each limitation, in euro, as the last of its decisions that reads it has it."""
    told = ((it.limitation_id, (it.inputs or {}).get(DEBT)) for it in kept)
    return {limitation_id: Decimal(str(debt)) for limitation_id, debt in told if debt is not None}


def _of(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None
