"""ops redrive: what it says before and after, and which run it starts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.account import Account
from ops.app import app
from ops.failures import OpsError, WrongRequest
from ops.redrive.machine import Machine
from ops.tools import Tools
from record.domain import redrive_words
from record.domain.redrive import Item, Manifest
from record.domain.redrive_attempt import Attempt, End
from record.domain.redrive_choice import Choice
from record.domain.redrive_report import Report
from record.domain.redrive_run import Control, Outcome, Progress
from record.words import Language, Words
from tests.fakes.redrives import BEGIN, Errors, ForgottenError, failure, holding
from tests.integration.adapters.conftest import BUCKET
from tests.unit.ops.accounts import OwnAws
from tests.unit.ops.printing import are_as_kept, printed

LONG = "billing's response about … breaks the contract: limitationDebt: Field required, got … and so on, and so on"
FOUND = [failure(number, cause=LONG) for number in range(1, 5)]
MANIFEST = Manifest.freeze(
    BEGIN, Choice(), [Item.of(each, holding(each) if index else None) for index, each in enumerate(FOUND)]
)
ID = MANIFEST.redrive_id


# ── Which run it starts ──


@dataclass
class FakeMachine(OwnAws):
    """Step Functions with the executions of the bulk redrive, and the operations' bucket."""

    s3: Any
    statuses: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    started: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    frozen: Mapping[str, Any] = field(default_factory=lambda: {"outcome": "FROZEN", "hash": MANIFEST.hash})
    exceptions: Any = Errors

    @property
    def account(self) -> Account:
        return Account(lambda service, _: self.s3 if service == "s3" else self, "eu-west-3")

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        known = {"EnedisCallsPerSecond": "1", "BulkRedriveBrakePercent": "20"}.items()
        return {"Stacks": [{"Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in known]}]}

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        name = executionArn.rpartition(":")[2]
        if name not in self.statuses:
            raise ForgottenError
        status, ended = self.statuses[name], {"FAILED": {"error": "X", "cause": "broken"}}
        ended["SUCCEEDED"] = {"output": json.dumps(self.outputs.get(name))}
        return {"status": status, "input": json.dumps(dict(self.started).get(name, {})), **ended.get(status, {})}

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803 - boto3's
        assert stateMachineArn.endswith(":stateMachine:restoration-bulk-redrive")
        self.started.append((name, json.loads(input)))
        self.statuses.setdefault(name, "SUCCEEDED")
        self.outputs[name] = {"outcome": "DONE", "ends": {"PASSED": 3}} if "-run-" in name else self.frozen


@pytest.fixture
def fake(s3: Any) -> FakeMachine:
    return FakeMachine(s3)


@pytest.fixture
def machine(fake: FakeMachine) -> Machine:
    made = Machine(fake.account, sleep=lambda _: None)
    made.store.put_manifest(MANIFEST)
    return made


def test_run_that_failed_before_it_began_is_passed_over_and_two_are_never_under_way(
    machine: Machine, fake: FakeMachine
) -> None:
    machine.store.put_progress(ID, Progress(10))
    fake.statuses |= {f"{ID}-run-1": "FAILED", f"{ID}-run-2": "FAILED", f"{ID}-run-3": "RUNNING"}
    with pytest.raises(WrongRequest, match=f"run {ID}-run-3 is under way"):
        machine.next_run(ID)
    assert (machine.position(ID).number, fake.started) == (3, [])
    del fake.statuses[f"{ID}-run-3"]
    assert machine.run(MANIFEST, machine.next_run(ID), 10) == f"{ID}-run-3"


@pytest.mark.parametrize(
    ("meanwhile", "status", "told"),
    [(Outcome.CANCELLED, "SUCCEEDED", "is cancelled"), (Outcome.PAUSED, "RUNNING", "is under way")],
)
def test_resume_at_its_question_gives_way_to_a_colleague(
    machine: Machine, fake: FakeMachine, meanwhile: Outcome, status: str, told: str
) -> None:
    fake.statuses[f"{ID}-run-1"] = "SUCCEEDED"
    machine.store.put_progress(ID, replace(ONCE, outcome=Outcome.PAUSED))

    def answer(_: str) -> str:
        machine.store.put_control(ID, Control.CANCEL, "arn:a-colleague", "it does not help")
        machine.store.put_progress(ID, replace(ONCE, outcome=meanwhile))
        fake.statuses[f"{ID}-run-2"] = status
        return ID

    tools = Tools(fake.account, lambda: BEGIN, answer)
    ran = CliRunner().invoke(app, ["redrive", "resume", ID, "--reason", "x"], obj=tools)
    assert told in str(ran.exception)
    assert (fake.started, machine.store.control(ID)) == ([], Control.CANCEL)


@pytest.mark.parametrize("braked", [False, True])
def test_of_two_who_confirm_at_once_one_begins_even_when_that_run_was_braked_meanwhile(
    machine: Machine, fake: FakeMachine, *, braked: bool
) -> None:
    def answer(_: str) -> str:
        fake.statuses[f"{ID}-run-1"] = "SUCCEEDED" if braked else "RUNNING"
        machine.store.put_progress(ID, replace(ONCE, outcome=Outcome.BRAKED if braked else None))
        return ID

    tools = Tools(fake.account, lambda: BEGIN, answer)
    ran = CliRunner().invoke(app, ["redrive", "--confirm", ID, "--reason", "x"], obj=tools)
    assert "a colleague has begun it" in str(ran.exception)
    assert fake.started == []


@pytest.mark.parametrize(("outcome", "again"), [(Outcome.DONE, "resume"), (Outcome.CANCELLED, "cancel")])
def test_run_that_failed_before_its_report_is_told_and_another_one_writes_it(
    machine: Machine, fake: FakeMachine, outcome: Outcome, again: str
) -> None:
    machine.store.put_report(report(replace(ONCE, outcome=Outcome.PAUSED)))
    machine.store.put_progress(ID, replace(ONCE, runs=2, outcome=outcome))
    fake.statuses |= {f"{ID}-run-1": "SUCCEEDED", f"{ID}-run-2": "FAILED"}
    tools = Tools(fake.account, lambda: BEGIN)
    told = CliRunner().invoke(app, ["redrive", "report", ID], obj=tools)
    assert f"has no report yet. Its run failed: ops redrive {again} {ID}" in str(told.exception)
    ran = CliRunner().invoke(app, ["redrive", again, ID, "--reason", "x", "--yes"], obj=tools)
    assert (ran.exception, [name for name, _ in fake.started]) == (None, [f"{ID}-run-3"])


def test_execution_that_failed_is_told_with_its_cause(machine: Machine, fake: FakeMachine) -> None:
    fake.statuses["freeze-1"] = "FAILED"
    with pytest.raises(OpsError, match=r"is FAILED\. X: broken"):
        machine.output_of("freeze-1")


# ── What it says ──


def report(progress: Progress) -> Report:
    attempts = [
        Attempt(0, End.LEFT_ALONE, BEGIN, why="somebody else redrove it (1 more than when the set was frozen)"),
        Attempt(1, End.FAILED_AGAIN, BEGIN, is_redriven=True, state="CheckPayment", error="InvalidResponse"),
        Attempt(2, End.PASSED, BEGIN, is_redriven=True, outcome="RESTORED"),
    ]
    return Report(MANIFEST, attempts, progress)


ONCE = replace(Progress(10).begun().with_step(1, has_redriven=True), passed=1)
BY_ITS_HASH = (ID[:11], f"{ID}0", "0" * 64, MANIFEST.hash)
"""Too short, another's, nobody's, and the whole."""
SAID: tuple[tuple[Progress | None, str, str], ...] = (
    (None, "SUCCEEDED", "--error InvalidResponse --state CheckPayment --cause debt --since 2h --until 1h --dry-run"),
    (None, "SUCCEEDED", "--aborted --dry-run --json --rate 3"),
    (None, "SUCCEEDED", f"--confirm {ID} --aborted"),
    *((None, "SUCCEEDED", f"report {each}") for each in BY_ITS_HASH),
    (None, "SUCCEEDED", "--confirm '' --yes --reason x"),
    (None, "SUCCEEDED", "--since '' --yes --reason x"),
    (None, "SUCCEEDED", f"--dry-run resume {ID} --yes --reason x"),
    (None, "SUCCEEDED", f"--confirm {ID}"),
    (None, "SUCCEEDED", f"report {ID}"),
    (None, "RUNNING", f"report {ID} --json"),
    (None, "RUNNING", f"cancel {ID} --reason x --yes"),
    (None, "RUNNING", f"pause {ID}"),
    (ONCE, "RUNNING", f"cancel {ID}"),
    (ONCE, "RUNNING", f"resume {ID}"),
    (ONCE, "RUNNING", f"report {ID}"),
    (ONCE, "SUCCEEDED", f"--confirm {ID}"),
    *((replace(ONCE, outcome=each), "SUCCEEDED", f"report {ID}") for each in Outcome),
    (replace(ONCE, outcome=Outcome.CANCELLED), "RUNNING", f"report {ID} --json"),
    (replace(ONCE, outcome=Outcome.CANCELLED), "SUCCEEDED", f"report {ID} --json"),
    *((replace(ONCE, outcome=Outcome.PAUSED), "SUCCEEDED", f"{each} {ID}") for each in ("pause", "cancel", "resume")),
    (replace(ONCE, outcome=Outcome.BRAKED), "SUCCEEDED", f"resume {ID} --rate 2 --follow"),
    (replace(ONCE, outcome=Outcome.DONE), "SUCCEEDED", f"resume {ID} --json --yes --reason x"),
    (replace(ONCE, outcome=Outcome.DONE), "SUCCEEDED", f"cancel {ID}"),
)


def test_commands_print_what_they_printed(machine: Machine, fake: FakeMachine, s3: Any) -> None:
    seconds, control = count(), f"redrives/{ID}/control.json"
    tools = Tools(fake.account, lambda: BEGIN + timedelta(seconds=next(seconds)))
    said = [printed(tools, f"redrive report {ID}")]
    for progress, status, command in SAID:
        fake.statuses = {name: "SUCCEEDED" for name in fake.statuses if "-run-" not in name} | {f"{ID}-run-1": status}
        if progress:
            machine.store.put_progress(ID, progress)
            if progress.outcome:
                machine.store.put_report(report(progress))
        elif "confirm" in command:
            fake.statuses.pop(f"{ID}-run-1")
        said.append(printed(tools, f"redrive {command}", fake.started))
        if "report" not in command and "Contents" in s3.list_objects_v2(Bucket=BUCKET, Prefix=control):
            kept = s3.get_object(Bucket=BUCKET, Key=control)["Body"].read().decode()
            said.append(" ".join(kept.split()) + "\n")
    many = [failure(number, error=f"Error{number}") for number in range(25)]
    larger = replace(Manifest.freeze(BEGIN, Choice(), [Item.of(each, holding(each)) for each in many]), left_out=7)
    machine.store.put_manifest(larger)
    fake.frozen = {"outcome": "FROZEN", "hash": larger.hash}
    ends = [Attempt(number, End.NOT_REDRIVABLE, BEGIN, why="too old") for number in range(25)]
    machine.store.put_report(Report(larger, ends, replace(ONCE, outcome=Outcome.DONE)))
    machine.store.put_progress(larger.redrive_id, replace(ONCE, outcome=Outcome.DONE))
    said += [printed(tools, "redrive --dry-run"), printed(tools, f"redrive report {larger.redrive_id}")]
    fake.frozen = {"outcome": "NOTHING"}
    desk = Words(Language.FRENCH, redrive_words.TEXTS)
    said += [f"{each}\n" for each in redrive_words.plan(desk, ID, MANIFEST.estimate(10, 1), 10)]
    said += [redrive_words.position(desk, ONCE, 4), *(f"\n{desk(each)}" for each in Outcome), "\n\n"]
    are_as_kept(
        "redrive.txt", [*said, printed(tools, "redrive --state ReadPoint", fake.started), printed(tools, "journal")]
    )
