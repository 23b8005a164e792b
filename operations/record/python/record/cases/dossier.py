"""All that the tables and Step Functions know about one limitation."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from record.adapters.dynamodb.counted_facts import references_of, triggers_of
from record.adapters.stepfunctions.history import read_course
from record.cases.kept_decisions import KeptDecision, read_table
from record.cases.register import Named, RegisterReader, find
from record.domain.course import Course
from record.domain.states import Party
from restoration.domain.limitation import execution_name

_AT_ONCE = 8
_MOST_EXECUTIONS = 24


@dataclass(frozen=True, slots=True)
class Dossier:
    """One limitation with all that belongs to it. ``item`` is the register's, its attributes as they are there."""

    limitation_id: str
    item: Mapping[str, Any]
    executions: Sequence[Course]
    decisions: Sequence[KeptDecision]
    orders: Sequence[Mapping[str, Any]]
    messages: Sequence[Mapping[str, Any]]
    acts: Sequence[Mapping[str, Any]] = ()

    @property
    def holder(self) -> Course | None:
        """The execution that acts now, or that died while it did."""
        holder = self.item.get("holder")
        return next((each for each in self.executions if each.execution == holder), None)

    @property
    def waits_for(self) -> Party | None:
        """For whom the case waits now; None when nobody acts."""
        return self.holder.waits_for if self.holder else None


class DossierReader(RegisterReader):
    """Finds the cases of one stack that somebody names, and reads all that is known of each."""

    def named(self, key: str) -> tuple[Named, Sequence[Dossier]]:
        """The limitations that a limitation's, contract's, point's, customer's or execution's name means.

        Raises
        ------
        NothingFound
            When nothing has such a name.
        """
        named = find(self._stack, key)
        also = [named.key] if named.kind == "execution" else []
        return named, [self.read(each, also) for each in named.limitation_ids]

    def decisions(self, limitation_id: str) -> Sequence[KeptDecision]:
        """The decisions about a limitation that are kept, in their order."""
        return read_table(self._client, self._stack.name("decisions"), limitation_id)

    def read(self, limitation_id: str, also: Iterable[str] = ()) -> Dossier:
        """Read one limitation's dossier.

        Parameters
        ----------
        also
            Names of executions that were named by hand.
        """
        states = self._stack.client("stepfunctions")
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            deciding = pool.submit(self.decisions, limitation_id)
            sending = pool.submit(self.messages, limitation_id)
            acting = pool.submit(self.acts, limitation_id)
            item = self.limitation(limitation_id)
            ordering = pool.submit(self.orders, references_of(limitation_id, item))
            decisions = deciding.result()
            names = _executions(limitation_id, item, decisions, also)
            executions = pool.map(lambda name: read_course(states, self._stack.execution(name)), names)
            return Dossier(
                limitation_id,
                item,
                sorted(filter(None, executions), key=lambda each: each.started_at),
                decisions,
                ordering.result(),
                sending.result(),
                acting.result(),
            )


def _executions(
    limitation_id: str, item: Mapping[str, Any], decisions: Sequence[KeptDecision], also: Iterable[str]
) -> Sequence[str]:
    """The names of the executions that acted, or may have: those that the tables name, then those of its triggers."""
    arns = (
        item.get("holder"),
        item.get("settlement", {}).get("execution"),
        item.get("takenOverFrom", {}).get("holder"),
    )
    decided = [each.asked_by.partition("/")[0] for each in reversed(decisions)]
    started = [execution_name(limitation_id, trigger) for trigger in triggers_of(limitation_id, item)]
    known = dict.fromkeys([*also, *(arn.rpartition(":")[2] for arn in arns if arn), *decided, *started])
    return [name for name in known if name.startswith(f"{limitation_id}-")][:_MOST_EXECUTIONS]
