from typing import Any

import pytest

from restoration.adapters.enedis import EnedisClient, EnedisCredentials
from restoration.errors import InvalidConfiguration
from tests.unit.enedis.canned import credentials
from tests.unit.enedis.clients import build

PEM = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"
SECRET: dict[str, Any] = {"certificate": PEM, "privateKey": PEM, "caBundle": None, "login": "edf", "password": "pw"}


def test_secret_is_read() -> None:
    read = EnedisCredentials.from_secret(SECRET)
    assert (read.login, read.password, read.ca_bundle) == ("edf", "pw", None)


@pytest.mark.parametrize("key", ["certificate", "privateKey", "login"])
@pytest.mark.parametrize("value", [None, "", "  ", 3])
def test_missing_or_empty_key_is_named(key: str, value: object) -> None:
    with pytest.raises(InvalidConfiguration, match=f"'{key}'"):
        EnedisCredentials.from_secret({**SECRET, key: value})


@pytest.mark.parametrize("key", ["certificate", "privateKey", "caBundle"])
def test_what_is_not_pem_is_named_and_not_shown(key: str) -> None:
    with pytest.raises(InvalidConfiguration, match=f"'{key}'") as error:
        EnedisCredentials.from_secret({**SECRET, key: "s3cret"})
    assert "s3cret" not in str(error.value)


def test_key_and_password_do_not_show() -> None:
    shown = repr(credentials())
    assert "PRIVATE" not in shown
    assert "password" not in shown


@pytest.mark.parametrize("key", ["certificate", "privateKey"])
def test_unusable_pair_is_a_configuration_error(key: str) -> None:
    good = credentials()
    secret = {"certificate": good.certificate, "privateKey": good.private_key, "login": "edf", key: PEM}
    with pytest.raises(InvalidConfiguration, match="not a usable pair"):
        build(EnedisCredentials.from_secret(secret))


def test_unusable_ca_bundle_is_a_configuration_error() -> None:
    good = credentials()
    secret = {"certificate": good.certificate, "privateKey": good.private_key, "login": "edf", "caBundle": PEM}
    with pytest.raises(InvalidConfiguration, match="caBundle"):
        build(EnedisCredentials.from_secret(secret))


def test_endpoint_must_be_https() -> None:
    with pytest.raises(InvalidConfiguration, match="http://"):
        build(credentials(), endpoint="http://enedis.invalid")


def test_renewed_secret_is_used_by_the_next_call() -> None:
    current = [credentials()]
    client = build(lambda: current[0])
    before = client._exchange
    client._refresh()
    assert client._exchange is before
    current[0] = EnedisCredentials(
        certificate=credentials().certificate, private_key=credentials().private_key, login="other"
    )
    client._refresh()
    assert isinstance(client, EnedisClient)
    assert client._exchange is not before
