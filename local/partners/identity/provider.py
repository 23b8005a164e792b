"""The provider's HTTP on the loopback interface, with the page on which one chooses who one is."""

import base64
import json
import time
from collections.abc import Callable, Iterable, Mapping
from http.server import ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import htpy as h

from local.partners.identity.openid import OpenIdProvider
from local.partners.identity.people import PEOPLE, Person
from local.serving import QuietHandler, Serving

MOST_BYTES = 16 * 1024
FORM = "application/x-www-form-urlencoded"
SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class IdentityProvider(Serving, OpenIdProvider):
    """Serves within its ``with`` block; ``now`` gives the seconds since 1970 by which codes and tokens end.

    Examples
    --------
    >>> with IdentityProvider() as identity:
    ...     desk = identity.register(Client("desk", "desk-api", ("http://127.0.0.1:40123/signed-in",)))
    ...     token = identity.access_token("lea.martin", desk.id)
    """

    def __init__(self, people: Iterable[Person] = PEOPLE, port: int = 0, now: Callable[[], float] = time.time) -> None:
        Serving.__init__(self, _Server(self, port), "identity")
        OpenIdProvider.__init__(self, self.url, people, now)


class _Server(ThreadingHTTPServer):
    def __init__(self, provider: OpenIdProvider, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.provider = provider


class _Handler(QuietHandler):
    wbufsize = -1  # one packet for head and body
    server: _Server

    def do_GET(self) -> None:  # noqa: N802 - http.server's name
        address = urlsplit(self.path)
        if address.path == "/.well-known/openid-configuration":
            self._send_json(200, self.server.provider.discovery)
        elif address.path == "/keys":
            self._send_json(200, self.server.provider.published_keys)
        elif address.path == "/authorize":
            self._authorize(dict(parse_qsl(address.query)))
        else:
            self._send(404, _page("Page inconnue"))

    def do_POST(self) -> None:  # noqa: N802 - http.server's name
        address, form = urlsplit(self.path), self._form()
        if form is None:
            self._send(415, _page("Formulaire attendu"))
        elif address.path == "/authorize":
            self._authorize(dict(parse_qsl(address.query)), form.get("person", ""))
        elif address.path == "/token":
            self._give_tokens(form)
        else:
            self._send(404, _page("Page inconnue"))

    def _authorize(self, asked: Mapping[str, str], chosen: str | None = None) -> None:
        if not self.server.provider.knows(asked):
            # Its browser is sent nowhere: the address may be an attacker's.
            self._send(400, _page("Application inconnue, adresse de retour non déclarée, ou défi PKCE manquant"))
        elif chosen is None:
            self._send(200, _sign_in_page(self.server.provider.people, asked))
        else:
            self._send(303, "", {"Location": self.server.provider.sign_in(chosen, asked)})

    def _give_tokens(self, form: Mapping[str, str]) -> None:
        _, _, encoded = self.headers.get("Authorization", "").partition("Basic ")
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
        given = self.server.provider.exchange(form, name, secret)
        self._send_json(200 if given else 400, given or {"error": "invalid_grant"})

    def _form(self) -> dict[str, str] | None:
        """Give the fields of a form; None when it is none, or too long."""
        body = self.body_of(FORM, MOST_BYTES)
        return None if body is None else dict(parse_qsl(body.decode(errors="replace")))

    def _send_json(self, status: int, content: Mapping[str, object]) -> None:
        self._send(status, json.dumps(content), {"Content-Type": "application/json"})

    def _send(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        given = {"Content-Type": "text/html; charset=utf-8", **SAFE, **(headers or {})}
        self.respond(status, given, text.encode())


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
