"""How people come in, and their sessions.

A customer has a code and what they know, or an e-mail's link; then a code that is sent to their contact. An advisor
signs in at the supplier's identity provider.

Wrong, old, foreign and unknown codes are told the same, and take the same time, however slow billing is: for each of
them the same is read, written and asked, of nobody where nobody may be asked about. A GET counts nothing: mail scanners
open every link.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from channels.domain.session import NOBODY, REFUSED_AN_HOUR, AdvisorSession, CustomerSession, Session
from channels.ports import Customers, Parts, Table
from record.cases.standing import Standing
from restoration.contracts.contact import Contact
from restoration.domain.case_keys import read_code
from restoration.errors import UnknownContract

ONE_HOUR = timedelta(hours=1)
ONE_TIME_CODE_LASTS = SIGNING_IN_LASTS = timedelta(minutes=10)
ONE_TIME_CODES_AN_HOUR = 3
WRONG_ONE_TIME_CODES = 5
_NUMBER_END, _POSTCODE = re.compile(r"[0-9]{4}", re.ASCII), re.compile(r"[0-9]{5}", re.ASCII)


def hashed(kind: str, secret: str) -> str:
    """The name under which something is kept that a secret opens."""
    return f"{kind}#{sha256(secret.encode()).hexdigest()}"


def begin_session[Of: Session](table: Table, session: Of, now: datetime) -> Of:
    """Keep a session for its time, under the hash of its id: a copy of the table opens none."""
    session = replace(session, until=now + session.LASTS)
    table.keep(hashed("SESSION", session.id), replace(session, id="").to_json(), now + session.LASTS)
    return session


def session_of[Of: Session](table: Table, kind: type[Of], session_id: str, now: datetime) -> Of | None:
    """The session of a cookie; None where it is over, or never was."""
    found = table.kept(hashed("SESSION", session_id), now) if session_id else None
    return kind.of_json({**found, "id": session_id}) if found else None


def end_session(table: Table, session: Session, now: datetime) -> None:
    table.take(hashed("SESSION", session.id), now)


class NotLetIn(Exception):
    """Raised where somebody does not come in. It says no reason: the reason would be what an attacker looks for."""


@dataclass(frozen=True, kw_only=True)
class Entrance(Parts):
    """Lets customers in.

    Parameters
    ----------
    customers
        Billing, with the key as it is now.
    post
        Sends a one-time code to a contact.
    even
        Called with the moment when a try began, before its refusal is told: it waits until all take the same time.
    """

    customers: Callable[[], Customers]
    post: Callable[[Contact, str], None]
    even: Callable[[datetime], None]

    def by_link(self, link: str) -> str:
        """The limitation of an e-mail's link, or NotLetIn. It counts nothing, and reads nothing for a forged one."""
        limitation_id = self.table.behind(link) if self.keys.is_sealed(link) else NOBODY
        if limitation_id == NOBODY or not self.table.may_enter(limitation_id, self.now()):
            raise NotLetIn
        return limitation_id

    def enter(self, typed: str, number_end: str, postcode: str, address: str) -> CustomerSession:
        """Let a customer in by a code or a link, the end of the customer number, and the postcode.

        Each try that is refused counts against the ``address`` from which they come.

        Raises
        ------
        NotLetIn
        BillingUnavailable, InvalidResponse, InvalidConfiguration
            Billing can't say just now; nothing is counted.
        """
        began = self.now()
        name = typed.strip() if self.keys.is_sealed(typed.strip()) else read_code(typed)
        guesses = self.table.counted(f"ADDRESS#{address}", began, ONE_HOUR)
        if name and guesses < REFUSED_AN_HOUR:
            # Counted as wrong before billing is asked, so that of many at once five are; a closed case is nobody's.
            case = self.table.behind(name)
            case = case if self.table.count_wrong(case, began) else NOBODY
            try:
                is_known = self._is_known(self.standings.registered(case), number_end, postcode)
            except Exception:
                self.table.take_back_wrong(case)
                self.even(began)
                raise
            if is_known:
                self.table.forget_wrong(case)
                return begin_session(self.table, CustomerSession(case), self.now())
        self.table.count(f"ADDRESS#{address}", began, ONE_HOUR)
        self.even(began)
        raise NotLetIn

    def _is_known(self, standing: Standing | None, number_end: str, postcode: str) -> bool:
        """Whether billing knows its customer so. A case without a customer of billing's opens to nobody."""
        # People put blanks into numbers.
        number_end, postcode = ("".join(typed.split()) for typed in (number_end, postcode))
        if not (_NUMBER_END.fullmatch(number_end) and _POSTCODE.fullmatch(postcode)):
            return False
        customer_id = (standing.item.get("customerId") if standing else None) or NOBODY
        try:
            return self.customers().knows(customer_id, number_end, postcode) and customer_id != NOBODY
        except UnknownContract:
            return False

    def send_code(self, session: CustomerSession, key: str) -> bool:
        """Send a one-time code to the contact that billing has; False where too many were sent, or it has none.

        A form that is sent twice, which its ``key`` shows, sends one code, or the first would be worth nothing. Raises
        BillingUnavailable, InvalidResponse, InvalidConfiguration, MessageNotSent, MessageOutcomeUnknown.
        """
        now, name = self.now(), f"ONE#{session.limitation_id}"
        if (kept := self.table.kept(name, now)) and kept["key"] == key:
            return True
        if self.table.count(f"SENT#{session.limitation_id}", now, ONE_HOUR) > ONE_TIME_CODES_AN_HOUR:
            return False
        code, is_sent = f"{secrets.randbelow(10**6):06d}", False
        content = {"code": sha256(code.encode()).hexdigest(), "session": hashed("SESSION", session.id), "key": key}
        self.table.keep(name, content, now + ONE_TIME_CODE_LASTS)
        try:
            is_sent = self._send(session.limitation_id, code)
        finally:
            if not is_sent:
                self.table.take(name, now)
        return is_sent

    def _send(self, limitation_id: str, code: str) -> bool:
        standing = self.standings.read(limitation_id)
        try:
            contact = self.customers().contact(standing.item["customerId"]) if standing else None
        except UnknownContract:
            return False
        if contact is None or not (contact.accepts_sms or contact.accepts_email):
            return False
        self.post(contact, code)
        return True

    def confirm(self, session: CustomerSession, code: str) -> CustomerSession:
        """Raise a session by the one-time code that was sent for it. Raises NotLetIn."""
        now, name = self.now(), f"ONE#{session.limitation_id}"
        tries = self.table.count(name, now, ONE_TIME_CODE_LASTS)
        kept = self.table.kept(name, now) if tries <= WRONG_ONE_TIME_CODES else None
        typed, sent_for = sha256(code.strip().encode()).hexdigest(), hashed("SESSION", session.id)
        is_right = kept is not None and secrets.compare_digest(kept["code"], typed) and kept["session"] == sent_for
        if not is_right or self.table.take(name, now) is None:
            self.even(now)
            raise NotLetIn
        end_session(self.table, session, now)
        # Under a new id: one that was known before is worth nothing.
        return begin_session(self.table, CustomerSession(session.limitation_id, confirmed=True), now)


