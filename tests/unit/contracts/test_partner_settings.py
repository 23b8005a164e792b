"""The settings of billing and of Enedis: what is taken, and what is said of the rest."""

import pytest

from restoration.contracts.partner_settings import BillingSettings, EnedisSettings
from restoration.errors import InvalidConfiguration


def test_environment_gives_what_differs_and_the_rest_is_as_the_code_has_it() -> None:
    given = EnedisSettings.read('{"url": "https://sge.example", "retrySeconds": 90, "breakerFailures": "3"}')
    assert (given.url, given.retry_seconds, given.breaker_failures) == ("https://sge.example", 90, 3)
    assert (given.read_point_version, given.settle_seconds) == ("4.0", 120)
    assert BillingSettings.read('{"url": "http://127.0.0.1:9/v1"}').lag_seconds == 900


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Enedis is '': Invalid JSON"),
        ("[]", "Enedis is []: Input should be an object"),
        ("{}", "Enedis.url is missing"),
        ('{"url": "sge.example"}', "Enedis.url is 'sge.example': String should match pattern"),
        ('{"url": "https://a b"}', "Enedis.url is 'https://a b': String should match"),
        ('{"url": "https://a", "orderVersion": "one"}', "Enedis.orderVersion is 'one': String should match"),
        ('{"url": "https://a", "readTimeoutSeconds": 0}', "Enedis.readTimeoutSeconds is 0: Input should be greater"),
        ('{"url": "https://a", "readTimeoutSeconds": NaN}', "Enedis.readTimeoutSeconds is nan: Input should be a fin"),
        ('{"url": "https://a", "turnToleranceSeconds": 1}', "Enedis.turnToleranceSeconds is 1: Input should be less"),
        ('{"url": "https://a", "breakerFailures": 1.5}', "Enedis.breakerFailures is 1.5: Input should be a valid int"),
        ('{"url": "https://a", "retry_seconds": 1}', "Enedis.retry_seconds is unknown; known are url, readPointVer"),
        ('{"orderVersion": 1}', "Enedis.url is missing; Enedis.orderVersion is 1: Input should be a valid string"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(InvalidConfiguration) as raised:
        EnedisSettings.read(text)
    assert str(raised.value).startswith(said)
