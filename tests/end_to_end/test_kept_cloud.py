"""`make cloud`: what it says is so, and any AWS client can use it; Ctrl-C ends it with one line."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.stage.deployment import ROOT
from tests.aws_cli import need_aws
from tests.end_to_end.started import started

PATIENCE_SECONDS = 60.0
MACHINE = "arn:aws:states:eu-west-3:123456789012:stateMachine:restoration-restoration"


@dataclass(frozen=True)
class Kept:
    """A cloud in a process group of its own, as a terminal gives it one."""

    process: subprocess.Popen[str]
    said: str
    config: Path

    @property
    def environment(self) -> dict[str, str]:
        others = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        path = f"{need_aws().parent}{os.pathsep}{others['PATH']}"
        return others | {"PATH": path, "AWS_CONFIG_FILE": str(self.config), "AWS_PROFILE": "operations"}

    @property
    def commands(self) -> list[str]:
        """What it says one can try."""
        shown = self.said.partition("In another shell")[2].splitlines()
        return [line for line in shown if line.startswith(("aws ", "curl ", "make "))]

    def client(self, profile: str, service: str, monkeypatch: pytest.MonkeyPatch) -> Any:
        """A client of somebody who knows the file and the profile, and nothing else."""
        monkeypatch.setenv("AWS_CONFIG_FILE", str(self.config))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        return boto3.Session(profile_name=profile).client(service)  # type: ignore[call-overload]


@contextmanager
def kept_in(folder: Path) -> Iterator[Kept]:
    with started("local.stage", "--customers", "1", "--step-seconds", "0.2", "--folder", str(folder)) as (
        process,
        said,
    ):
        yield Kept(process, said, folder / "aws.config")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with kept_in(tmp_path_factory.mktemp("kept cloud")) as kept:
        yield kept


def wait_until(look: Callable[[], bool]) -> None:
    """Ask until it is so: nothing tells another process what happens in the cloud."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_commands_that_it_says_mend_one_customer_and_restore_another(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(kept.commands) == 5
    said = [
        subprocess.run(  # noqa: S603 - what the project itself prints
            ["/bin/bash", "-c", command], cwd=ROOT, env=kept.environment, capture_output=True, text=True, check=True
        ).stdout
        for command in kept.commands
    ]
    assert "UnknownContract" in said[0]
    assert "LIM-000001" in said[-1]
    failed = kept.commands[2].split()[-1]
    states = kept.client("operations", "stepfunctions", monkeypatch)

    def all_restored() -> bool:
        found = states.list_executions(stateMachineArn=MACHINE)["executions"]
        mended = states.describe_execution(executionArn=failed)
        outputs = [
            json.loads(states.describe_execution(executionArn=it["executionArn"]).get("output", "{}"))
            for it in found
            if it["name"].startswith("LIM-000001")
        ]
        return mended["status"] == "SUCCEEDED" and "RESTORED" in {it.get("outcome") for it in outputs}

    wait_until(all_restored)


def test_each_profile_is_its_own_person(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    arns = {
        name: kept.client(name, "sts", monkeypatch).get_caller_identity()["Arn"]
        for name in ("operations", "reader", "admin", "billing", "advisors")
    }
    assert arns == {
        "operations": "arn:aws:sts::123456789012:assumed-role/restoration-OperationsRole/somebody",
        "reader": "arn:aws:sts::123456789012:assumed-role/read-only/somebody",
        "admin": "arn:aws:iam::123456789012:user/administrator",
        "billing": "arn:aws:sts::222222222222:assumed-role/billing/billing",
        "advisors": "arn:aws:sts::333333333333:assumed-role/advisors-tool/advisors",
    }


def test_reader_reads_everything_and_changes_nothing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = {name: kept.client("reader", name, monkeypatch) for name in ("cloudformation", "sqs", "ssm", "dynamodb")}
    outputs = reader["cloudformation"].describe_stacks(StackName="restoration")["Stacks"][0]["Outputs"]
    assert {"OutputKey": "EventBusName", "OutputValue": "restoration"}.items() <= outputs[0].items()
    assert reader["dynamodb"].scan(TableName="restoration-limitations")["Count"] == 4
    with pytest.raises(ClientError, match="is not authorized to perform: ssm:PutParameter"):
        reader["ssm"].put_parameter(Name="/restoration/mode", Value="off", Type="String", Overwrite=True)


def test_keys_are_for_their_owner_alone(kept: Kept) -> None:
    assert kept.config.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("wrong", ["0", "-1", "many"])
def test_wrong_number_of_customers_is_refused_in_one_line(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    from local.stage.__main__ import main  # noqa: PLC0415 - a command's module is not imported for nothing

    with pytest.raises(SystemExit):
        main(["--customers", wrong])
    assert "--customers" in capsys.readouterr().err.splitlines()[-1]


def test_ctrl_c_ends_it_with_one_line(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        os.killpg(kept.process.pid, signal.SIGINT)
        assert kept.process.stdout is not None
        rest = kept.process.stdout.read()
        assert kept.process.wait(30) == 0
    assert rest.strip() == "The cloud has ended; nothing of it is kept."
    assert not kept.config.exists()
