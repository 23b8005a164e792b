"""A small server on 127.0.0.1 that serves the console and passes its questions on; it keeps nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.console.asking import Ask, NoScreen
from local.console.texts import TEXTS
from local.serving import QuietHandler, Serving
from supervision.supervise import SCREENS
from supervision.words import COMMON

ROOT = Path(__file__).resolve().parents[2]
PAGES = Path(__file__).parent / "pages"
PURIFY = ROOT / "node_modules" / "dompurify" / "dist" / "purify.min.js"
ORDER = ("overview", "branches", "running", "durations", "incidents", "rules", "enedis", "value", "case")
"""The order of the tabs."""
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
    screens: tuple[str, ...] = field(default_factory=lambda: tuple(name for name in ORDER if name in SCREENS))

    def content(self) -> Mapping[str, Any]:
        """What the page is told."""
        languages = ("fr", "en")
        return {
            "where": self.where,
            "refreshSeconds": self.refresh_seconds,
            "screens": [
                {"name": name, **{language: COMMON[name][place] for place, language in enumerate(languages)}}
                for name in self.screens
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
        super().__init__(_Server(ask, settings or Settings(), port), "console")


def need_purifier() -> None:
    """Look whether DOMPurify is there.

    Raises
    ------
    NoPurifier
        When it is not.
    """
    if not PURIFY.is_file():
        raise NoPurifier(f"{PURIFY.relative_to(ROOT)} is missing: make setup-node installs it (it needs npm)")


class _Server(ThreadingHTTPServer):
    block_on_close = False

    def __init__(self, ask: Ask, settings: Settings, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.ask = ask
        self.settings = settings
        self.files: Mapping[str, Path] = {
            "/": PAGES / "console.html",
            "/purify.min.js": PURIFY,
            **{f"/{path.name}": path for path in PAGES.iterdir() if path.suffix in {".js", ".css"}},
        }

    @property
    def hosts(self) -> frozenset[str]:
        """What a browser of this machine calls us: a page of another name, wherever it leads, gets nothing."""
        port = self.server_address[1]
        return frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})


class _Handler(QuietHandler):
    server: _Server

    def do_GET(self) -> None:  # noqa: N802 - http.server's name
        path = urlsplit(self.path).path
        if self.headers.get("Host") not in self.server.hosts:
            self._send(403, "text/plain", b"This console serves its own machine.\n")
        elif path == "/settings.json":
            self._send(200, "application/json", json.dumps(self.server.settings.content()).encode())
        elif file := self.server.files.get(path):
            self._send(200, TYPES[file.suffix], file.read_bytes())
        else:
            self._send(404, "text/plain", b"There is nothing here. The console is at /\n")

    def do_POST(self) -> None:  # noqa: N802 - http.server's name
        event = self._event()
        if self.headers.get("Host") not in self.server.hosts:
            self._send(403, "text/plain", b"This console serves its own machine.\n")
        elif self.path != "/ask":
            self._send(404, "text/plain", b"Questions go to /ask\n")
        elif event is None:
            # A page in a browser could send anything else without asking first.
            self._send(
                415, "text/plain", f"Send an object as application/json, of at most {MOST_BYTES} bytes\n".encode()
            )
        else:
            try:
                self._send(200, "text/html", self.server.ask(event).encode())
            except NoScreen as error:
                self._send(502, "text/plain", f"{error}\n".encode())

    def _event(self) -> Mapping[str, Any] | None:
        """The event; None where there is none."""
        try:
            event = json.loads(self.body_of("application/json", MOST_BYTES) or b"")
        except ValueError:
            return None
        return event if isinstance(event, dict) else None

    def _send(self, status: int, kind: str, content: bytes) -> None:
        headers = {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        try:
            self.respond(status, headers, content)
        except ConnectionError:
            # The page has given the question up for another.
            self.close_connection = True
