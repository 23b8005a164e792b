"""What every check is given: the environment, the account, and what the parameters need of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ops.account import Account
from ops.environments import Environment
from ops.template import resources, templates
from restoration.clock import utc_now

BURST_SECONDS = 600
"""A dunning run reports a day's limitations in ten minutes."""
TRANSITIONS_OF_A_CASE = 24
MESSAGES_OF_A_CASE = 3
CALLS_OF_THE_MACHINES = 50
"""Functions that the machines run at once in a burst: 17 cases a second, six calls each, half a second a call."""
POLLERS_WITHOUT_A_BOUND = 10
"""A queue's mapping without MaximumConcurrency is counted so."""
EVENTS_PER_SECOND = 300
"""Three million direct debits in three hours."""
SMS_SHARE = 0.5
SMS_DOLLARS = 0.075
"""An SMS to France; assumed, look at AWS End User Messaging's prices."""


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

    @property
    def stack_name(self) -> str:
        return self.environment.stack_name

    def parameter(self, name: str) -> str:
        """A parameter's value in the environment, else the default of a template."""
        core, companion = (document["Parameters"] for document in templates())
        default = {**companion, **core}.get(name, {}).get("Default", "")
        return str(self.environment.parameters.get(name, default))

    @property
    def is_protected(self) -> bool:
        """Whether customers depend on the stack."""
        return self.parameter("Protected") == "true"

    @property
    def is_deployed(self) -> bool:
        stack = self.account.description
        return stack is not None and stack["StackStatus"] != "ROLLBACK_COMPLETE"

    # ── What the parameters need ──

    @property
    def concurrency(self) -> int:
        """Functions that run at the same time in a burst."""
        mappings = [
            resource["Properties"]
            for resource in resources().values()
            if resource["Type"] == "AWS::Lambda::EventSourceMapping"
        ]
        # What the record and the screens reserve is taken from all others once it is deployed, whether it runs or not.
        reserved = 0 if self.account.companion_description else 2 * int(self.parameter("SupervisionConcurrency"))
        return CALLS_OF_THE_MACHINES + reserved + sum(self._bound(mapping) for mapping in mappings)

    def _bound(self, mapping: Mapping[str, Any]) -> int:
        bound = mapping.get("ScalingConfig", {}).get("MaximumConcurrency", POLLERS_WITHOUT_A_BOUND)
        return int(self.parameter(bound["Ref"]) if isinstance(bound, Mapping) else bound)

    @property
    def starts_per_second(self) -> float:
        return self.cases_a_day / BURST_SECONDS

    @property
    def messages_a_day(self) -> int:
        return self.cases_a_day * MESSAGES_OF_A_CASE

    @property
    def sms_dollars_a_month(self) -> float:
        return self.messages_a_day * 30 * SMS_SHARE * SMS_DOLLARS

    @property
    def switch_reads_per_second(self) -> float:
        return CALLS_OF_THE_MACHINES / float(self.parameter("SwitchCacheSeconds"))
