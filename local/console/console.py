"""A small server on 127.0.0.1 that serves the console and passes its questions on; it keeps nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded_cloud.http_apis.messages import HttpRequest, HttpResponse
from embedded_cloud.http_apis.serving import serving
from local.console.asking import Ask, NoScreen
from local.console.texts import TEXTS
from local.serving import Serving, body_of
from supervision.supervise import SCREENS
from supervision.words import COMMON

ROOT = Path(__file__).resolve().parents[2]
PAGES = Path(__file__).parent / "pages"
PURIFY = ROOT / "node_modules" / "dompurify" / "dist" / "purify.min.js"
MOST_BYTES = 100_000
REFRESH_SECONDS = 2.0
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing from outside. Screens bring a style sheet of their own, and a function has no file to serve it from."""
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


class NoPurifier(Exception):
    """DOMPurify is not installed; says how to install it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a console is set.

    Parameters
    ----------
    where
        The stack that is looked at; empty for the embedded cloud.
    refresh_seconds
        How often the page asks again while somebody looks at it.
    """

    where: str = ""
    refresh_seconds: float = REFRESH_SECONDS

    def content(self) -> Mapping[str, Any]:
        """What the page is told."""
        languages = ("fr", "en")
        return {
            "where": self.where,
            "refreshSeconds": self.refresh_seconds,
            "screens": [
                {"name": name, **{language: COMMON[name][place] for place, language in enumerate(languages)}}
                for name in SCREENS
            ],
            "texts": {
                language: {name: text[place] for name, text in TEXTS.items()}
                for place, language in enumerate(languages)
            },
        }


class Console(Serving):
    """Serves within its ``with`` block.

    Parameters
    ----------
    ask
        Gives the screens.
    port
        0 takes a free one.

    Raises
    ------
    NoPurifier
        When DOMPurify is missing, without which no screen is shown.
    """

    def __init__(self, ask: Ask, settings: Settings | None = None, port: int = 0) -> None:
        need_purifier()
        self._ask = ask
        self._settings = settings or Settings()
        self._files: Mapping[str, Path] = {
            "/": PAGES / "console.html",
            "/purify.min.js": PURIFY,
            **{f"/{path.name}": path for path in PAGES.iterdir() if path.suffix in {".js", ".css"}},
        }
        super().__init__(serving(self._respond, port))

    def _respond(self, request: HttpRequest) -> HttpResponse:
        # What a browser of this machine calls us: a page of another name, wherever it leads, gets nothing.
        if request.joined.get("host") not in {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}:
            return _response(403, "text/plain", b"This console serves its own machine.\n")
        if request.method == "POST":
            return self._pass_on(request)
        if request.path == "/settings.json":
            return _response(200, "application/json", json.dumps(self._settings.content()).encode())
        if file := self._files.get(request.path):
            return _response(200, TYPES[file.suffix], file.read_bytes())
        return _response(404, "text/plain", b"There is nothing here. The console is at /\n")

    def _pass_on(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/ask":
            return _response(404, "text/plain", b"Questions go to /ask\n")
        try:
            event = json.loads(body_of(request, "application/json", MOST_BYTES) or b"")
        except ValueError:
            event = None
        if not isinstance(event, dict):
            # A page in a browser could send anything else without asking first.
            said = f"Send an object as application/json, of at most {MOST_BYTES} bytes\n"
            return _response(415, "text/plain", said.encode())
        try:
            return _response(200, "text/html", self._ask(event).encode())
        except NoScreen as error:
            return _response(502, "text/plain", f"{error}\n".encode())


def need_purifier() -> None:
    """Look whether DOMPurify is there.

    Raises
    ------
    NoPurifier
        When it is not.
    """
    if not PURIFY.is_file():
        raise NoPurifier(f"{PURIFY.relative_to(ROOT)} is missing: make setup-node installs it (it needs npm)")


def _response(status: int, kind: str, content: bytes) -> HttpResponse:
    headers = (
        ("Content-Type", f"{kind}; charset=utf-8"),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
    )
    return HttpResponse(status, headers, content)
