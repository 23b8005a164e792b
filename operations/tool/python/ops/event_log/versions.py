"""Which definition an execution runs on.

Step Functions keeps no list of definitions. It says which one an execution has, in a call with a small quota.
Executions that start between two of one definition have the same one. So few calls are needed: one for each definition,
and some more for each bound between two.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ops.event_log.definition import Definition
from record.adapters.stepfunctions.history import FIRST_REVISION
from restoration.clock import to_text

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

UNSETTLED = timedelta(seconds=90)
"""After an update an execution may still start with the definition before: the update reaches all places by and by.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
"""


@dataclass(frozen=True, slots=True)
class Version:
    """A definition, and when it was deployed: that moment is its name, too."""

    deployed_at: datetime
    definition: Definition

    @property
    def name(self) -> str:
        return to_text(self.deployed_at)


@dataclass(frozen=True, slots=True)
class Described:
    """What Step Functions says of the machine of an execution; the definition is JSON."""

    definition: str
    deployed_at: datetime
    revision: str


@dataclass(slots=True)
class _Known:
    """A version, and the executions that surely have it: those that started within a time."""

    version: Version
    since: datetime
    until: datetime


class Versions:
    """Finds the version of executions.

    Parameters
    ----------
    describe
        Describes an execution's machine; None where nobody knows the execution any more.
    created_at
        When the machine was created: its first definition replaced none.
    revision
        The machine's revision now: no execution has a later one.
    """

    def __init__(
        self, describe: Callable[[str], Described | None], created_at: datetime, revision: str = FIRST_REVISION
    ) -> None:
        self._describe = describe
        self._first_until = created_at + timedelta(seconds=1)
        self._revision = revision
        self._known: dict[datetime, _Known] = {}

    def of(self, execution: str, started_at: datetime) -> Version | None:
        """The version of an execution (its ARN); None where nobody knows it any more."""
        for known in self._known.values():
            if known.since <= started_at <= known.until:
                return known.version
        described = self._describe(execution)
        if described is None:
            return None
        known = self._known.get(described.deployed_at) or self._learn(described)
        # Of those that started shortly before it, some may have had an update sooner.
        known.until = max(known.until, started_at - UNSETTLED)
        return known.version

    def _learn(self, described: Described) -> _Known:
        deployed_at, content = described.deployed_at, json.loads(described.definition)
        since = deployed_at if deployed_at <= self._first_until else deployed_at + UNSETTLED
        is_current = described.revision == self._revision
        until = datetime.max.replace(tzinfo=UTC) if is_current else deployed_at
        known = _Known(Version(deployed_at, Definition.of(content)), since, until)
        self._known[deployed_at] = known
        return known


def versions_of(client: "SFNClient", machine: str) -> Versions:
    """The versions of a state machine (its ARN) as Step Functions knows them."""

    def describe(execution: str) -> Described | None:
        try:
            found = client.describe_state_machine_for_execution(executionArn=execution)
        except client.exceptions.ExecutionDoesNotExist:
            return None
        return Described(found["definition"], found["updateDate"], found.get("revisionId") or FIRST_REVISION)

    now = client.describe_state_machine(stateMachineArn=machine)
    return Versions(describe, now["creationDate"], now.get("revisionId") or FIRST_REVISION)
