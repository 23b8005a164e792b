"""The switch, in two parameters of Parameter Store that no deployment touches.

A parameter that a template declares is written again at any update of that resource, even of a tag: a deployment would
turn the switch unseen. So operators create the two when they first turn it; while one is absent, the template's value
counts. A parameter is absent only if Parameter Store says so, never because it could not be read. That is why this does
not use Powertools' parameters, which list both cases as errors.
"""

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from restoration.domain.switch import Mode, Switch
from restoration.errors import ConfigurationUnavailable, InvalidConfiguration

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class SwitchReader:
    """Reads the switch.

    Parameters
    ----------
    default
        The value that counts while a parameter is absent.
    cached_for
        How long a read is remembered, also of an absent parameter: an account may read some 40 times a second.
    """

    def __init__(
        self, client: "SSMClient", mode_name: str, percent_name: str, default: Switch, cached_for: timedelta
    ) -> None:
        self._client = client
        self._mode_name = mode_name
        self._percent_name = percent_name
        self._default = default
        self._cached_for = cached_for
        self._read: tuple[float, Switch] | None = None

    def __call__(self) -> Switch:
        """The switch as it is now, at most a few seconds old.

        Raises
        ------
        ConfigurationUnavailable
            When Parameter Store can't be asked: throttled, denied, unreachable.
        InvalidConfiguration
            When a parameter holds something else than it may.
        """
        now = time.monotonic()
        if self._read and now - self._read[0] < self._cached_for.total_seconds():
            return self._read[1]
        switch = self._fetch()
        self._read = (now, switch)
        return switch

    def _fetch(self) -> Switch:
        try:
            response = self._client.get_parameters(Names=[self._mode_name, self._percent_name])
        except (ClientError, BotoCoreError) as error:
            raise ConfigurationUnavailable(f"the switch ({self._mode_name}) can't be read: {error}") from error
        found = {parameter["Name"]: parameter["Value"] for parameter in response["Parameters"]}
        mode, percent = found.get(self._mode_name), found.get(self._percent_name)
        return Switch(
            self._default.mode if mode is None else _mode(self._mode_name, mode),
            self._default.rollout_percent if percent is None else _percent(self._percent_name, percent),
        )


def _mode(name: str, value: str) -> Mode:
    if value not in set(Mode):
        raise InvalidConfiguration(f"parameter {name} is {value!r}: expected off, shadow or on")
    return Mode(value)


def _percent(name: str, value: str) -> int:
    if not value.isdecimal() or int(value) > 100:  # noqa: PLR2004 - per cent
        raise InvalidConfiguration(f"parameter {name} is {value!r}: expected a whole number from 0 to 100")
    return int(value)
