"""ops redrive: what it says before and after, and which run it starts."""

import io
import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from ops.failures import OpsError, WrongRequest
from ops.redrive.machine import MOST_NAMES, Machine
from ops.redrive.showing import plan, show_report, show_set
from ops.screen import Screen
from record.cases.failures import NothingFound
from record.domain.failure import Choice
from record.domain.redrive import Item, Manifest
from record.domain.redrive_attempt import Attempt, End
from record.domain.redrive_report import Report
from record.domain.redrive_run import Control, Outcome, Progress
from tests.fakes.redrives import BEGIN, failure, holding
from tests.integration.adapters.conftest import BUCKET
from tests.unit.ops.accounts import run

LONG = "billing's response about … breaks the contract: limitationDebt: Field required, got … and so on, and so on"
FOUND = [failure(number, cause=LONG) for number in range(1, 5)]
MANIFEST = Manifest.freeze(
    BEGIN, Choice(), [Item.of(each, holding(each) if index else None) for index, each in enumerate(FOUND)]
)
ID = MANIFEST.redrive_id


# ── What it says ──


def shown(show: Any, *arguments: Any) -> str:
    output = io.StringIO()
    show(Screen(file=output), *arguments)
    text = output.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    return text


def test_set_is_shown_by_cause_with_what_a_redrive_would_do() -> None:
    text = shown(show_set, MANIFEST)
    assert "CheckPayment: InvalidResponse" in text
    assert "go on there" in text
    assert "do nothing" in text


def test_what_a_set_does_not_hold_is_said() -> None:
    assert "7 more were found than a set holds" in shown(show_set, replace(MANIFEST, left_out=7))
    many = [failure(number, error=f"Error{number}") for number in range(20)]
    text = shown(show_set, Manifest.freeze(BEGIN, Choice(), [Item.of(each, holding(each)) for each in many]))
    assert "… and 8 other causes" in text


def test_plan_says_how_many_how_fast_and_what_enedis_allows() -> None:
    said = " ".join(plan(MANIFEST, MANIFEST.estimate(10, 1), 10, 1, "20"))
    assert "3 executions of 4 will be redriven" in said
    assert "1, 5, 20, 50, then 300" in said
    assert "12 calls to Enedis" in said
    assert "1 a second makes that 12 s" in said
    assert "20 % of a step fail again" in said


def report(*attempts: Attempt, outcome: Outcome = Outcome.BRAKED) -> Report:
    return Report.of(MANIFEST, attempts, replace(Progress(10).begun(), outcome=outcome))


def test_report_shows_every_end_with_a_total_and_each_item_that_needs_somebody() -> None:
    found = report(
        Attempt(0, End.LEFT_ALONE, BEGIN, why="somebody else redrove it (1 more than when the set was frozen)"),
        Attempt(1, End.FAILED_AGAIN, BEGIN, is_redriven=True, state="CheckPayment", error="InvalidResponse"),
        Attempt(2, End.PASSED, BEGIN, is_redriven=True, outcome="RESTORED"),
    )
    text = shown(show_report, found.to_json(), found.lines(), f"s3://{BUCKET}/redrives/{ID}/report.jsonl")
    assert "The brake stopped it" in text
    for end in ("LEFT_ALONE", "FAILED_AGAIN", "PASSED", "NOT_REACHED"):
        assert end in text
    assert "4  all" in text
    assert "CheckPayment: InvalidResponse" in text
    assert "LIM-00003" not in text, "what passed needs nobody"


# ── Which run it starts ──


class ForgottenError(Exception):
    """Raised for an execution that does not exist."""


class _Errors:
    ExecutionDoesNotExist = ForgottenError


