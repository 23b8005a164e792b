"""The switch stands as operators set it, or as the template says; one that cannot be read counts as neither."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from restoration.adapters.ssm import switch as module
from restoration.adapters.ssm.switch import SwitchReader
from restoration.domain.switch import Mode, Switch
from restoration.errors import ConfigurationUnavailable, InvalidConfiguration
from tests.integration.adapters.recording import Front, refusal

MODE, PERCENT = "/restoration/mode", "/restoration/rollout-percent"
TEMPLATE = Switch(Mode.SHADOW, 10)
CACHED_FOR = timedelta(seconds=5)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The process' own time."""
    fake: SimpleNamespace = SimpleNamespace(now=1000.0, monotonic=lambda: fake.now)
    monkeypatch.setattr(module, "time", fake)
    return fake


@pytest.fixture
def ssm() -> Any:
    return boto3.client("ssm")


def reader(client: Any) -> SwitchReader:
    return SwitchReader(client, MODE, PERCENT, TEMPLATE, CACHED_FOR)


def turn(ssm: Any, **values: str) -> None:
    """Set the parameters as operators do."""
    for name, value in values.items():
        parameter = {"mode": MODE, "percent": PERCENT}[name]
        ssm.put_parameter(Name=parameter, Value=value, Type="String", Overwrite=True)


@pytest.mark.parametrize(
    ("values", "switch"),
    [
        ({}, TEMPLATE),
        ({"mode": "on"}, Switch(Mode.ON, 10)),
        *(({"percent": str(share)}, Switch(Mode.SHADOW, share)) for share in (0, 7, 100)),
        *(({"mode": mode.value, "percent": "50"}, Switch(mode, 50)) for mode in Mode),
    ],
)
def test_switch_stands_as_operators_set_it_and_else_as_the_template_says(
    ssm: Any, values: dict[str, str], switch: Switch
) -> None:
    turn(ssm, **values)
    assert reader(ssm)() == switch


@pytest.mark.parametrize(
    ("values", "said"),
    [
        *(({"mode": it}, f"{MODE} is '{it}': expected off, shadow or on") for it in ("ON", "enabled", "on ", "true")),
        *(({"percent": it}, f"{PERCENT} is '{it}'") for it in ("101", "-1", "50%", "12.5", "half", "1000")),
    ],
)
def test_unknown_mode_and_share_that_is_no_percentage_are_refused_by_name(
    ssm: Any, values: dict[str, str], said: str
) -> None:
    turn(ssm, **values)
    with pytest.raises(InvalidConfiguration, match=said):
        reader(ssm)()


@pytest.mark.parametrize(
    "error",
    [
        refusal("GetParameters", "AccessDeniedException"),
        refusal("GetParameters", "ThrottlingException"),
        refusal("GetParameters", "InternalServerError", 500),
        EndpointConnectionError(endpoint_url="https://ssm.invalid"),
    ],
    ids=["denied", "throttled", "broken", "unreachable"],
)
def test_switch_that_cannot_be_read_is_never_taken_for_absent(ssm: Any, error: Exception) -> None:
    def fail(**_: Any) -> None:
        raise error

    front: Any = Front(ssm, get_parameters=fail)
    with pytest.raises(ConfigurationUnavailable, match="mode"):
        reader(front)()


@pytest.mark.parametrize("before", [None, "on"], ids=["absent", "on"])
def test_switch_is_remembered_for_seconds_even_if_absent(ssm: Any, clock: SimpleNamespace, before: str | None) -> None:
    if before:
        turn(ssm, mode=before)
    front: Any = Front(ssm)
    read = reader(front)
    first = read()
    turn(ssm, mode="off")
    clock.now += CACHED_FOR.total_seconds() - 0.1
    assert read() == first
    assert len(front.calls) == 1
    clock.now += 0.1
    assert read().mode is Mode.OFF
    assert len(front.calls) == 2


def test_switch_that_is_too_old_and_cannot_be_read_counts_as_neither_and_is_read_again_at_once(
    ssm: Any, clock: SimpleNamespace
) -> None:
    down = False

    def get_parameters(**asked: Any) -> Any:
        if down:
            raise refusal("GetParameters", "ThrottlingException")
        return ssm.get_parameters(**asked)

    front: Any = Front(ssm, get_parameters=get_parameters)
    read = reader(front)
    read()
    down = True
    clock.now += CACHED_FOR.total_seconds()
    with pytest.raises(ConfigurationUnavailable):
        read()
    down = False
    assert read() == TEMPLATE
