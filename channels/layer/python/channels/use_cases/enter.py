"""A customer comes in: by a code and what they know, or by an e-mail's link; then by a code sent to their contact.

Wrong, old, foreign and unknown are told the same, and take the same time, however slow billing is: for each of them
the same is read, written and asked, of nobody where nobody may be asked about. A GET counts nothing: mail scanners open
every link.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from channels.domain.session import CUSTOMER_LASTS, NOBODY, REFUSED_AN_HOUR, CustomerSession
from channels.ports import Customers, Parts
from channels.use_cases import sessions
from channels.use_cases.sessions import hashed
from record.cases.standing import Standing
from restoration.contracts.contact import Contact
from restoration.domain.case_keys import CaseKeys, read_code
from restoration.errors import UnknownContract

ONE_HOUR = timedelta(hours=1)
ONE_TIME_CODE_LASTS = timedelta(minutes=10)
ONE_TIME_CODES_AN_HOUR = 3
WRONG_ONE_TIME_CODES = 5
_NUMBER_END, _POSTCODE = re.compile(r"[0-9]{4}", re.ASCII), re.compile(r"[0-9]{5}", re.ASCII)


class NotLetIn(Exception):
    """Raised where somebody does not come in. It says no reason: the reason would be what an attacker looks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
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

    keys: CaseKeys
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
                return self._begin(CustomerSession(case))
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
        tries = self.table.count(f"ONE#{session.limitation_id}", now, ONE_TIME_CODE_LASTS)
        kept = self.table.kept(name, now) if tries <= WRONG_ONE_TIME_CODES else None
        typed, sent_for = sha256(code.strip().encode()).hexdigest(), hashed("SESSION", session.id)
        is_right = kept is not None and secrets.compare_digest(kept["code"], typed) and kept["session"] == sent_for
        if not is_right or self.table.take(name, now) is None:
            self.even(now)
            raise NotLetIn
        sessions.end(self.table, session, now)
        return self._begin(CustomerSession(session.limitation_id, confirmed=True))

    def _begin(self, session: CustomerSession) -> CustomerSession:
        """Begin a session, under a new id: one that was known before is worth nothing."""
        sessions.begin(self.table, session, self.now() + CUSTOMER_LASTS)
        return session
