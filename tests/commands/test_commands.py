"""What documents tell somebody to type is typed on a fresh clone: its exit code, and a line that proves its effect."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import boto3
import pytest
import urllib3
from botocore.exceptions import ClientError

from tests.aws_cli import environment_with_aws
from tests.commands.clone import Clone, is_alive, make_clone
from tests.commands.walks import Step, Walk, before, walks

SECONDS, LONG_SECONDS = 240, 3600
pytestmark = pytest.mark.timeout(4 * SECONDS)
CLOUD = before()["cloud"].run
JSON = "Content-Type: application/json"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return make_clone(tmp_path_factory.mktemp("typed"))


@pytest.fixture(scope="module")
def demo(clone: Clone) -> Clone:
    """The clone, in which a story was played."""
    take(before()["demo"], clone, SECONDS)
    return clone


def carry_out(walk: Walk, clone: Clone, others: Mapping[str, str] | None = None) -> None:
    for step in walk.steps:
        take(step, clone, LONG_SECONDS if walk.is_long else SECONDS, others)


def take(step: Step, clone: Clone, seconds: float, others: Mapping[str, str] | None = None) -> str:
    code, printed = clone.run(step.run, seconds, others)
    assert code == step.code, f"{step.run} ended with {code}:\n{printed}"
    assert re.search(step.says, printed, re.MULTILINE), f"{step.run} does not say {step.says!r}:\n{printed}"
    return printed


def walks_that_need(needs: str) -> list[object]:
    long = pytest.mark.proof
    return [
        pytest.param(walk, id=walk.name, marks=[long, pytest.mark.timeout(LONG_SECONDS)] if walk.is_long else [])
        for walk in walks()
        if walk.needs == needs
    ]


@pytest.mark.parametrize("walk", walks_that_need("nothing"))
def test_it_does_what_it_says(walk: Walk, clone: Clone) -> None:
    carry_out(walk, clone)


@pytest.mark.parametrize("walk", walks_that_need("demo"))
def test_it_does_what_it_says_after_the_demo(walk: Walk, demo: Clone) -> None:
    carry_out(walk, demo)


@dataclass(frozen=True)
class Kept:
    """The cloud that runs in the clone, what it said, and the environment of the shell beside it."""

    process: subprocess.Popen[str]
    said: str
    environment: Mapping[str, str]

    @property
    def commands(self) -> list[str]:
        """What it says one can try."""
        shown = self.said.partition("In another shell")[2].splitlines()
        return [line for line in shown if line.startswith(("aws ", "curl ", "make ops "))]


@pytest.fixture(scope="module")
def cloud(clone: Clone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """`make cloud`, as somebody keeps it in one shell to type in another."""
    config = clone.folder / "build" / "cloud" / "aws.config"
    with clone.started(CLOUD) as process:
        said = said_before_ctrl_c(process)
        assert process.poll() is None, said
        control = re.search(r"^Partners +(\S+)", said, re.MULTILINE)
        assert control, said
        exported = dict(re.findall(r"(AWS_\w+)=('[^']+'|\S+)", said))
        with environment_with_aws(tmp_path_factory.mktemp("aws"), config) as found:
            more = {"STACK": "restoration", "ACCOUNT": "123456789012", "CONTROL": control[1]}
            region = {"AWS_REGION": "eu-west-3", "AWS_DEFAULT_REGION": "eu-west-3"}
            own = {name: value.strip("'") for name, value in exported.items()}
            yield Kept(process, said, {"PATH": found["PATH"], **region, **more, **own})


def said_before_ctrl_c(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return "".join(takewhile(lambda line: "Ctrl-C" not in line, process.stdout))


@pytest.mark.parametrize("walk", walks_that_need("cloud"))
def test_it_does_what_it_says_beside_the_cloud(walk: Walk, cloud: Kept, clone: Clone) -> None:
    admin = {"AWS_PROFILE": "admin", "JSON": JSON} if "administrator" in walk.name else {}
    carry_out(walk, clone, {**cloud.environment, **admin})


def test_commands_that_the_cloud_prints_mend_one_customer_and_restore_another(cloud: Kept, clone: Clone) -> None:
    assert len(cloud.commands) == 5
    said = [clone.run(command, SECONDS, cloud.environment) for command in cloud.commands]
    assert [each.code for each in said] == [0] * 5, said
    assert "UnknownContract" in said[0].printed
    assert "LIM-000001" in said[-1].printed
    mended = cloud.commands[2].split()[-1].rpartition(":")[2][:10]
    for limitation, ended in ((mended, "redriven 1"), ("LIM-000001", "ended restored")):
        look = f"until make ops ARGS='case {limitation}' | grep '{ended}'; do sleep 0.5; done"
        assert clone.run(look, SECONDS, cloud.environment).code == 0


@pytest.fixture
def profiles(cloud: Kept, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Any]:
    """Clients of somebody who knows the file that the cloud wrote and a profile, and nothing else."""
    monkeypatch.setenv("AWS_CONFIG_FILE", cloud.environment["AWS_CONFIG_FILE"])
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    return lambda profile, service: boto3.Session(profile_name=profile).client(service)  # type: ignore[call-overload]


def test_each_profile_is_its_own_person(profiles: Callable[[str, str], Any], cloud: Kept) -> None:
    arns = {
        "operations": "arn:aws:sts::123456789012:assumed-role/restoration-operations-OperationsRole/somebody",
        "reader": "arn:aws:sts::123456789012:assumed-role/read-only/somebody",
        "admin": "arn:aws:iam::123456789012:user/administrator",
        "billing": "arn:aws:sts::222222222222:assumed-role/billing/billing",
        "advisors": "arn:aws:sts::333333333333:assumed-role/advisors-tool/advisors",
    }
    assert {name: profiles(name, "sts").get_caller_identity()["Arn"] for name in arns} == arns
    assert Path(cloud.environment["AWS_CONFIG_FILE"]).stat().st_mode & 0o077 == 0, "keys are for their owner alone"


def test_reader_reads_everything_and_changes_nothing(profiles: Callable[[str, str], Any]) -> None:
    [stack] = profiles("reader", "cloudformation").describe_stacks(StackName="restoration")["Stacks"]
    assert {"OutputKey": "EventBusName", "OutputValue": "restoration"}.items() <= stack["Outputs"][0].items()
    assert profiles("reader", "dynamodb").scan(TableName="restoration-limitations")["Count"] >= 5
    with pytest.raises(ClientError, match="is not authorized to perform: ssm:PutParameter"):
        profiles("reader", "ssm").put_parameter(Name="/restoration/mode", Value="off", Type="String", Overwrite=True)


@pytest.mark.parametrize("wrong", ["0", "-1", "many"])
def test_wrong_number_of_customers_is_refused_in_one_line(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    from local.stage.__main__ import main  # noqa: PLC0415 - a command's module is not imported for nothing

    with pytest.raises(SystemExit):
        main(["--customers", wrong])
    assert "--customers" in capsys.readouterr().err.splitlines()[-1]


def test_ctrl_c_ends_the_cloud_with_one_line(clone: Clone) -> None:
    with clone.started(CLOUD.replace('ARGS="', 'ARGS="--folder build/second ')) as process:
        said_before_ctrl_c(process)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
        assert process.stdout is not None
        rest = process.stdout.read()
    assert rest.strip() == "The cloud has ended; nothing of it is kept."
    assert process.returncode in {0, -signal.SIGINT}  # make ends by the signal that it got
    assert not is_alive(process.pid)
    assert not (clone.folder / "build" / "second" / "aws.config").exists()


@pytest.mark.proof
def test_first_page_of_the_channels_comes_within_a_minute(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    assert clone.run("make setup", SECONDS).code == 0
    began = time.monotonic()
    with clone.started(before()["channels"].run) as process:
        [site] = re.findall(r"^Customers +(\S+)", said_before_ctrl_c(process), re.MULTILINE)
        page = urllib3.request("GET", site)
        took = time.monotonic() - began
        os.killpg(process.pid, signal.SIGINT)
        assert "The cloud has ended; nothing of it is kept." in process.communicate(timeout=60)[0]
    assert "Code du dossier" in page.data.decode()
    with capsys.disabled():
        sys.stdout.write(f"\nThe first page of make channels came after {took:.1f} s.\n")
    assert took < 60


@pytest.mark.parametrize(("command", "until"), [("make demo", "are deployed"), ("make supervise", "Starting")])
def test_an_interrupted_command_leaves_no_process_no_traceback_and_no_half_report(
    command: str, until: str, clone: Clone
) -> None:
    report = clone.folder / "build" / "demo" / "report.json"
    before = report.read_bytes() if report.exists() else None
    with clone.started(command) as process:
        assert process.stdout is not None
        assert any(until in line for line in process.stdout)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
        rest = process.stdout.read()
        assert "Traceback" not in rest, rest
        assert len(rest.splitlines()) <= 3, rest
        assert not is_alive(process.pid)
    assert (report.read_bytes() if report.exists() else None) == before
    assert not report.with_suffix(".half").exists()
