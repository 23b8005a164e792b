"""`make cloud`: its profiles are people with their rights. tests/commands types what it prints, and ends it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.end_to_end.started import started


@dataclass(frozen=True)
class Kept:
    """A cloud in a process group of its own, as a terminal gives it one."""

    config: Path

    def client(self, profile: str, service: str, monkeypatch: pytest.MonkeyPatch) -> Any:
        """A client of somebody who knows the file and the profile, and nothing else."""
        monkeypatch.setenv("AWS_CONFIG_FILE", str(self.config))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        return boto3.Session(profile_name=profile).client(service)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("kept cloud")
    with started("local.stage", "--customers", "1", "--step-seconds", "0.2", "--folder", str(folder)):
        yield Kept(folder / "aws.config")


def test_each_profile_is_its_own_person(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    arns = {
        name: kept.client(name, "sts", monkeypatch).get_caller_identity()["Arn"]
        for name in ("operations", "reader", "admin", "billing", "advisors")
    }
    assert arns == {
        "operations": "arn:aws:sts::123456789012:assumed-role/restoration-operations-OperationsRole/somebody",
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