@dataclass
class FakeMachine:
    """Step Functions with the executions of the bulk redrive, and the operations' bucket."""

    s3: Any
    statuses: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    started: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    operations_bucket: str = BUCKET
    who: str = "arn:somebody"
    exceptions: Any = _Errors

    def client(self, service: str) -> Any:
        return {"s3": self.s3, "stepfunctions": self}[service]

    def machine(self, suffix: str) -> str:
        return f"arn:{suffix}"

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        name = executionArn.removeprefix("arn:bulk-redrive:")
        if name not in self.statuses:
            raise ForgottenError
        output = json.dumps(self.outputs.get(name))
        request = json.dumps(dict(self.started).get(name, {}))
        return {
            "status": self.statuses[name],
            "input": request,
            "output": output,
            "error": "X",
            "cause": "broken",
        }

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803 - boto3's
        assert stateMachineArn == "arn:bulk-redrive"
        self.started.append((name, json.loads(input)))
        self.statuses.setdefault(name, "SUCCEEDED")


@pytest.fixture
def fake(s3: Any) -> FakeMachine:
    return FakeMachine(s3)


@pytest.fixture
def machine(fake: FakeMachine) -> Machine:
    account: Any = fake
    made = Machine(account, sleep=lambda _: None)
    made.store.put_manifest(MANIFEST)
    return made


def test_first_run_is_the_first_and_a_resumed_one_counts_on(machine: Machine, fake: FakeMachine) -> None:
    assert machine.run(MANIFEST, 10) == f"{ID}-run-1"
    assert fake.started == [
        (f"{ID}-run-1", {"step": "RUN", "redriveId": ID, "hash": MANIFEST.hash, "rate": 10}),
    ]
    machine.store.put_progress(ID, Progress(10).begun())
    assert machine.run(MANIFEST, 5) == f"{ID}-run-2"


def test_name_of_a_run_that_failed_before_it_began_is_passed_over(machine: Machine, fake: FakeMachine) -> None:
    fake.statuses |= {f"{ID}-run-1": "FAILED", f"{ID}-run-2": "FAILED"}
    assert machine.run(MANIFEST, 10) == f"{ID}-run-3"
    fake.statuses |= {f"{ID}-run-{number}": "FAILED" for number in range(1, MOST_NAMES + 1)}
    with pytest.raises(OpsError, match="failed before they began"):
        machine.run(MANIFEST, 10)


@pytest.mark.parametrize("number", [1, 2])
def test_two_runs_are_never_under_way(machine: Machine, fake: FakeMachine, number: int) -> None:
    machine.store.put_progress(ID, Progress(10).begun())
    fake.statuses |= {f"{ID}-run-1": "SUCCEEDED", f"{ID}-run-{number}": "RUNNING"}
    with pytest.raises(WrongRequest, match=f"run {ID}-run-{number} is under way"):
        machine.run(MANIFEST, 10)
    assert fake.started == []


def test_manifest_is_found_by_the_beginning_of_its_hash_and_by_no_other(machine: Machine) -> None:
    assert machine.manifest(ID) == machine.manifest(MANIFEST.hash) == MANIFEST
    with pytest.raises(WrongRequest, match="too short"):
        machine.manifest(ID[:11])
    with pytest.raises(NothingFound, match="was confirmed"):
        machine.manifest(ID + "0")
    with pytest.raises(NothingFound, match="there is no manifest"):
        machine.manifest("0" * 64)


def test_redrive_that_was_never_begun_is_told(machine: Machine) -> None:
    with pytest.raises(NothingFound, match="was never begun"):
        machine.position(ID)


def test_execution_that_failed_is_told_with_its_cause(machine: Machine, fake: FakeMachine) -> None:
    fake.statuses["freeze-1"] = "FAILED"
    with pytest.raises(OpsError, match=r"is FAILED\. X: broken"):
        machine.output_of("freeze-1")


