"""``ops smoke``: a first event is sent to a deployed stack, and followed to its end.

A limitation that billing knows is registered (``PowerLimited``), then paid (``PaymentReceived``). The executions that
both start are followed, state by state, to their outcome. Then yesterday's report is made: it needs S3 and CloudWatch,
which a restoration does not. Billing and Enedis have to know the contract, the limitation and the point: nothing here
tells them.
"""

import json
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ops.account import Account, invoke
from ops.failures import OpsError, WrongRequest
from ops.tools import Changing
from record.adapters.stepfunctions.history import listed, read_history
from record.contracts.machine_events import course_of_history
from record.domain.course import Course
from record.domain.course_event import End

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.type_defs import ExecutionListItemTypeDef

EPILOG = "What billing has to know, and which ends are right: docs/deploying.md, step 9."
POLL_SECONDS = 2.0
MOST_LISTED = 2000

RESTORED = frozenset({"RESTORED", "ALREADY_RESTORED", "LIMITATION_CANCELLED"})
"""Power is back, or never left. When a limitation was paid before it was registered, its registration ends so."""
OPEN = frozenset({"BALANCE_DUE", "FLOOR_RAISED"})
"""The debt is open, in the winter truce with the floor raised: a payment is to come."""
ELSEWHERE = frozenset({"JOINED", "SUPERSEDED"})
"""Another execution acts."""
PAYMENT_NOT_SHOWN = "Billing does not show the payment. Book it on this contract, and give its id as --payment-id."
ADVICE = {
    "UnknownContract": "Billing knows no such limitation on this contract. Take one that it has.",
    "BALANCE_DUE": PAYMENT_NOT_SHOWN,
    "FLOOR_RAISED": PAYMENT_NOT_SHOWN,
    "OFF": "The switch is off: turn it to shadow or on (docs/deploying.md, step 10).",
    "NOT_LIMITED": "This limitation is not open any more. Take another.",
    "CONTRACT_ENDED": "The contract has ended. Take another.",
    "NO_ORDER": "At Enedis the point is not ours, or has no contract. Take another.",
    "InvalidConfiguration": "The cause names the secret or the parameter. What looks at all of them: make preflight",
}
"""What to do about an outcome that is none of those hoped for."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The customer to try it on, with ids that billing and Enedis know. The debt is in euro."""

    limitation_id: str
    contract_id: str
    point_id: str
    customer_id: str
    debt: str
    payment: str


def outcome_of(end: End) -> str:
    return end.outcome or end.error or end.status


def is_restored(end: End) -> bool:
    """Whether power is back, or would be if the mode were not shadow."""
    return end.outcome in RESTORED or (end.outcome == "SHADOW" and end.reason.startswith("RESTORE"))


def waits_for_payment(end: End) -> bool:
    """Whether the debt is open."""
    return end.outcome in OPEN or (end.outcome == "SHADOW" and not is_restored(end))


