"""Every Task state x every error: the execution fails there for good, is mended and redriven, and ends as any other.

The walk runs on one embedded cloud, with one customer for each case, many at a time. An error strikes the state's own
call: before it is made (nothing happened), or once the service has carried it out (the work is done, and the state has
failed all the same); all further attempts fail at once, until the Retry gives up. Then the world is compared with that
of a customer of the same story whom nothing struck.

Each customer gets e-mails, which do not depend on the hour: two are compared although the quiet hours began between
them.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from embedded_cloud import Execution
from embedded_cloud.states.strikes import Moment, TaskCall
from local.asl import State
from local.demo.runner import read_after_messages
from local.stage import Customer
from local.stage.watch import SUCCEEDED
from local.stories.reading import read_stories
from local.stories.story_run import StoryRun
from tests.end_to_end.world import NUMBERS, World, running_world
from tests.reliability.customer_facts import Facts, differences, facts_of
from tests.reliability.task_errors import errors_of, task_states

AT_ONCE = 24
PACE = 0.00001
"""Retries that take three days on AWS take a second or two; their number is the machine's own."""
LONGEST_HOLD_SECONDS = 60.0
TO_MEND = "States.QueryEvaluationError"
"""The error that no state tries again."""
STORIES = {it.name: it for it in read_stories()}
PLAIN = "carte"
OTHERS = {
    "DecideRefusal": "refus-un",
    "AnnounceVisit": "visite-et-flux",
    "AnnounceDelay": "retard",
    "AnnouncePending": "cheque-encaisse",
    "WaitForBank": "cheque-encaisse",
    "SendQuestion": "litige-refuse",
    "WaitForAdvisor": "litige-refuse",
}
"""The stories that meet the states which the plain one does not; each has one execution."""


class Ending(StrEnum):
    """How an execution ends at the state."""

    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    ABORTED = "ABORTED"


@dataclass
class Case:
    """One state and one way to end there, and what came of it."""

    state: str
    error: str
    moment: Moment
    ending: Ending = Ending.FAILED
    times: int = 1
    """How often it ends there before it is mended; never for a customer whom nothing disturbs."""
    run: StoryRun = field(init=False)
    findings: list[str] = field(default_factory=list)
    attempts: int = 0
    ended: int = 0
    _carried_out: bool = False
    _held: threading.Event = field(default_factory=threading.Event)
    _let_go: threading.Event = field(default_factory=threading.Event)

    def __str__(self) -> str:
        often = "" if self.times == 1 else f", {self.times} times"
        return f"{self.state} x {self.error} {self.moment} ({self.ending}{often})"

    @property
    def story(self) -> str:
        return OTHERS.get(self.state, PLAIN)

    @property
    def customer(self) -> Customer:
        return self.run.customers[0]

    @property
    def is_mended(self) -> bool:
        return self.ended >= self.times

    def begin(self, world: World) -> None:
        """Have its story ready, for a new customer."""
        self.run = StoryRun(STORIES[self.story], NUMBERS, world.stage)
        name = self.customer.customer_id
        world.billing.contact(name, email=f"{name}@example.org", mobile=None)

    def strike(self, call: TaskCall) -> str | None:
        """Let the state's call fail, or hold it until somebody ends the execution."""
        if self.is_mended or call.state != self.state or f":{self.customer.limitation_id}-" not in call.execution:
            return None
        if call.moment is not self.moment and (call.moment is Moment.AFTER or not self._carried_out):
            return None
        self.attempts += 1
        self._carried_out = True
        if self.ending is not Ending.FAILED:
            self._let_go.clear()
            self._held.set()
            self._let_go.wait(LONGEST_HOLD_SECONDS)
        return self.error

    def is_over(self, world: World) -> bool:
        """Do what is to be done now; whether nothing is left to do.

        The story goes on while its execution rests, or before there is one: it takes no failure for an end.
        """
        execution = next(iter(world.executions(self.customer)), None)
        if execution is None or execution.rests:
            self.run.advance()
        elif execution.is_running:
            self._end_where_held(world, execution)
        elif execution.status != SUCCEEDED:
            self._redrive(world, execution)
        else:
            return not world.stage.watch.is_being_told(self.customer.limitation_id)
        return False

    def _end_where_held(self, world: World, execution: Execution) -> None:
        if self._held.is_set():
            self._held.clear()
            end = world.cloud.stop_execution if self.ending is Ending.ABORTED else world.cloud.time_out_execution
            end(execution.arn)

    def _redrive(self, world: World, execution: Execution) -> None:
        self._let_go.set()
        self.ended += 1
        if self.ended > self.times:
            self.findings.append(f"ended again after the mend: {execution}")
            raise AssertionError(f"{self}: {self.findings}")
        if execution.state != self.state:
            self.findings.append(f"ended in {execution.state}")
        if execution.status != self.ending:
            self.findings.append(f"ended as {execution.status}")
        if self.ending is Ending.FAILED and execution.error != self.error:
            self.findings.append(f"failed with {execution.error}")
        world.stage.operations("stepfunctions").redrive_execution(executionArn=execution.arn)

    def compare(self, world: World, undisturbed: Facts) -> None:
        """Note in what the customer's world differs from an undisturbed one's."""
        (execution,) = world.executions(self.customer)
        if execution.redrives != self.times:
            self.findings.append(f"redriven {execution.redrives} times")
        self.findings += differences(facts_of(world, self.customer), undisturbed)


def walked_states() -> list[State]:
    """All Task states but the one that is entered only where ``UrgentFirst`` is on: it fails as other decisions do."""
    return [state for state in task_states() if state.name != "DecidePriority"]


def cases() -> Iterator[Case]:
    """All cases."""
    for state in walked_states():
        for moment in Moment:
            for error in errors_of(state):
                yield Case(state.name, error, moment)
            for ending in (Ending.ABORTED, Ending.TIMED_OUT):
                yield Case(state.name, str(ending), moment, ending)
        yield Case(state.name, TO_MEND, Moment.AFTER, times=2)


def sample() -> list[Case]:
    """One error of each state, once its call was carried out, and one of each other kind of case."""
    return [
        *(Case(state.name, TO_MEND, Moment.AFTER) for state in walked_states()),
        Case("ReadPoint", "EnedisUnavailable", Moment.BEFORE),
        Case("OrderAtEnedis", "InvalidResponse", Moment.AFTER, times=2),
        Case("PrepareOrder", "TIMED_OUT", Moment.BEFORE, Ending.TIMED_OUT),
        Case("CloseOrLetGo", "ABORTED", Moment.AFTER, Ending.ABORTED),
    ]


@contextmanager
def walking(workers: int = 2) -> Iterator[World]:
    """Deploy a world to walk on."""
    with running_world(pace=PACE, workers=workers) as world:
        read_after_messages(world.stage)
        yield world


def walk(world: World, wave: Sequence[Case], timeout: float) -> None:
    """Let each case happen beside an undisturbed customer of its story, and compare their worlds."""
    undisturbed = {case.story: Case(case.state, "", Moment.BEFORE, times=0) for case in wave}
    together = [*wave, *undisturbed.values()]
    with ExitStack() as stack:
        for case in together:
            case.begin(world)
            stack.enter_context(world.cloud.strikes.also(case.strike))
        world.wait_for_all(together, lambda case: case.is_over(world), timeout)
    for case in wave:
        case.compare(world, facts_of(world, undisturbed[case.story].customer))