class Provider(Protocol):
    """The identity provider."""

    def sign_in_at(self, redirect: str, state: str, nonce: str, verifier: str) -> str: ...
    def signed_in(self, code: str, redirect: str, nonce: str, verifier: str) -> AdvisorSession: ...


@dataclass(frozen=True, kw_only=True)
class SignIn(Parts):
    """Signs advisors in."""

    provider: Provider

    def begin_sign_in(self, redirect: str, then: str) -> tuple[str, str]:
        """Begin a sign-in: the address to send the advisor to, and the state for their browser's cookie.

        They come back to ``then``, a path on the desk; anything else is the list.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        safe = then if then.startswith("/conseil") and "\\" not in then else "/conseil"
        content = {"nonce": nonce, "verifier": verifier, "then": safe}
        self.table.keep(hashed("LOGIN", state), content, self.now() + SIGNING_IN_LASTS)
        return self.provider.sign_in_at(redirect, state, nonce, verifier), state

    def end_sign_in(self, code: str, state: str, cookie: str, redirect: str) -> tuple[AdvisorSession, str]:
        """End a sign-in: the session, and the path to which to go.

        Raises
        ------
        NotLetIn
            This browser began none, or it was ended before.
        InvalidResponse, IdentityUnavailable
        """
        is_own = bool(cookie) and secrets.compare_digest(cookie.encode(), state.encode())
        begun = self.table.take(hashed("LOGIN", state), self.now()) if is_own else None
        if begun is None:
            raise NotLetIn
        session = self.provider.signed_in(code, redirect, begun["nonce"], begun["verifier"])
        return begin_session(self.table, session, self.now()), begun["then"]
