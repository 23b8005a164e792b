from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree

from restoration.adapters.enedis.soap.certificate import expiry_of
from restoration.adapters.enedis.soap.client import EnedisClient
from restoration.adapters.enedis.soap.credentials import EnedisCredentials
from restoration.adapters.enedis.soap.transport import HttpResponse, Transport
from restoration.errors import ConfigurationUnavailable, InvalidConfiguration
from tests.cases import cases
from tests.unit.adapters.enedis.soap.canned import POINT, RESPONSES, build, credentials

PEM = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"
SECRET: dict[str, Any] = {"certificate": PEM, "privateKey": PEM, "caBundle": None, "login": "edf", "password": "pw"}


@pytest.mark.parametrize("key", ["certificate", "privateKey", "login"])
@pytest.mark.parametrize("value", [None, "", "  ", 3])
def test_missing_or_empty_key_is_named(key: str, value: object) -> None:
    with pytest.raises(InvalidConfiguration, match=f"'{key}'"):
        EnedisCredentials.from_secret({**SECRET, key: value})


def test_key_and_password_do_not_show() -> None:
    shown = repr(credentials())
    assert "PRIVATE" not in shown
    assert "password" not in shown


@pytest.mark.parametrize("year", [1950, 2049, 2050, 2099])
def test_expiry_is_read_in_either_form_of_time(year: int) -> None:
    end = datetime(year, 6, 30, 12, 0, 1, tzinfo=UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x" * 60)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(1950, 1, 1, tzinfo=UTC))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    assert expiry_of(certificate.public_bytes(serialization.Encoding.PEM).decode()) == end


@pytest.mark.parametrize("text", ["", PEM, PEM.replace("x", "MAA="), PEM.replace("x", "MIIB")])
def test_unreadable_certificate_is_a_configuration_error(text: str) -> None:
    with pytest.raises(InvalidConfiguration, match="'certificate'"):
        expiry_of(text)


def test_endpoint_must_be_https() -> None:
    with pytest.raises(InvalidConfiguration, match="http://"):
        build(credentials(), endpoint="http://enedis.invalid")


def of(login: str, **changes: str) -> dict[str, Any]:
    good = credentials()
    return {"certificate": good.certificate, "privateKey": good.private_key, "login": login, **changes}


def encrypted(private_key: str) -> str:
    key = serialization.load_pem_private_key(private_key.encode(), None)
    lock = serialization.BestAvailableEncryption(b"s3cret")
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock).decode()


PEMS = "certificate", "privateKey", "caBundle"
BAD = {
    **{f"{key} not PEM": (of("new", **{key: "s3cret"}), f"'{key}' is not in PEM") for key in PEMS},
    "key under a password": (of("new", privateKey=encrypted(credentials().private_key)), "not a usable pair"),
    "certificate cut off": (of("new", certificate="-----BEGIN \ud800"), "not a usable pair"),
    "CA not ASCII": (of("new", caBundle=PEM + "é"), "'caBundle'"),
    "no certificate": (of("new", certificate=PEM), "not a usable pair"),
    "not a pair": (of("new", privateKey=PEM), "not a usable pair"),
    "no CA": (of("new", caBundle=PEM), "'caBundle' holds no"),
    "no login": (of(""), "'login'"),
}


type Login = Callable[[EnedisClient], str]


class Vault:
    """Holds a secret that may be rotated, or out of reach."""

    def __init__(self) -> None:
        self.secret = of("old")
        self.reachable = True

    def credentials(self) -> EnedisCredentials:
        if not self.reachable:
            raise ConfigurationUnavailable("throttled")
        return EnedisCredentials.from_secret(self.secret)


@pytest.fixture
def login_in_use(monkeypatch: pytest.MonkeyPatch) -> Callable[[EnedisClient], str]:
    """Lets a client read a point; returns the login that it sent."""
    sent: list[bytes] = []

    def post(_self: object, _path: str, body: bytes) -> HttpResponse:
        sent.append(body)
        return HttpResponse(200, (RESPONSES / "read_good_limited.xml").read_bytes())

    def login(client: EnedisClient) -> str:
        client.read_point(POINT)
        return str(etree.fromstring(sent[-1]).findtext(".//loginDemandeur"))

    monkeypatch.setattr(Transport, "post", post)
    return login


@cases("bad, said", BAD)
def test_rotation_to_an_unusable_secret_fails_every_call_until_it_is_mended(
    login_in_use: Login, bad: dict[str, Any], said: str
) -> None:
    vault = Vault()
    client = build(vault.credentials)
    vault.secret = bad
    for _ in range(3):
        with pytest.raises(InvalidConfiguration, match=f"Enedis secret.*{said}") as caught:
            client.read_point(POINT)
        assert "s3cret" not in str(caught.value)
    vault.secret = of("mended")
    assert login_in_use(client) == "mended"


def test_unusable_secret_that_is_then_out_of_reach_still_fails_by_its_name(login_in_use: Login) -> None:
    vault = Vault()
    client = build(vault.credentials)
    vault.secret, _ = BAD["not a pair"]
    with pytest.raises(InvalidConfiguration):
        client.read_point(POINT)
    vault.reachable = False
    with pytest.raises(InvalidConfiguration, match="not a usable pair"):
        client.read_point(POINT)
    vault.reachable, vault.secret = True, of("old")
    assert login_in_use(client) == "old"


def test_secret_out_of_reach_leaves_a_client_with_what_it_has(login_in_use: Login) -> None:
    vault = Vault()
    client = build(vault.credentials)
    vault.reachable = False
    assert login_in_use(client) == "old"
    with pytest.raises(ConfigurationUnavailable):
        build(vault.credentials)