def test_each_new_position_is_followed_once(machine: Machine, fake: FakeMachine) -> None:
    name = f"{ID}-run-1"
    fake.statuses[name] = "RUNNING"
    first = Progress(10).begun()
    second = first.with_step(1, has_redriven=True)
    positions = iter([first, first, second])

    def go_on(_: float) -> None:
        following = next(positions, None)
        if following is None:
            fake.statuses[name] = "SUCCEEDED"
        else:
            machine.store.put_progress(ID, following)

    account: Any = fake
    assert list(Machine(account, go_on).follow(name, ID)) == [first, second]


@pytest.mark.parametrize(("command", "control"), [("pause", "PAUSE"), ("resume", "RUN")])
def test_reason_that_was_typed_is_kept_with_what_is_wanted(
    machine: Machine, fake: FakeMachine, s3: Any, command: str, control: str
) -> None:
    machine.store.put_progress(ID, replace(Progress(10).begun(), outcome=Outcome.PAUSED if control == "RUN" else None))
    fake.statuses[f"{ID}-run-1"] = "SUCCEEDED" if control == "RUN" else "RUNNING"
    ran = run(fake, "redrive", command, ID, typed=["billing calls", ID if control == "RUN" else "yes"])
    assert ran.exception is None, ran
    kept = json.loads(s3.get_object(Bucket=BUCKET, Key=f"redrives/{ID}/control.json")["Body"].read())
    assert (kept["control"], kept["reason"]) == (control, "billing calls")


@pytest.mark.parametrize(("command", "control"), [("pause", "PAUSE"), ("cancel", "CANCEL")])
def test_run_that_was_started_a_moment_ago_is_stopped_before_it_says_where_it_is(
    machine: Machine, fake: FakeMachine, command: str, control: str
) -> None:
    fake.statuses[machine.run(MANIFEST, 10)] = "RUNNING"
    ran = run(fake, "redrive", command, ID, "--reason", "billing calls", "--yes")
    assert ran.exception is None, ran
    assert "step 0: 0 of 4 had their turn" in ran.output
    assert machine.store.control(ID) is Control(control)


@pytest.mark.parametrize(
    "known", [None, Progress(10).begun(), replace(Progress(10).begun(), outcome=Outcome.CANCELLED)]
)
def test_report_of_a_run_says_where_it_is_until_it_has_written_its_own(
    machine: Machine, fake: FakeMachine, known: Progress | None
) -> None:
    fake.statuses[machine.run(MANIFEST, 7)] = "RUNNING"
    if known:
        machine.store.put_progress(ID, known)
    ran = run(fake, "redrive", "report", ID, "--json")
    assert ran.exception is None, ran
    said = json.loads(ran.stdout)
    assert (said["items"], said["nextItem"], said["rate"]) == (4, 0, 10 if known else 7)


def test_paused_redrive_is_cancelled_by_a_run_of_its_own_which_writes_the_report(
    machine: Machine, fake: FakeMachine, s3: Any
) -> None:
    machine.store.put_progress(ID, replace(Progress(10).begun(), outcome=Outcome.PAUSED))
    fake.statuses[f"{ID}-run-1"] = "SUCCEEDED"
    why = ("--reason", "it does not help", "--yes")
    ran = run(fake, "redrive", "cancel", ID, *why)
    assert ran.exception is None, ran
    assert [name for name, _ in fake.started] == [f"{ID}-run-2"]
    kept = json.loads(s3.get_object(Bucket=BUCKET, Key=f"redrives/{ID}/control.json")["Body"].read())
    assert kept["control"] == "CANCEL"
    paused = run(fake, "redrive", "pause", ID, *why)
    assert "no run of" in str(paused.exception), "what does not run can't be paused"


def test_set_that_was_begun_is_not_begun_again(machine: Machine, fake: FakeMachine) -> None:
    machine.store.put_progress(ID, Progress(10).begun())
    ran = run(fake, "redrive", "--confirm", ID, "--reason", "mended", "--yes")
    assert isinstance(ran.exception, WrongRequest)
    assert f"ops redrive report {ID}" in str(ran.exception)
    assert fake.started == []
