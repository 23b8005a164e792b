"""Secrets: read, cached for a while, and never quoted."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from restoration.adapters.secrets_manager.secrets import CACHED_FOR_SECONDS, forget, secret, secret_field
from restoration.errors import ConfigurationUnavailable, InvalidConfiguration

TO_BE_MENDED = (
    "ResourceNotFoundException", "AccessDeniedException", "InvalidRequestException", "InvalidParameterException",
    "DecryptionFailure",
)  # fmt: skip


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Client and cache are kept for the process: not from test to test."""
    forget()
    yield
    forget()


@pytest.fixture
def secrets() -> Any:
    return boto3.client("secretsmanager")


def test_the_client_is_of_the_session_that_all_others_have(secrets: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session of its own costs each first read thirty milliseconds."""
    secrets.create_secret(Name="billing", SecretString='{"apiKey": "k1"}')
    monkeypatch.setattr("boto3.session.Session.__init__", None)
    assert secret("billing") == {"apiKey": "k1"}


def test_a_rotated_secret_is_read_once_the_old_one_is_too_old(secrets: Any) -> None:
    secrets.create_secret(Name="billing", SecretString='{"apiKey": "k1"}')
    secret("billing")
    secrets.put_secret_value(SecretId="billing", SecretString='{"apiKey": "k2"}')
    assert secret("billing") == {"apiKey": "k1"}
    forget()  # five minutes later
    assert secret("billing") == {"apiKey": "k2"}
    assert CACHED_FOR_SECONDS <= 300


@pytest.mark.parametrize(
    ("met", "raised"),
    [
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "GetSecretValue"), ConfigurationUnavailable),
        (ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue"), ConfigurationUnavailable),
        (EndpointConnectionError(endpoint_url="https://secrets.invalid"), ConfigurationUnavailable),
        (ReadTimeoutError(endpoint_url="https://secrets.invalid"), ConfigurationUnavailable),
        *((ClientError({"Error": {"Code": code}}, "GetSecretValue"), InvalidConfiguration) for code in TO_BE_MENDED),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)[:60]),
)
def test_a_passing_error_is_not_taken_for_one_that_must_be_mended(
    monkeypatch: pytest.MonkeyPatch, met: Exception, raised: type[Exception]
) -> None:

    def fail(*_: Any) -> Any:
        raise met

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", fail)
    with pytest.raises(raised, match="billing"):
        secret("billing")


@pytest.mark.parametrize("content", ["hunter2", '"hunter2"', "[1]", "null", '{"apiKey": "hunter2"'])
def test_a_secret_that_is_no_json_object_is_named_but_not_quoted(secrets: Any, content: str) -> None:
    secrets.create_secret(Name="billing", SecretString=content)
    with pytest.raises(InvalidConfiguration, match="billing") as caught:
        secret("billing")
    assert "hunter2" not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize("content", [{}, {"apiKey": ""}, {"apiKey": None}, {"apiKey": 17}])
def test_a_missing_field_is_named_with_its_secret(content: dict[str, Any]) -> None:
    with pytest.raises(InvalidConfiguration, match=r"billing.*apiKey"):
        secret_field(content, "billing", "apiKey")
