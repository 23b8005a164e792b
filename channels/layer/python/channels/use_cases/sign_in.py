"""An advisor signs in at the supplier's identity provider, and has a session here."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from channels.domain.session import ADVISOR_LASTS, AdvisorSession
from channels.ports import Table
from channels.use_cases import sessions
from channels.use_cases.sessions import hashed

SIGNING_IN_LASTS = timedelta(minutes=10)


class Provider(Protocol):
    """The identity provider."""

    def sign_in_at(self, redirect: str, state: str, nonce: str, verifier: str) -> str: ...
    def signed_in(self, code: str, redirect: str, nonce: str, verifier: str) -> AdvisorSession: ...


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
        sessions.begin(self.table, session, self.now() + ADVISOR_LASTS)
        return session, begun["then"]
