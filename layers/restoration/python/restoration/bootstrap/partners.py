"""The clients of billing and of Enedis."""

from functools import cache
from typing import TYPE_CHECKING

from restoration import settings
from restoration.bootstrap import clients
from restoration.clock import utc_now

if TYPE_CHECKING:
    from restoration.adapters.billing.client import BillingClient
    from restoration.adapters.enedis.soap import EnedisClient, EnedisCredentials
    from restoration.adapters.enedis.soap.outage import OutageRecord


@cache
def _billing(url: str, api_key: str) -> "BillingClient":
    from restoration.adapters.billing.client import BillingClient

    return BillingClient(
        url,
        api_key,
        connect_timeout=settings.seconds("BILLING_CONNECT_TIMEOUT_SECONDS"),
        read_timeout=settings.seconds("BILLING_READ_TIMEOUT_SECONDS"),
    )


def billing() -> "BillingClient":
    """Billing's client, with the key as it is now: a rotated secret makes a new one."""
    from restoration.adapters.secrets_manager.secrets import secret, secret_field

    name = settings.text("BILLING_SECRET")
    return _billing(settings.text("BILLING_URL"), secret_field(secret(name), name, "apiKey"))


@cache
def enedis_outage() -> "OutageRecord":
    from restoration.adapters.enedis.soap.outage import OutageRecord

    return OutageRecord(clients.client("dynamodb"), settings.text("ENEDIS_ACCESS_TABLE"), clock=utc_now)


def enedis_credentials() -> "EnedisCredentials":
    """Our credentials at Enedis as they are now: a rotated secret is seen within minutes, without a deployment."""
    from restoration.adapters.enedis.soap.credentials import EnedisCredentials
    from restoration.adapters.secrets_manager.secrets import secret

    return EnedisCredentials.from_secret(secret(settings.text("ENEDIS_SECRET")))


@cache
def enedis() -> "EnedisClient":
    """Enedis' client: one for the process, under the quota and the breaker that all workers share."""
    from restoration.adapters.enedis.soap import EnedisClient
    from restoration.adapters.enedis.soap.breaker import SharedBreaker
    from restoration.adapters.enedis.soap.codes import ServiceVersions
    from restoration.adapters.enedis.soap.quota import SharedQuota
    from restoration.bootstrap.calls import watched_call
    from restoration.observability import count

    dynamodb, table = clients.client("dynamodb"), settings.text("ENEDIS_ACCESS_TABLE")
    return EnedisClient(
        settings.text("ENEDIS_URL"),
        enedis_credentials,
        ServiceVersions(
            read_point=settings.text("ENEDIS_READ_POINT_VERSION"),
            order_intervention=settings.text("ENEDIS_ORDER_VERSION"),
            cancel_intervention=settings.text("ENEDIS_CANCELLATION_VERSION"),
        ),
        connect_timeout=settings.seconds("ENEDIS_CONNECT_TIMEOUT_SECONDS"),
        read_timeout=settings.seconds("ENEDIS_READ_TIMEOUT_SECONDS"),
        clock=utc_now,
        pacer=SharedQuota(
            dynamodb,
            table,
            settings.whole_number("ENEDIS_CALLS_PER_SECOND"),
            longest_wait=settings.seconds("ENEDIS_QUOTA_LONGEST_WAIT_SECONDS"),
            clock=utc_now,
            tolerance=settings.seconds("ENEDIS_TURN_TOLERANCE_SECONDS"),
            on_exhausted=lambda: count("EnedisQuotaExhausted"),
        ),
        breaker=SharedBreaker(
            dynamodb,
            table,
            failures=settings.whole_number("ENEDIS_BREAKER_FAILURES"),
            recovery=settings.seconds("ENEDIS_BREAKER_RECOVERY_SECONDS"),
            outages=enedis_outage(),
            on_transition=lambda transition: count(f"EnedisBreaker{str(transition.to_state).title().replace('_', '')}"),
        ),
        watch=watched_call,
    )
