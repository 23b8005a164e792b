"""Which definition an execution runs on.

Step Functions keeps no list of definitions. It says which one an execution has, in a call with a small quota.
Executions that start between two of one definition have the same one. So few calls are needed: one for each definition,
and some more for each bound between two.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ops.event_log.definition import Definition
from restoration.clock import to_text

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

UNSETTLED = timedelta(seconds=90)
"""After an update an execution may still start with the definition before: the update reaches all places by and by.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
"""


@dataclass(slots=True)
class Version:
    """A definition, and when it was deployed: that moment is its name, too.

    Parameters
    ----------
    since, until
        Executions that started within that time surely have it.
    """

    deployed_at: datetime
    definition: Definition
    since: datetime
    until: datetime

    @property
    def name(self) -> str:
        return to_text(self.deployed_at)


class Versions:
    """Finds the version of executions, as Step Functions knows them."""

    def __init__(self, client: "SFNClient") -> None:
        self._client = client
        self._known: dict[datetime, Version] = {}

    def of(self, execution: str, started_at: datetime) -> Version | None:
        """The version of an execution (its ARN); None where nobody knows it any more."""
        for version in self._known.values():
            if version.since <= started_at <= version.until:
                return version
        try:
            found = self._client.describe_state_machine_for_execution(executionArn=execution)
        except self._client.exceptions.ExecutionDoesNotExist:
            return None
        deployed_at = found["updateDate"]
        if deployed_at not in self._known:
            definition = Definition.of(json.loads(found["definition"]))
            self._known[deployed_at] = Version(deployed_at, definition, deployed_at + UNSETTLED, deployed_at)
        version = self._known[deployed_at]
        # Of those that started shortly before it, some may have had an update sooner.
        version.until = max(version.until, started_at - UNSETTLED)
        return version
