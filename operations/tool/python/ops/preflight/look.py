"""What every check is given: the environment, the account, and what the parameters need of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from ops.account import Account
from ops.environments import Environment
from ops.template import templates
from restoration.clock import utc_now

BURST_SECONDS = 600
"""A dunning run reports a day's limitations in ten minutes."""
TRANSITIONS_OF_A_CASE = 24
MESSAGES_OF_A_CASE = 3
CALLS_OF_THE_MACHINES = 50
"""Functions that the machines run at once in a burst: 17 cases a second, six calls each, half a second a call."""
RECORDS_AT_ONCE = 10
"""Copies of the record's function in a burst, and what preflight asks to bound it and the screens with."""
LEFT_BY_AWS = 100
"""What nobody may reserve of an account's concurrency."""
SECONDS_OF_A_PAGE = 0.5
NEVER_CREATED = {"ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"}
EVENTS_PER_SECOND = 300
"""Three million direct debits in three hours."""


@dataclass(frozen=True)
class Look:
    """One look at an account for one environment."""

    environment: Environment
    account: Account
    cases_a_day: int = 10_000
    now: Callable[[], datetime] = utc_now

    @property
    def region(self) -> str:
        return self.environment.region

    def parameter(self, name: str) -> str:
        """A parameter's value in the environment, else the default of a template."""
        declared = {each: one for document in templates() for each, one in document["Parameters"].items()}
        return str(self.environment.parameters.get(name, declared.get(name, {}).get("Default", "")))

    @property
    def is_deployed(self) -> bool:
        stack = self.account.description
        return stack is not None and stack["StackStatus"] not in NEVER_CREATED

    # ── What the parameters need ──

    @property
    def concurrency(self) -> int:
        """Functions that run at the same time in a burst."""
        bounds = (
            resource["Properties"]["ScalingConfig"]["MaximumConcurrency"]
            for document in templates()
            for resource in document["Resources"].values()
            if resource["Type"] == "AWS::Lambda::EventSourceMapping"
        )
        readers = sum(int(self.parameter(bound["Ref"]) if isinstance(bound, Mapping) else bound) for bound in bounds)
        pages = ceil(float(self.parameter("RequestsPerSecond")) * SECONDS_OF_A_PAGE)
        # What the record and the screens reserve is taken from all others once it is deployed, whether it runs or not.
        reserved = 0 if self.account.companion_description else 2 * self.supervision
        return CALLS_OF_THE_MACHINES + readers + pages + (reserved if self.supervision else RECORDS_AT_ONCE)

    @property
    def supervision(self) -> int:
        """What bounds the record's function, and the screens'; 0 is no bound."""
        return int(self.parameter("SupervisionConcurrency"))

    @property
    def messages_a_day(self) -> int:
        return self.cases_a_day * MESSAGES_OF_A_CASE
