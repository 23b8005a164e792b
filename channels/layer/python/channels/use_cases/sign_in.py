"""An advisor signs in at the supplier's identity provider, and has a session here."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from channels.domain.session import ADVISOR_LASTS, AdvisorSession, Identity
from channels.ports import Table
from restoration.clock import from_text

SIGNING_IN_LASTS = timedelta(minutes=10)


class Provider(Protocol):
    """The identity provider."""

    def sign_in_at(self, redirect: str, state: str, nonce: str, verifier: str) -> str: ...
    def signed_in(self, code: str, redirect: str, nonce: str, verifier: str) -> Identity: ...


class NotSignedIn(Exception):
    """Raised where a return from the identity provider is of no sign-in that this browser began."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Signs advisors in and out."""

    provider: Provider
    table: Table
    now: Callable[[], datetime]

    def begin(self, redirect: str, then: str) -> tuple[str, str]:
        """Begin a sign-in: the address to send the advisor to, and the state for their browser's cookie.

        Parameters
        ----------
        then
            The path on the desk to which they come back; anything else is the list.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        safe = then if then.startswith("/conseil") and "\\" not in then else "/conseil"
        content = {"nonce": nonce, "verifier": verifier, "then": safe}
        self.table.keep(_name("LOGIN", state), content, self.now() + SIGNING_IN_LASTS)
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
        begun = self.table.take(_name("LOGIN", state), self.now())
        if begun is None:
            raise NotSignedIn
        who = self.provider.signed_in(code, redirect, begun["nonce"], begun["verifier"])
        until = self.now() + ADVISOR_LASTS
        session = AdvisorSession(
            secrets.token_urlsafe(24), who.subject, who.name, who.groups, secrets.token_urlsafe(24), until,
            who.customer_id,
        )  # fmt: skip
        content = {
            "subject": who.subject,
            "name": who.name,
            "groups": sorted(who.groups),
            "form": session.form,
            "customer": who.customer_id,
        }
        self.table.keep(_name("ADVISOR", session.id), content, until)
        return session, begun["then"]

    def session(self, session_id: str | None) -> AdvisorSession | None:
        """The session of a cookie; None where it is over, or never was."""
        found = self.table.kept(_name("ADVISOR", session_id), self.now()) if session_id else None
        if not found or not session_id:
            return None
        return AdvisorSession(
            session_id, found["subject"], found["name"], frozenset(found["groups"]), found["form"],
            from_text(found["until"]), found["customer"],
        )  # fmt: skip

    def leave(self, session: AdvisorSession) -> None:
        self.table.take(_name("ADVISOR", session.id), self.now())


def _name(kind: str, value: str) -> str:
    """The name under which something is kept: hashed, so that a copy of the table opens nothing."""
    return f"{kind}#{sha256(value.encode()).hexdigest()}"
