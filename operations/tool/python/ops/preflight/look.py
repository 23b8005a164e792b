"""What every check is given: the environment, the account, what the parameters need of it. And the rows it gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil

from rich.text import Text

from ops.account import Account
from ops.environments import Environment
from ops.screen import Screen
from ops.template import templates
from restoration.clock import utc_now

MESSAGES_OF_A_CASE = 3
CALLS_OF_THE_MACHINES = 50
"""Functions that the machines run at once in a burst: 17 cases a second, six calls each, half a second a call."""
RECORDS_AT_ONCE = 10
"""Copies of the record's function in a burst, and what preflight asks to bound it and the screens with."""
SECONDS_OF_A_PAGE = 0.5
NEVER_CREATED = {"ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"}


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


class State(StrEnum):
    """How a row stands."""

    OK = "ok"
    TO_DO = "to do"
    LATER = "later"
    """It can't be looked at before something else is there."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that has to be right: what was found, and the commands or words that put it right."""

    what: str
    state: State
    found: str
    to_do: tuple[str, ...] = ()


def to_do(what: str, found: str, *steps: str) -> Row:
    return Row(what, State.TO_DO, found, steps)


def judged(what: str, found: str, *steps: str, is_right: object) -> Row:
    """A row that is ok, or has these steps."""
    return Row(what, State.OK, found) if is_right else to_do(what, found, *steps)


def show(rows: Sequence[Row], screen: Screen) -> None:
    """Print the table, then what to do. Commands are printed whole, so that they can be copied."""
    screen.rows(("What", "State", "Found"), [(row.what, row.state, row.found) for row in rows])
    screen.say()
    open_rows = [row for row in rows if row.state is State.TO_DO]
    if not open_rows:
        waits = any(row.state is State.LATER for row in rows)
        screen.say("Good: nothing is to do." + (" Run it again after the deployment." if waits else ""))
        return
    screen.say("To do, in this order:")
    for number, row in enumerate(open_rows, 1):
        for line in (f"{number}. {row.what}", *(f"   {step}" for step in row.to_do)):
            screen.console.print(Text(line), soft_wrap=True)
