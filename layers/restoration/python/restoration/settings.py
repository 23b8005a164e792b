"""Settings, read from the function's environment, with an error that names what is missing or wrong."""

import os
from contextlib import suppress
from datetime import timedelta

from restoration.errors import InvalidConfiguration


def text(name: str) -> str:
    """The environment variable ``name``.

    Raises
    ------
    InvalidConfiguration
        When it is missing or empty.
    """
    value = optional(name)
    if not value:
        raise InvalidConfiguration(f"environment variable {name} is missing or empty: set it in template.yaml")
    return value


def optional(name: str) -> str:
    """The environment variable ``name``; empty where it is missing."""
    return os.environ.get(name, "").strip()


def seconds(name: str) -> timedelta:
    """The environment variable ``name``, a number of seconds greater than zero, as a duration."""
    value = text(name)
    try:
        duration = timedelta(seconds=float(value))
    except (ValueError, OverflowError):
        raise InvalidConfiguration(f"environment variable {name} is {value!r}: expected a number of seconds") from None
    if duration <= timedelta():
        raise InvalidConfiguration(f"environment variable {name} is {value!r}: expected more than 0 seconds")
    return duration


def whole_number(name: str) -> int:
    """The environment variable ``name``, a whole number of at least zero."""
    value = text(name)
    if not value.isdecimal():
        raise InvalidConfiguration(f"environment variable {name} is {value!r}: expected a whole number")
    return int(value)


def percent(name: str) -> float:
    """The environment variable ``name``, a number from 0 to 100, as a share from 0 to 1."""
    value = text(name)
    with suppress(ValueError):
        if 0 <= (share := float(value) / 100) <= 1:
            return share
    raise InvalidConfiguration(f"environment variable {name} is {value!r}: expected a number from 0 to 100")


def listed(name: str) -> tuple[str, ...]:
    """The environment variable ``name``, texts between commas; none where it is missing or empty."""
    parts = (part.strip() for part in optional(name).split(","))
    return tuple(part for part in parts if part)


def switch(name: str) -> bool:
    """The environment variable ``name``, ``true`` or ``false``."""
    value = text(name)
    if value not in {"true", "false"}:
        raise InvalidConfiguration(f"environment variable {name} is {value!r}: expected true or false")
    return value == "true"


def is_in_lambda() -> bool:
    """Whether this is the process of a function: Lambda names its Runtime API to no other."""
    return "AWS_LAMBDA_RUNTIME_API" in os.environ
