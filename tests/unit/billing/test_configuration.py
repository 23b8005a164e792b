from datetime import timedelta

import pytest

from restoration.adapters.billing.client import BillingClient
from restoration.errors import InvalidConfiguration

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "billing.example",
        "ftp://billing.example",
        "https://",
        "https://billing.example/?a=b",
        "http://billing.example",
    ],
)
def test_an_unusable_url_is_refused_at_once(url: str) -> None:
    with pytest.raises(InvalidConfiguration, match="billing's URL"):
        BillingClient(url, "key", connect_timeout=SECOND, read_timeout=SECOND)


@pytest.mark.parametrize("key", ["", " ", "two\nlines", "clé", "key\n"])
def test_an_unusable_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(InvalidConfiguration, match="API key") as caught:
        BillingClient("https://billing.example", key, connect_timeout=SECOND, read_timeout=SECOND)

    assert "clé" not in str(caught.value)


def test_a_timeout_of_zero_is_refused() -> None:
    with pytest.raises(InvalidConfiguration, match="longer than zero"):
        BillingClient("https://billing.example", "key", connect_timeout=timedelta(), read_timeout=SECOND)
