"""Timeouts that contain each other: a function that ends by its own bounds never loses a message to Lambda's."""

from restoration.adapters.secrets_manager.secrets import CONNECT_TIMEOUT, READ_TIMEOUT
from restoration.contracts.partner_settings import EnedisSettings
from tests.infrastructure.templates import Resource, template

TEMPLATE = template()
PARAMETERS = TEMPLATE.document["Parameters"]


def default(name: str) -> float:
    return float(EnedisSettings.defaults().get(name) or PARAMETERS[name]["Default"])


def function(name: str) -> Resource:
    return TEMPLATE.resources[name]


def one_call(longest_wait: str) -> float:
    """Seconds that one call to Enedis takes at most: the secret's refresh, wait for a turn, connection, response."""
    secret = (CONNECT_TIMEOUT + READ_TIMEOUT).total_seconds()
    return (
        secret + default(longest_wait) + default("Enedis.connectTimeoutSeconds") + default("Enedis.readTimeoutSeconds")
    )


def test_read_ends_before_its_function_does() -> None:
    timeout = TEMPLATE.setting(function("ReadPointFunction"), "Timeout")
    assert one_call("Enedis.readLongestWaitSeconds") < timeout


def test_read_and_order_of_one_message_end_before_their_function_does() -> None:
    timeout = TEMPLATE.setting(function("PlaceOrderFunction"), "Timeout")
    assert 2 * one_call("Enedis.orderLongestWaitSeconds") < timeout < default("Enedis.leaseSeconds")


def test_probe_ends_before_another_may_begin() -> None:
    """Powertools leases the probe for as long as the breaker stays open."""
    probe = one_call("Enedis.orderLongestWaitSeconds")
    assert probe < default("Enedis.breakerRecoverySeconds")


def test_orders_go_before_reads_when_turns_are_short() -> None:
    assert default("Enedis.orderLongestWaitSeconds") > default("Enedis.readLongestWaitSeconds")


def test_all_orders_under_way_find_a_turn_within_their_wait() -> None:
    spacing = 1.1 / default("EnedisCallsPerSecond")
    ahead = default("EnedisMaximumConcurrency") * spacing + default("Enedis.readLongestWaitSeconds")
    assert ahead < default("Enedis.orderLongestWaitSeconds")
