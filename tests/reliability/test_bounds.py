"""Timeouts that contain each other: a function that ends by its own bounds never loses a message to Lambda's."""

from restoration.adapters.secrets_manager.secrets import CONNECT_TIMEOUT, READ_TIMEOUT
from restoration.contracts.partner_settings import EnedisSettings
from tests.cases import cases
from tests.infrastructure.templates import template

TEMPLATE = template()
PARAMETERS = TEMPLATE.document["Parameters"]


def default(name: str) -> float:
    return float(EnedisSettings.defaults().get(name) or PARAMETERS[name]["Default"])


def timeout(function: str) -> float:
    return float(TEMPLATE.setting(TEMPLATE.resources[function], "Timeout"))


def one_call(longest_wait: float) -> float:
    """Seconds that one call to Enedis takes at most: the secret's refresh, wait for a turn, connection, response."""
    secret = (CONNECT_TIMEOUT + READ_TIMEOUT).total_seconds()
    return secret + longest_wait + default("Enedis.connectTimeoutSeconds") + default("Enedis.readTimeoutSeconds")


TO_READ, TO_ORDER = default("Enedis.readLongestWaitSeconds"), default("Enedis.orderLongestWaitSeconds")
ALL_AHEAD = 1.1 * default("EnedisMaximumConcurrency") / default("EnedisCallsPerSecond") + TO_READ
BOUNDS = {
    "a read ends before its function does": (one_call(TO_READ), timeout("ReadPointFunction")),
    "read and order of one message end before theirs does": (2 * one_call(TO_ORDER), timeout("PlaceOrderFunction")),
    "which does before its lease": (timeout("PlaceOrderFunction"), default("Enedis.leaseSeconds")),
    "a probe, leased while the breaker is open, ends": (one_call(TO_ORDER), default("Enedis.breakerRecoverySeconds")),
    "orders go before reads when turns are short": (TO_READ, TO_ORDER),
    "all orders under way find a turn within their wait": (ALL_AHEAD, TO_ORDER),
}


@cases("less, more", BOUNDS)
def test_bound_contains_the_other(less: float, more: float) -> None:
    assert less < more
