"""Secrets, which may change without a deployment: Powertools Parameters caches them for a while."""

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities import parameters
from botocore.config import Config
from botocore.exceptions import ClientError

from restoration.errors import ConfigurationUnavailable, InvalidConfiguration

CACHED_FOR_SECONDS = 300
CONNECT_TIMEOUT, READ_TIMEOUT = timedelta(seconds=1), timedelta(seconds=2)
"""Short, and tried once: a client that has credentials goes on with them, and other callers are repeated anyway."""
_TO_BE_MENDED = frozenset(
    {
        "ResourceNotFoundException",
        "InvalidRequestException",  # it is being deleted
        "InvalidParameterException",
        "AccessDeniedException",
        "DecryptionFailure",
    }
)
"""The errors of Secrets Manager that no further try can help; from any other it may recover."""


@cache
def _secrets() -> parameters.SecretsProvider:
    config = Config(
        connect_timeout=CONNECT_TIMEOUT.total_seconds(),
        read_timeout=READ_TIMEOUT.total_seconds(),
        retries={"total_max_attempts": 1},
    )
    # Powertools would make a session of its own, which reads botocore's list of all endpoints again (decision 0085).
    return parameters.SecretsProvider(boto3_client=boto3.client("secretsmanager", config=config))


def forget() -> None:
    """Forget what is cached, as a new process does."""
    _secrets.cache_clear()


def secret(name: str) -> Mapping[str, Any]:
    """A JSON secret of Secrets Manager, at most five minutes old, so that a rotation needs no deployment.

    Raises
    ------
    ConfigurationUnavailable
        When Secrets Manager cannot be reached or throttles.
    InvalidConfiguration
        When the secret is missing, may not be read or is no JSON object; its content is never quoted.
    """
    try:
        value = _secrets().get(name, max_age=CACHED_FOR_SECONDS)
    except parameters.exceptions.GetParameterError as error:
        # Powertools wraps the error of the call, without naming it as the cause.
        wrapped = error.__context__
        code = wrapped.response["Error"]["Code"] if isinstance(wrapped, ClientError) else ""
        kind = InvalidConfiguration if code in _TO_BE_MENDED else ConfigurationUnavailable
        raise kind(f"secret {name} cannot be read: {error}") from error
    try:
        content = json.loads(value if isinstance(value, str | bytes) else "")
    except ValueError:
        raise InvalidConfiguration(f"secret {name} is not JSON") from None
    if not isinstance(content, dict):
        raise InvalidConfiguration(f"secret {name} is not a JSON object")
    return content


def secret_field(content: Mapping[str, Any], name: str, field: str) -> str:
    """One text field of a secret.

    Raises
    ------
    InvalidConfiguration
        When it is missing, empty or no text.
    """
    value = content.get(field)
    if not isinstance(value, str) or not value:
        raise InvalidConfiguration(f"secret {name} lacks the text field {field!r}")
    return value
