from datetime import timedelta

import pytest

from restoration.adapters.billing.client import BillingClient
from restoration.errors import InvalidConfiguration

SECOND = timedelta(seconds=1)
URL = "https://billing.example"
NO_URLS = (
    "",
    "billing.example",
    "ftp://billing.example",
    "https://",
    f"{URL}/?a=b",
    f"{URL}/#a",
    "http://billing.example",
)


@pytest.mark.parametrize(
    ("url", "key", "connect", "read", "said"),
    [
        *((url, "key", SECOND, SECOND, "billing's URL") for url in NO_URLS),
        *((URL, key, SECOND, SECOND, "API key") for key in ("", " ", "two\nlines", "clé", "key\n")),
        (URL, "key", timedelta(), SECOND, "longer than zero"),
        (URL, "key", SECOND, timedelta(), "longer than zero"),
    ],
)
def test_what_is_unusable_is_refused_at_once_and_a_key_is_not_shown(
    url: str, key: str, connect: timedelta, read: timedelta, said: str
) -> None:
    with pytest.raises(InvalidConfiguration, match=said) as caught:
        BillingClient(url, key, connect_timeout=connect, read_timeout=read)
    assert "clé" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_on_this_machine_plain_http_is_taken(host: str) -> None:
    BillingClient(f"http://{host}:1", "key", connect_timeout=SECOND, read_timeout=SECOND)
