"""Checks of the two partners, from this machine: the name, TLS, the key or the client certificate.

The functions may leave from another address: where a partner lists addresses, a green row here says nothing of theirs.
"""

import json
import socket
import ssl
from datetime import timedelta
from http.client import HTTPException, HTTPSConnection
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit
from urllib.request import urlopen

from ops.preflight.look import Look, Row, State, judged, to_do
from ops.preflight.stack import NOT_YET, content_of
from restoration.adapters.billing.client import BillingClient
from restoration.adapters.enedis.soap.credentials import EnedisCredentials
from restoration.adapters.secrets_manager.secrets import secret_field
from restoration.contracts.partner_settings import BillingSettings, EnedisSettings
from restoration.errors import BillingUnavailable, InvalidConfiguration, InvalidResponse, UnknownContract

PATIENCE = timedelta(seconds=5)
NOBODY = "preflight"
REFUSED = {401, 403}


def billing(look: Look) -> Row:
    """Ask billing about a contract that nobody has: "unknown" is the right response."""
    url = BillingSettings.read(look.parameter("Billing")).url
    if row := _unasked(look, "Billing's address", "Billing's API", url):
        return row
    name = f"{look.account.stack}/billing"
    try:
        key = secret_field(content_of(look, name), name, "apiKey")
        BillingClient(url, key, connect_timeout=PATIENCE, read_timeout=PATIENCE).situation(NOBODY, NOBODY)
    except UnknownContract:
        return Row("Billing's API", State.OK, f"{url} takes our key")
    except BillingUnavailable as error:
        return to_do("Billing's API", str(error), f"curl -v {url}", "Ask billing whether it is up, and whom it lets in")
    except InvalidResponse as error:
        return to_do("Billing's API", str(error), "Ask billing: local/partners/billing/openapi.yaml is the contract")
    except (InvalidConfiguration, ValueError) as error:
        return to_do("Billing's API", str(error), "Put billing's own key or address right")
    return to_do("Billing's API", f"it knows a contract {NOBODY!r}", "Ask billing whether this is their API")


def enedis(look: Look) -> Row:
    """Shake hands with our certificate. No service is called, so that no quota is used."""
    url = EnedisSettings.read(look.parameter("Enedis")).url
    if row := _unasked(look, "Enedis' address", "Enedis' TLS", url):
        return row
    try:
        credentials = EnedisCredentials.from_secret(content_of(look, f"{look.account.stack}/enedis"))
        status = _status(url, credentials)
    except ssl.SSLError as error:  # before ValueError, which one of its kinds is, too
        return to_do(
            "Enedis' TLS",
            f"{error.reason or error}: one side does not trust the other's certificate",
            "Ask Enedis whether they know our certificate. If theirs is unknown, put its authority into caBundle",
        )
    except (InvalidConfiguration, ValueError) as error:
        return Row("Enedis' TLS", State.LATER, f"without the secret: {error}")
    except (OSError, HTTPException) as error:
        return to_do(
            "Enedis' TLS", f"no connection: {error}", f"curl -v {url}", "Ask Enedis which addresses they let in"
        )
    found = f"the login is refused ({status})" if status in REFUSED else f"{url} takes our certificate"
    return judged("Enedis' TLS", found, "Put login and password of the secret right", is_right=status not in REFUSED)


def identity(look: Look) -> Row:
    """Read what the identity provider says of itself: API Gateway does while it creates the API, and trusts no http."""
    issuer = look.parameter("IdentityIssuer")
    if not issuer:
        return Row("Identity provider", State.OK, "no pages: IdentityIssuer is empty")
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        with urlopen(url, timeout=PATIENCE.total_seconds()) as response:  # noqa: S310 - the scheme is judged below
            said = json.load(response)
        trouble = "" if "jwks_uri" in said and said["issuer"] == issuer else f"{url} names another issuer, or no keys"
    except (OSError, ValueError, LookupError, TypeError) as error:
        trouble = f"{url} can't be read: {error}"
    if not issuer.startswith("https://"):
        trouble = "API Gateway takes an issuer by https alone"
    steps = f"curl -v {url}", "Put its issuer into IdentityIssuer of channels/samconfig.toml, letter by letter"
    return judged("Identity provider", trouble or f"{issuer} says where its keys are", *steps, is_right=not trouble)


def _unasked(look: Look, of_address: str, what: str, url: str) -> Row | None:
    """The row of a partner whose name has no address, or before the secrets are there: whether somebody listens."""
    address = urlsplit(url)
    host, port = address.hostname or "", address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.getaddrinfo(host, None)
    except OSError as error:
        found = f"{host or url!r} has no address: {error.strerror or error}"
        return to_do(of_address, found, "Put the right one into samconfig.toml")
    if look.is_deployed:
        return None
    try:
        socket.create_connection((host, port), PATIENCE.total_seconds()).close()
    except OSError as error:
        return to_do(what, f"no connection: {error}", f"curl -v {url}", "Ask the partner which addresses they let in")
    return Row(what, State.LATER, f"{url} listens; {NOT_YET}")


def _status(url: str, credentials: EnedisCredentials) -> int:
    """Send one GET with our certificate. With TLS 1.3 a refused certificate is met when the response is read."""
    address = urlsplit(url)
    context = ssl.create_default_context(cadata=credentials.ca_bundle)
    with NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(f"{credentials.private_key}\n{credentials.certificate}")
        file.flush()
        context.load_cert_chain(file.name)
    seconds = PATIENCE.total_seconds()
    connection = HTTPSConnection(address.hostname or "", address.port, timeout=seconds, context=context)
    try:
        connection.request("GET", address.path or "/")
        return connection.getresponse().status
    finally:
        connection.close()
