"""The settings of billing and of Enedis: what is taken, and what is said of the rest."""

import pytest

from restoration.contracts.partner_settings import BillingSettings, EnedisSettings, PartnerSettings
from restoration.errors import InvalidConfiguration

VERSIONS = {"Enedis.readPointVersion": "4.0"} | {
    f"Enedis.{name}Version": "1.0" for name in ("order", "cancellation", "visit")
}
LEAST_AND_DEFAULTS = {
    "Billing.connectTimeoutSeconds": (0.1, 2),
    "Billing.readTimeoutSeconds": (0.1, 8),
    "Billing.lagSeconds": (1, 900),
    "Enedis.connectTimeoutSeconds": (0.1, 5),
    "Enedis.readTimeoutSeconds": (0.1, 30),
    "Enedis.settleSeconds": (1, 120),
    "Enedis.leaseSeconds": (1, 120),
    "Enedis.retrySeconds": (1, 60),
    "Enedis.orderLongestWaitSeconds": (0.1, 15),
    "Enedis.readLongestWaitSeconds": (0.1, 5),
    "Enedis.turnToleranceSeconds": (0.001, 0.03),
    "Enedis.breakerFailures": (1, 5),
    "Enedis.breakerRecoverySeconds": (1, 60),
}


def test_environment_gives_what_differs_and_the_rest_is_as_the_code_has_it() -> None:
    given = EnedisSettings.read('{"url": "https://sge.example", "orderVersion": "1.1", "breakerFailures": "3"}')
    assert (given.url, given.order_version, given.breaker_failures) == ("https://sge.example", "1.1", 3)
    said = {name: default for name, (_, default) in LEAST_AND_DEFAULTS.items()}
    assert BillingSettings.defaults() | EnedisSettings.defaults() == said | VERSIONS


@pytest.mark.parametrize("name", LEAST_AND_DEFAULTS)
def test_least_of_a_setting_is_taken_and_less_is_not(name: str) -> None:
    partner, _, setting = name.partition(".")
    settings: type[PartnerSettings] = BillingSettings if partner == "Billing" else EnedisSettings
    least, _ = LEAST_AND_DEFAULTS[name]
    settings.read(f'{{"url": "https://a", "{setting}": {least}}}')
    with pytest.raises(InvalidConfiguration, match=f"^{name} is .*greater than or equal to {least}$"):
        settings.read(f'{{"url": "https://a", "{setting}": {least - 0.0001 if least < 1 else 0}}}')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Enedis is '': Invalid JSON"),
        ("[]", "Enedis is []: Input should be an object"),
        ("{}", "Enedis.url is missing"),
        ('{"url": "sge.example"}', "Enedis.url is 'sge.example': String should match pattern"),
        ('{"url": "https://a", "orderVersion": "one"}', "Enedis.orderVersion is 'one': String should match"),
        ('{"url": "https://a", "readTimeoutSeconds": NaN}', "Enedis.readTimeoutSeconds is nan: Input should be a fin"),
        ('{"url": "https://a", "breakerFailures": 1.5}', "Enedis.breakerFailures is 1.5: Input should be a valid int"),
        ('{"url": "https://a", "retry_seconds": 1}', "Enedis.retry_seconds is unknown; known are url, readPointVer"),
        ('{"orderVersion": 1}', "Enedis.url is missing; Enedis.orderVersion is 1: Input should be a valid string"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(InvalidConfiguration) as raised:
        EnedisSettings.read(text)
    assert str(raised.value).startswith(said)
