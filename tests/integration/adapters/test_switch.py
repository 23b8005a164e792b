"""The switch: what operations put into Parameter Store, and while that is absent what the template says."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from restoration.adapters.ssm.switch import SwitchReader
from restoration.domain.claim import Mode, Switch
from restoration.errors import ConfigurationUnavailable, InvalidConfiguration

MODE, PERCENT = "/restoration/mode", "/restoration/rollout-percent"
TEMPLATE = Switch(Mode.SHADOW, 100)


@pytest.fixture
def ssm(aws: None) -> Any:
    assert aws is None
    return boto3.client("ssm")


def put(ssm: Any, name: str, value: str) -> None:
    """Do what the runbook does, the first time and every time."""
    ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)


def reader(client: Any, remembers: timedelta = timedelta()) -> SwitchReader:
    return SwitchReader(client, MODE, PERCENT, TEMPLATE, remembers)


def test_template_counts_while_nothing_was_set(ssm: Any) -> None:
    assert reader(ssm)() == TEMPLATE


def test_what_operations_set_counts_each_by_itself(ssm: Any) -> None:
    read = reader(ssm)
    put(ssm, MODE, "on")
    assert read() == Switch(Mode.ON, 100)
    put(ssm, PERCENT, "10")
    assert read() == Switch(Mode.ON, 10)


def test_switch_is_turned_by_the_command_that_created_it(ssm: Any) -> None:
    put(ssm, MODE, "on")
    put(ssm, MODE, "off")
    assert reader(ssm)().mode is Mode.OFF


@pytest.mark.parametrize(("name", "value"), [(MODE, "On"), (MODE, "live"), (PERCENT, "101"), (PERCENT, "-1")])
def test_value_that_may_not_be_is_named(ssm: Any, name: str, value: str) -> None:
    put(ssm, name, value)
    with pytest.raises(InvalidConfiguration, match=f"{name} is '{value}'"):
        reader(ssm)()


class Disturbed:
    """Parameter Store that can't be asked."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def get_parameters(self, **_: Any) -> Any:
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParameters"),
        ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameters"),
        ClientError({"Error": {"Code": "InternalServerError"}}, "GetParameters"),
        EndpointConnectionError(endpoint_url="https://ssm.invalid"),
    ],
    ids=lambda error: str(error)[:60],
)
def test_switch_that_can_not_be_read_is_never_taken_for_absent(error: Exception) -> None:
    with pytest.raises(ConfigurationUnavailable, match=MODE):
        reader(Disturbed(error))()


def test_absence_is_remembered_for_a_while_like_a_value(ssm: Any) -> None:
    read = reader(ssm, remembers=timedelta(hours=1))
    assert read() == TEMPLATE
    put(ssm, MODE, "on")
    assert read() == TEMPLATE
    assert reader(ssm)().mode is Mode.ON
