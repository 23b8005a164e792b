"""A client for tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from local.partners.enedis.soap import SPOKEN
from restoration.adapters.enedis.soap import EnedisClient, EnedisCredentials


def build(
    credentials: EnedisCredentials | Callable[[], EnedisCredentials],
    *,
    endpoint: str = "https://enedis.invalid",
    to_connect: timedelta = timedelta(seconds=5),
    to_respond: timedelta = timedelta(seconds=5),
) -> EnedisClient:
    return EnedisClient(
        endpoint,
        credentials,
        SPOKEN,
        connect_timeout=to_connect,
        read_timeout=to_respond,
        clock=lambda: datetime.now(UTC),
    )
