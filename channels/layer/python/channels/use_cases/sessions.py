"""Sessions, and how an advisor begins one at the supplier's identity provider.

They are kept under the hash of an id that the browser alone has, so that a copy of the table opens none.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from channels.domain.session import ADVISOR_LASTS, AdvisorSession, Session
from channels.ports import Parts, Table

SIGNING_IN_LASTS = timedelta(minutes=10)


def hashed(kind: str, secret: str) -> str:
    """The name under which something is kept that a secret opens."""
    return f"{kind}#{sha256(secret.encode()).hexdigest()}"


def begin(table: Table, session: Session, until: datetime) -> None:
    """Keep a session until a moment."""
    table.keep(hashed("SESSION", session.id), replace(session, id="").to_json(), until)


def find[Of: Session](table: Table, kind: type[Of], session_id: str | None, now: datetime) -> Of | None:
    """The session of a cookie; None where it is over, or never was."""
    found = table.kept(hashed("SESSION", session_id), now) if session_id else None
    return kind.of_json({**found, "id": session_id}) if found else None


def end(table: Table, session: Session, now: datetime) -> None:
    table.take(hashed("SESSION", session.id), now)


class Provider(Protocol):
    """The identity provider."""

    def sign_in_at(self, redirect: str, state: str, nonce: str, verifier: str) -> str: ...
    def signed_in(self, code: str, redirect: str, nonce: str, verifier: str) -> AdvisorSession: ...


class NotSignedIn(Exception):
    """Raised where a return from the identity provider is of no sign-in that this browser began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(Parts):
    """Signs advisors in."""

    provider: Provider

    def begin(self, redirect: str, then: str) -> tuple[str, str]:
        """Begin a sign-in: the address to send the advisor to, and the state for their browser's cookie.

        They come back to ``then``, a path on the desk; anything else is the list.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        safe = then if then.startswith("/conseil") and "\\" not in then else "/conseil"
        content = {"nonce": nonce, "verifier": verifier, "then": safe}
        self.table.keep(hashed("LOGIN", state), content, self.now() + SIGNING_IN_LASTS)
        return self.provider.sign_in_at(redirect, state, nonce, verifier), state

    def end(self, code: str, state: str, cookie: str | None, redirect: str) -> tuple[AdvisorSession, str]:
        """End a sign-in: the session, and the path to which to go.

        Raises
        ------
        NotSignedIn
            This browser began none, or it was ended before.
        InvalidResponse, IdentityUnavailable
        """
        if not cookie or not secrets.compare_digest(cookie, state):
            raise NotSignedIn
        begun = self.table.take(hashed("LOGIN", state), self.now())
        if begun is None:
            raise NotSignedIn
        session = self.provider.signed_in(code, redirect, begun["nonce"], begun["verifier"])
        begin(self.table, session, self.now() + ADVISOR_LASTS)
        return session, begun["then"]
