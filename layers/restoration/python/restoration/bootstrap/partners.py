"""The settings and the clients of billing and of Enedis."""

from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Literal, cast

from restoration import settings
from restoration.bootstrap import clients
from restoration.clock import utc_now

if TYPE_CHECKING:
    from restoration.adapters.billing.client import BillingClient
    from restoration.adapters.enedis.soap.client import EnedisClient
    from restoration.adapters.enedis.soap.credentials import EnedisCredentials
    from restoration.adapters.enedis.soap.outage import OutageRecord
    from restoration.contracts.partner_settings import BillingSettings, EnedisSettings
    from restoration.domain.order import Priority


@cache
def billing_settings() -> "BillingSettings":
    from restoration.contracts.partner_settings import BillingSettings

    return BillingSettings.read(settings.text("BILLING"))


@cache
def enedis_settings() -> "EnedisSettings":
    from restoration.contracts.partner_settings import EnedisSettings

    return EnedisSettings.read(settings.text("ENEDIS"))


@cache
def _billing(api_key: str) -> "BillingClient":
    from restoration.adapters.billing.client import BillingClient

    given = billing_settings()
    return BillingClient(
        given.url,
        api_key,
        connect_timeout=timedelta(seconds=given.connect_timeout_seconds),
        read_timeout=timedelta(seconds=given.read_timeout_seconds),
        is_current=lambda: _key_for_billing(read_again=True) == api_key,
    )


def billing() -> "BillingClient":
    """Billing's client, with the key as it is when first asked: a rotated secret makes a new one."""
    return cast("BillingClient", clients.Later(lambda: _billing(_key_for_billing())))


def _key_for_billing(*, read_again: bool = False) -> str:
    from restoration.adapters.secrets_manager.secrets import forget, secret, secret_field

    if read_again:
        forget()
    name = settings.text("BILLING_SECRET")
    return secret_field(secret(name), name, "apiKey")


@cache
def enedis_outage() -> "OutageRecord":
    from restoration.adapters.enedis.soap.outage import OutageRecord

    return OutageRecord(clients.client("dynamodb"), settings.text("ENEDIS_ACCESS_TABLE"), clock=utc_now)


def enedis_credentials() -> "EnedisCredentials":
    """Our credentials at Enedis as they are now: a rotated secret is seen within minutes, without a deployment."""
    from restoration.adapters.enedis.soap.credentials import EnedisCredentials
    from restoration.adapters.secrets_manager.secrets import secret

    return EnedisCredentials.from_secret(secret(settings.text("ENEDIS_SECRET")))


SHARES = {"URGENT": (2, timedelta(minutes=10)), "PEOPLE": (10, timedelta(minutes=1))}
"""Urgent calls take at most half of the turns, people's a tenth; each are at most those of so many minutes ahead."""


@cache
def enedis(longest_wait_seconds: float, priority: "Priority | Literal['PEOPLE'] | None" = None) -> "EnedisClient":
    """Enedis' client: one for the process and class, under the quota and the breaker that all workers share."""
    from restoration.adapters.enedis.soap.breaker import SharedBreaker
    from restoration.adapters.enedis.soap.client import EnedisClient
    from restoration.adapters.enedis.soap.codes import Services
    from restoration.adapters.enedis.soap.quota import SharedQuota
    from restoration.bootstrap.calls import watched_call
    from restoration.observability import count

    given, dynamodb, table = enedis_settings(), clients.client("dynamodb"), settings.text("ENEDIS_ACCESS_TABLE")
    calls_per_second = settings.whole_number("ENEDIS_CALLS_PER_SECOND")
    quota = SharedQuota(
        dynamodb,
        table,
        calls_per_second,
        longest_wait=timedelta(seconds=longest_wait_seconds),
        clock=utc_now,
        tolerance=timedelta(seconds=given.turn_tolerance_seconds),
        on_exhausted=lambda: count("EnedisQuotaExhausted"),
    )
    part, ahead = SHARES.get(priority or "", (1, timedelta()))
    # A turn of this one is only counted: an order that is not urgent waits at most twice as long for it.
    share = SharedQuota(
        dynamodb,
        table,
        calls_per_second / part,
        longest_wait=ahead,
        clock=utc_now,
        wait=lambda _: None,
        name=str(priority).lower(),
    )
    return EnedisClient(
        given.url,
        enedis_credentials,
        Services.of(
            read_point=given.read_point_version,
            order_intervention=given.order_version,
            cancel_intervention=given.cancellation_version,
            plan_visit=given.visit_version,
        ),
        connect_timeout=timedelta(seconds=given.connect_timeout_seconds),
        read_timeout=timedelta(seconds=given.read_timeout_seconds),
        clock=utc_now,
        pacers=(share, quota) if priority in SHARES else (quota,),
        breaker=SharedBreaker(
            dynamodb,
            table,
            failures=given.breaker_failures,
            recovery=timedelta(seconds=given.breaker_recovery_seconds),
            outages=enedis_outage(),
            on_transition=lambda transition: count(f"EnedisBreaker{str(transition.to_state).title().replace('_', '')}"),
        ),
        watch=partial(watched_call, given.url),
    )
