"""Which definition an execution runs on.

Step Functions keeps no list of definitions. It says which one an execution has, in a call with a small quota.
Executions that start between two of one definition have the same one. So few calls are needed: one for each definition,
and some more for each bound between two.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from restoration.clock import to_text
from restoration.domain.definition import Definition

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


@dataclass(slots=True)
class _Known:
    version: Version
    until: datetime
    """The latest start that is known to have it."""


class Versions:
    """Finds the version of executions.

    Parameters
    ----------
    describe
        Gives an execution's definition (JSON text) and when it was deployed; None where nobody knows it any more.
    created_at
        When the machine was created: its first definition replaced none.
    """

    def __init__(self, describe: Callable[[str], tuple[str, datetime] | None], created_at: datetime) -> None:
        self._describe = describe
        self._first_until = created_at + timedelta(seconds=1)
        self._known: dict[datetime, _Known] = {}

    def of(self, execution: str, started_at: datetime) -> Version | None:
        """The version of an execution (its ARN); None where nobody knows it any more."""
        for known in self._known.values():
            if self._settled_at(known.version) <= started_at <= known.until:
                return known.version
        described = self._describe(execution)
        if described is None:
            return None
        text, deployed_at = described
        if deployed_at not in self._known:
            content: Mapping[str, Any] = json.loads(text)
            self._known[deployed_at] = _Known(Version(deployed_at, Definition.of(content)), started_at)
        known = self._known[deployed_at]
        known.until = max(known.until, started_at)
        return known.version

    def _settled_at(self, version: Version) -> datetime:
        is_first = version.deployed_at <= self._first_until
        return version.deployed_at if is_first else version.deployed_at + UNSETTLED


def versions_of(client: "SFNClient", machine: str) -> Versions:
    """The versions of a state machine (its ARN) as Step Functions knows them."""

    def describe(execution: str) -> tuple[str, datetime] | None:
        try:
            found = client.describe_state_machine_for_execution(executionArn=execution)
        except client.exceptions.ExecutionDoesNotExist:
            return None
        return found["definition"], found["updateDate"]

    return Versions(describe, client.describe_state_machine(stateMachineArn=machine)["creationDate"])
