"""What may change without a deployment: secrets, cached for a while by Powertools Parameters."""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities import parameters

from restoration.errors import InvalidConfiguration

CACHED_FOR_SECONDS = 300


def secret(name: str) -> Mapping[str, Any]:
    """A JSON secret of Secrets Manager, at most five minutes old, so that a rotation needs no deployment.

    Raises
    ------
    InvalidConfiguration
        When the secret is missing or is no JSON object; its content is never quoted.
    """
    try:
        value = parameters.get_secret(name, max_age=CACHED_FOR_SECONDS)
    except parameters.exceptions.GetParameterError as error:
        raise InvalidConfiguration(f"secret {name} cannot be read: {error}") from error
    try:
        content = json.loads(value)
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