@dataclass
class Smoke:
    """One run against one stack.

    Parameters
    ----------
    patience
        How long an execution may take, in seconds.
    look
        How long an event may take to start an execution, in seconds, where it need not start one.
    before_payment
        Is told what billing has to show when the payment's event leaves.
    pause
        Waits between two looks, given the seconds.
    """

    account: Account
    patience: float
    look: float = 90.0
    say: Callable[[str], object] = print
    before_payment: Callable[[str], object] = print
    pause: Callable[[float], object] = time.sleep
    now: Callable[[], float] = time.monotonic
    _said: dict[str, int] = field(default_factory=dict)

    def run(self, sandbox: Sandbox, at: datetime) -> Course:
        """Limit, pay, and say how the last execution ended.

        A limitation that is paid already is restored by the look at its registration, and nothing is paid.

        Raises
        ------
        OpsError
            When an event is refused, or an execution does not start, or does not end within the patience.
        """
        facts = {"customerId": sandbox.customer_id, "at": at.isoformat(), "currency": "EUR"}
        earlier = {each["name"] for each in self._executions(sandbox.limitation_id)}
        self._put(
            "PowerLimited",
            {
                **facts,
                "limitationId": sandbox.limitation_id,
                "contractId": sandbox.contract_id,
                "pointId": sandbox.point_id,
                "debt": sandbox.debt,
                "limitedPowerKva": 1,
                "subscribedPowerKva": 6,
            },
        )
        started = self._started(sandbox, earlier, self.look)
        if started is None:
            self.say("No execution: the limitation is registered, and the sweep finds nothing to do before a payment.")
        elif not waits_for_payment((registered := self._end_of(sandbox, started)).end):
            return registered
        self.before_payment(
            f"Billing has to show payment {sandbox.payment} of {sandbox.debt} € on contract {sandbox.contract_id} now."
        )
        earlier = {each["name"] for each in self._executions(sandbox.limitation_id)}
        self._put(
            "PaymentReceived",
            {
                **facts,
                "paymentId": sandbox.payment,
                "means": "CARD",
                "status": "CAPTURED",
                "amount": sandbox.debt,
                "allocations": [{"contractId": sandbox.contract_id, "amount": sandbox.debt}],
            },
        )
        started = self._started(sandbox, earlier, self.look if earlier else self.patience)
        if started is None and earlier:
            self.say("No new execution: the stack has met this fact before. This is how its last one ended.")
            started = self._executions(sandbox.limitation_id)[-1]
        if started is None:
            raise OpsError(
                f"The smoke test failed: no execution of {sandbox.limitation_id} after {self.patience:g} s. Look into"
                " the dead-letter queues (ops letters) and at the logs of register-limitations and receive-payments."
            )
        return self._end_of(sandbox, started)

    def _put(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        entry = {"Source": "billing", "DetailType": detail_type, "Detail": json.dumps(detail)}
        answer = self.account.client("events").put_events(Entries=[{**entry, "EventBusName": self.account.stack}])
        if answer["FailedEntryCount"]:
            raise OpsError(f"The smoke test failed: EventBridge refused {detail_type}: {answer['Entries']}")
        self.say(f"{detail_type} put on {self.account.stack}")

    def _started(self, sandbox: Sandbox, earlier: Collection[str], seconds: float) -> "ExecutionListItemTypeDef | None":
        """The execution that an event starts; None where it starts none in that time."""
        sent = self.now()
        while self.now() - sent <= seconds:
            for execution in self._executions(sandbox.limitation_id):
                if execution["name"] not in earlier:
                    return execution
            self.pause(POLL_SECONDS)
        return None

    def _end_of(self, sandbox: Sandbox, execution: "ExecutionListItemTypeDef") -> Course:
        """How an execution ends; when it left the limitation to another one, how that one does."""
        ended = self._to_its_end(execution["executionArn"])
        others = [one for one in self._executions(sandbox.limitation_id) if one["name"] != ended.name]
        if ended.end.outcome in ELSEWHERE and others:
            return self._to_its_end(others[-1]["executionArn"])
        return ended

    def _to_its_end(self, arn: str) -> Course:
        deadline = self.now() + self.patience
        while True:
            now = course_of_history(arn, read_history(self.account.client("stepfunctions"), arn))
            for visit in now.visits[self._said.get(arn, 0) :]:
                self.say(f"  {(visit.entered_at - now.started_at) / 1000:8.2f} s  {visit.state}")
            self._said[arn] = len(now.visits)
            if not now.runs:
                reason = now.end.reason or now.end.cause
                self.say(f"{now.name}: {now.end.status}, {outcome_of(now.end)}{f' ({reason})' if reason else ''}")
                return now
            if self.now() > deadline:
                raise OpsError(
                    f"The smoke test failed: execution {now.name} is still running after {self.patience:g} s. See"
                    f" where: ops case {now.name}. In CheckPayment it waits until billing shows the payment."
                )
            self.pause(POLL_SECONDS)

    def _executions(self, limitation_id: str) -> list["ExecutionListItemTypeDef"]:
        """The executions of a limitation, oldest first: their names begin with its id."""
        named = re.compile(rf"{re.escape(limitation_id)}-[0-9a-f]{{32}}")
        known = islice(listed(self.account.client("stepfunctions"), self.account.machine()), MOST_LISTED)
        return sorted((each for each in known if named.fullmatch(each["name"])), key=itemgetter("startDate"))


def make_report(account: Account, on: date) -> str:
    """Have a day's report made again: the functions' way to S3 and CloudWatch, and to SES where somebody gets reports.

    Raises
    ------
    OpsError
        When the function fails.
    """
    content = invoke(account, "report-daily", {"report": "day", "on": on.isoformat()})
    return f"Report of {on.isoformat()} made, and kept in S3: {', '.join(content.values())}"


def require(ended: Course, expected: str | None = None) -> None:
    """Insist that power is back (in shadow: would be), or that the outcome is the expected one.

    Raises
    ------
    OpsError
        When it is not; says how it ended instead, and what to do.
    """
    end, outcome = ended.end, outcome_of(ended.end)
    is_right = outcome == expected if expected else is_restored(end)
    if end.status == "SUCCEEDED" and is_right:
        return
    wanted = f"expected {expected}, got" if expected and end.status == "SUCCEEDED" else f"{ended.name} ended"
    said = " ".join(filter(None, (end.status, outcome, end.reason or end.cause)))
    raise OpsError(f"The smoke test failed: {wanted} {said}\n{ADVICE.get(outcome, '')}".rstrip())


def smoke(
    tools: Changing,
    limitation_id: Annotated[str, typer.Option(help="A limitation that billing has on the contract.")],
    contract_id: Annotated[str, typer.Option(help="A contract that the stack's billing system knows.")],
    point_id: Annotated[str, typer.Option(help="Its delivery point (PRM), 14 digits, known to Enedis.")],
    customer_id: Annotated[str, typer.Option(help="The customer of the contract.")],
    debt: Annotated[Decimal, typer.Option(min=0.01, help="Of the limitation, and what is paid, in euro.")] = Decimal(
        "42.00"
    ),
    payment_id: Annotated[str, typer.Option(help="As billing has it; else PAY- and the limitation's id.")] = "",
    expect: Annotated[str | None, typer.Option(help="The outcome to insist on, such as RESTORED.")] = None,
    patience: Annotated[float, typer.Option(help="How long an execution may take, in seconds.")] = 600.0,
) -> None:
    """Send a first limitation and its payment to a stack, and follow both to power restored."""
    screen, account, at = tools.screen, tools.account, tools.clock()
    if not re.fullmatch(r"[0-9]{14}", point_id):
        raise WrongRequest(f"Nothing was sent: a delivery point (PRM) has 14 digits, and --point-id is {point_id!r}.")
    account.output("EventBusName")  # a stack that is not there is told before anything is asked
    payment_id = payment_id or f"PAY-{limitation_id}"
    sandbox = Sandbox(limitation_id, contract_id, point_id, customer_id, f"{debt:.2f}", payment_id)
    ask = tools.ask
    before_payment = screen.say if ask is None else lambda what: ask(f"{what} Enter when it does: ")
    run = Smoke(account, patience, say=screen.say, before_payment=before_payment)
    saying = [
        f"This announces limitation {limitation_id} to {account.stack}, then its payment of {debt} €.",
        "Where the switch is on, power is ordered at Enedis.",
    ]
    asked = {"limitation": limitation_id, "contract": contract_id, "point": point_id}
    with tools.changing("smoke", asked, saying=saying) as change:
        ended = run.run(sandbox, at)
        change.outcome = f"{ended.name} ended {outcome_of(ended.end)}"
        screen.say(make_report(account, at.date() - timedelta(days=1)))
    require(ended, expect)
    screen.say(f"Good: {outcome_of(ended.end)}.", style="bold")
