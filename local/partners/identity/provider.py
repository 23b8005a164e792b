"""The provider's HTTP on the loopback interface, with the page on which one chooses who one is."""

import base64
import json
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode

import htpy as h

from embedded_cloud.http_apis.messages import HttpRequest, HttpResponse
from embedded_cloud.http_apis.serving import serving
from local.partners.identity.openid import OpenIdProvider
from local.partners.identity.people import PEOPLE, Person
from local.serving import Serving, body_of

MOST_BYTES = 16 * 1024
FORM = "application/x-www-form-urlencoded"


class IdentityProvider(Serving, OpenIdProvider):
    """Serves within its ``with`` block.

    Examples
    --------
    >>> with IdentityProvider() as identity:
    ...     desk = identity.register(Client("desk", "desk-api", ("http://127.0.0.1:40123/signed-in",)))
    ...     token = identity.access_token("lea.martin", desk.id)
    """

    def __init__(self, port: int = 0) -> None:
        Serving.__init__(self, serving(self._respond, port))
        OpenIdProvider.__init__(self, self.url, PEOPLE)

    def _respond(self, request: HttpRequest) -> HttpResponse:
        asked = dict(parse_qsl(request.query))
        match request.method, request.path:
            case "GET", "/.well-known/openid-configuration":
                return _json(200, self.discovery)
            case "GET", "/keys":
                return _json(200, self.published_keys)
            case "GET", "/authorize":
                return self._authorize(asked)
            case "POST", "/authorize" | "/token":
                return self._take_form(request, asked)
        return _html(404, _page("Page inconnue"))

    def _take_form(self, request: HttpRequest, asked: Mapping[str, str]) -> HttpResponse:
        body = body_of(request, FORM, MOST_BYTES)
        if body is None:
            return _html(415, _page("Formulaire attendu"))
        form = dict(parse_qsl(body.decode(errors="replace")))
        if request.path == "/authorize":
            return self._authorize(asked, form.get("person", ""))
        _, _, encoded = request.joined.get("authorization", "").partition("Basic ")
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
        tokens = self.exchange(form, name, secret)
        return _json(200 if tokens else 400, tokens or {"error": "invalid_grant"})

    def _authorize(self, asked: Mapping[str, str], chosen: str | None = None) -> HttpResponse:
        if not self.knows(asked):
            # Its browser is sent nowhere: the address may be an attacker's.
            return _html(400, _page("Application inconnue, adresse de retour non déclarée, ou défi PKCE manquant"))
        if chosen is None:
            return _html(200, _sign_in_page(self.people, asked))
        return _html(303, "", ("Location", self.sign_in(chosen, asked)))


def _json(status: int, content: Mapping[str, object]) -> HttpResponse:
    return HttpResponse(status, (("Content-Type", "application/json"),), json.dumps(content).encode())


def _html(status: int, text: str, *headers: tuple[str, str]) -> HttpResponse:
    return HttpResponse(status, (("Content-Type", "text/html; charset=utf-8"), *headers), text.encode())


def _sign_in_page(people: Iterable[Person], asked: Mapping[str, str]) -> str:
    choices = [
        h.li[h.button(name="person", value=person.sub)[f"{person.name} ({_role_of(person)})"]] for person in people
    ]
    return _page(
        "Qui êtes-vous ?",
        h.p["Ce fournisseur d'identité est simulé : il ne demande pas de mot de passe."],
        h.form(method="post", action=f"/authorize?{urlencode(asked)}")[h.ul[choices]],
    )


def _role_of(person: Person) -> str:
    roles = [*person.groups, f"client {person.customer_id}" if person.customer_id else ""]
    return ", ".join(filter(None, roles)) or "sans groupe"


def _page(title: str, *content: h.Element) -> str:
    return str(
        h.html(lang="fr")[
            h.head[
                h.meta(charset="utf-8"),
                h.meta(name="viewport", content="width=device-width, initial-scale=1"),
                h.title[title],
            ],
            h.body[h.main[h.h1[title], *content]],
        ]
    )
